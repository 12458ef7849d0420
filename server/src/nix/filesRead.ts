/**
 * What an evaluation reads, from what Nix says with `-vv`: files that are evaluated (level 4) and paths that are copied to the store
 * (level 5; newer Nix names filtered ones by an activity). Files that `readFile` and the like read are not told. The words are
 * those of 2.8, 2.26 and 2.34.
 */
import { stripAnsi } from './ansi';
import type { NixLogRecord } from './internalJson';

export interface ReadPath {
  /** `source`: copied to the store, with all that is in it when it is a folder. */
  readonly kind: 'evaluated' | 'source';
  readonly path: string;
  /** Of a folder that is copied: a filter may leave out something of it. */
  readonly filtered: boolean;
}

export const tellsFilesRead = '-vv';

const evaluated = /^evaluating file ['"](\/.*)['"]$/s;
const copied = /^copied source ['"](\/.*)['"] -> /s;
const copying = /^copying ['"](\/.*)['"] to the store$/s;

/** Null when the record tells of nothing that is read. */
export function pathRead(record: NixLogRecord): ReadPath | null {
  if (record.type === 'start') return readBy('source', copying.exec(stripAnsi(record.text)), true);
  if (record.type !== 'message' || record.level < 4) return null;
  const text = stripAnsi(record.text);
  return readBy('evaluated', evaluated.exec(text)) ?? readBy('source', copied.exec(text));
}

function readBy(kind: ReadPath['kind'], match: RegExpExecArray | null, filtered = false): ReadPath | null {
  return match?.[1] === undefined ? null : { kind, path: match[1], filtered };
}

/** Words of a text that reads a folder in a way that not every Nix tells of. */
const filters =
  /\b(?:filterSource|cleanSource\w*|sourceByRegex|builtins\.path|fileset|readDir|gitignoreSource)\b/;
const literal = /(?:~|\.{1,2})?(?:[\w.+-]*\/)+[\w.+-]*/g;

export interface NamedPaths {
  /** As they are written, without a slash at the end. */
  readonly paths: readonly string[];
  /** Whether a folder among them may be copied in a way that older Nix does not tell of. */
  readonly filters: boolean;
}

/** What looks like a path in a text: more than Nix would read, for what it reads is not always told. */
export function pathsNamed(text: string): NamedPaths {
  const paths = new Set<string>();
  for (const [found] of text.matchAll(literal)) {
    const path = found.replace(/\/+$/, '');
    if (path !== '' && path !== '~') paths.add(path);
  }
  return { paths: [...paths], filters: filters.test(text) };
}
