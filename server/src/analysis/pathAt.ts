/** The path that is being written at a place. Pure. */
import type { Span, SyntaxTree } from '../syntax/syntaxTree';

export interface PathAt {
  readonly kind: 'file' | 'home' | 'search';
  /** What is written before the last `/`, with it; of `<…>` without its bracket. */
  readonly folder: string;
  /** The last part, which a proposal replaces. */
  readonly span: Span;
}

const longest = 500;

/** Null where no path may stand, as in strings and comments. */
export function pathAt(tree: SyntaxTree, offset: number): PathAt | null {
  const { text, comments } = tree;
  if (comments.some(({ start, end }) => start < offset && offset <= end)) return null;
  const before = text.slice(Math.max(0, offset - longest), offset);
  const search = /<([a-zA-Z0-9._+/-]*)$/.exec(before);
  const written = search ?? /(?<![\w.+/~>-])((?:~|[\w.+-]*)\/[\w.+/-]*)$/.exec(before);
  const path = written?.[1];
  if (path === undefined) return null;
  const start = offset - path.length - (search === null ? 0 : 1);
  if (tree.before(start).accepted?.has(search === null ? 'PATH' : 'SPATH') !== true) return null;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const kind = search !== null ? 'search' : path.startsWith('~') ? 'home' : 'file';
  return { kind, folder, span: { start: offset - path.length + folder.length, end: offset } };
}
