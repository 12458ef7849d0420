/** How the user says through what a file is evaluated: `# phasewise: entry FILE#ATTRIBUTE` in it, or a setting. Pure. */
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { parseAttrPath } from '../nix/attrPath';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { folderOf } from '../workspace/folders';

export interface WrittenEntry {
  /** `FILE#ATTRIBUTE`, `FILE` or `none`. */
  readonly text: string;
  /** The folder that it is relative to. */
  readonly base: string;
  readonly from: 'comment' | 'setting';
}

const directive = /#[ \t]*phasewise:[ \t]*entry[ \t]+([^\r\n]+)/g;

/** What stands in the file itself; null when nothing does. */
export function entryComment(tree: SyntaxTree): string | null {
  if (!tree.text.includes('phasewise:')) return null;
  for (const { 0: whole, 1: text = '', index } of tree.text.matchAll(directive)) {
    const comment = tree.comments.find(({ start, end }) => start <= index && index < end);
    if (comment === undefined) continue;
    const rest = index + whole.length - comment.end;
    const inside = rest > 0 ? text.slice(0, -rest).replace(/\*\/$/, '') : text;
    return inside.trim();
  }
  return null;
}

/** The file's comment, else the setting with its own name in `top`, else the first whose pattern fits. */
export function writtenEntry(
  file: string,
  tree: SyntaxTree,
  entries: Readonly<Record<string, string>>,
  top: string,
): WrittenEntry | null {
  const comment = entryComment(tree);
  if (comment !== null) return { text: comment, base: dirname(file), from: 'comment' };
  const name = relative(top, file);
  const exact = entries[name] ?? entries[`./${name}`] ?? entries[file];
  const fitting = Object.entries(entries).find(([pattern]) => fits(pattern, name) || fits(pattern, file));
  const text = exact ?? fitting?.[1];
  return text === undefined || text.trim() === '' ? null : { text: text.trim(), base: top, from: 'setting' };
}

/** A glob: `*` and `?` within a folder, `**` across them. */
function fits(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/^\.\//, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wild) =>
      wild === '**/' ? '(?:.*/)?' : wild === '**' ? '.*' : wild === '*' ? '[^/]*' : '[^/]',
    );
  return new RegExp(`^${source}$`).test(name);
}

/** The file and attribute that are meant; null for `none`: the file is evaluated as it stands. */
export function readEntry({
  text,
  base,
}: WrittenEntry): { readonly path: string; readonly attr: readonly string[] } | null {
  if (text === 'none') return null;
  const at = text.indexOf('#');
  const path = at < 0 ? text : text.slice(0, at);
  return {
    path: resolve(base, path === '' ? '.' : path),
    attr: at < 0 ? [] : parseAttrPath(text.slice(at + 1)),
  };
}

/** The name of a file in the settings of a folder, or in those of the workspace. */
export function nameInSettings(file: string, folder: string | null): string {
  return folder === null || folderOf(file, [folder]) === null ? file : relative(folder, file);
}

/** As the settings of a folder name an entry: what is in it relative to it. */
export function entryText(file: string, attr: string, folder: string | null): string {
  const name = nameInSettings(file, folder);
  const path = isAbsolute(name) ? name : join('.', name);
  return attr === '' ? path : `${path}#${attr}`;
}
