/** A changed file as a line. */
import type { FileChange, FileSide } from '../../protocol/model';
import type { Colours } from './colours';

const words = {
  created: 'created',
  changed: 'changed',
  deleted: 'deleted',
  typeChanged: 'changed',
  mode: 'changed',
} as const;

/** e.g. `created  hello`, `changed  run.sh (mode 644, now 755)`. */
export function changeLine({ path, change, before, after }: FileChange, colours: Colours): string {
  const word = words[change];
  const details = detailsOf(before, after);
  return `${coloured(word, colours)}  ${path}${isFolder(after ?? before) ? '/' : ''}${details === '' ? '' : ` (${details})`}`;
}

function coloured(word: (typeof words)[keyof typeof words], colours: Colours): string {
  if (word === 'created') return colours.green(word);
  return word === 'deleted' ? colours.red(word) : colours.yellow(word);
}

function isFolder(side: FileSide | null): boolean {
  return side?.type === 'directory';
}

/** What a diff of the content does not show. */
function detailsOf(before: FileSide | null, after: FileSide | null): string {
  if (before === null || after === null) return after === null ? '' : linkOf(after);
  const parts: string[] = [];
  if (before.type !== after.type) parts.push(`${kindWords[before.type]}, now a ${kindWords[after.type]}`);
  if (after.type === 'symlink') parts.push(linkOf(after));
  else if (before.mode !== after.mode && before.type !== 'symlink')
    parts.push(`mode ${octal(before.mode)}, now ${octal(after.mode)}`);
  return parts.join('; ');
}

function linkOf({ type, target }: FileSide): string {
  return type === 'symlink' ? `link to ${target}` : '';
}

const kindWords = {
  file: 'file',
  directory: 'folder',
  symlink: 'link',
  fifo: 'pipe',
  socket: 'socket',
  device: 'device',
} as const;

function octal(mode: number): string {
  return mode.toString(8).padStart(3, '0');
}
