/**
 * Changes of files in the format of `git diff`, which GNU patch, `git apply` and stdenv's patchPhase read. Bytes that are no
 * text stand in it as they are, for GNU patch does not know git's encoding of them. Source: git's documentation, "Generating patch
 * text with -p"; GNU patch 2.7's manual, "Diff formats".
 */
import { createHash } from 'node:crypto';
import type { LineChange } from './lineDiff';
import { diffLines } from './lineDiff';

/** A file at one time. */
export interface FileVersion {
  readonly kind: 'file' | 'symlink';
  readonly executable: boolean;
  /** Of a symlink its target. */
  readonly content: Uint8Array;
}

export interface FileEdit {
  /** Below the folder in which the patch is applied, byte for byte. */
  readonly path: Uint8Array;
  /** Null: it was not there. */
  readonly before: FileVersion | null;
  /** Null: it is gone. */
  readonly after: FileVersion | null;
}

const context = 3;

/** `level` is that of `patch -p`. Empty when nothing changed. */
export function gitPatch({ path, before, after }: FileEdit, level: number): Buffer {
  if (before !== null && after !== null && before.kind !== after.kind) {
    const gone = gitPatch({ path, before, after: null }, level);
    return Buffer.concat([gone, gitPatch({ path, before: null, after }, level)]);
  }
  const same = before !== null && after !== null && Buffer.compare(before.content, after.content) === 0;
  if (same && before.executable === after.executable) return Buffer.alloc(0);
  if (before === null && after === null) return Buffer.alloc(0);
  const names = { old: quoted('a/', level, path), new: quoted('b/', level, path) };
  const head = [`diff --git ${names.old} ${names.new}`, ...modeLines(before, after)];
  if (same) return latin1(`${head.join('\n')}\n`);
  const kept = before !== null && after !== null && modeOf(before) === modeOf(after);
  head.push(`index ${hashOf(before)}..${hashOf(after)}${kept ? ` ${modeOf(after)}` : ''}`);
  const hunks = hunksOf(linesOf(before), linesOf(after));
  if (hunks !== '') {
    head.push(`--- ${before === null ? '/dev/null' : names.old}`);
    head.push(`+++ ${after === null ? '/dev/null' : names.new}`);
  }
  return latin1(`${head.join('\n')}\n${hunks}`);
}

/** Whether a content is what editors call binary: it holds a NUL byte early. */
export function isBinary(content: Uint8Array): boolean {
  return content.subarray(0, 8000).includes(0);
}

function modeLines(before: FileVersion | null, after: FileVersion | null): readonly string[] {
  if (before === null) return after === null ? [] : [`new file mode ${modeOf(after)}`];
  if (after === null) return [`deleted file mode ${modeOf(before)}`];
  const [old, now] = [modeOf(before), modeOf(after)];
  return old === now ? [] : [`old mode ${old}`, `new mode ${now}`];
}

function modeOf({ kind, executable }: FileVersion): string {
  if (kind === 'symlink') return '120000';
  return executable ? '100755' : '100644';
}

/** Git's name of a content. */
function hashOf(version: FileVersion | null): string {
  if (version === null) return '0'.repeat(40);
  const { content } = version;
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** GNU patch ends an unquoted name at a space. */
function quoted(prefix: string, level: number, path: Uint8Array): string {
  const name = prefix.repeat(level) + Buffer.from(path).toString('latin1');
  if (!/[\s"\\]|[^ -~\u0080-\u00ff]/.test(name)) return name;
  const escaped = name.replace(/["\\]|[^ -~]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}

/** One byte a character, each with its line feed. */
function linesOf(version: FileVersion | null): readonly string[] {
  const text = Buffer.from(version?.content ?? []).toString('latin1');
  const lines = text.split('\n').map((line) => `${line}\n`);
  const last = lines.pop()?.slice(0, -1) ?? '';
  return last === '' ? lines : [...lines, last];
}

function hunksOf(before: readonly string[], after: readonly string[]): string {
  return grouped(diffLines(before, after))
    .map((changes) => hunk(before, after, changes))
    .join('');
}

/** Changes whose context would overlap stand in one hunk. */
function grouped(changes: readonly LineChange[]): readonly (readonly LineChange[])[] {
  const groups: LineChange[][] = [];
  for (const change of changes) {
    const group = groups.at(-1);
    const near = group !== undefined && change.from - (group.at(-1)?.fromEnd ?? 0) <= 2 * context;
    if (near) group.push(change);
    else groups.push([change]);
  }
  return groups;
}

function hunk(before: readonly string[], after: readonly string[], changes: readonly LineChange[]): string {
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined || last === undefined) return '';
  const start = Math.max(0, first.from - context);
  const end = Math.min(before.length, last.fromEnd + context);
  const lines: string[] = [];
  let at = start;
  for (const { from, fromEnd, to, toEnd } of changes) {
    for (; at < from; at++) lines.push(line(' ', before[at]));
    for (; at < fromEnd; at++) lines.push(line('-', before[at]));
    for (const added of after.slice(to, toEnd)) lines.push(line('+', added));
  }
  for (; at < end; at++) lines.push(line(' ', before[at]));
  const newStart = first.to - (first.from - start);
  const newEnd = last.toEnd + (end - last.fromEnd);
  return `@@ -${range(start, end)} +${range(newStart, newEnd)} @@\n${lines.join('')}`;
}

function line(sign: string, text = ''): string {
  return text.endsWith('\n') ? sign + text : `${sign}${text}\n\\ No newline at end of file\n`;
}

/** An empty range names the line before it. */
function range(start: number, end: number): string {
  return `${end === start ? start : start + 1},${end - start}`;
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
