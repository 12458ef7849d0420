/** Changed files as they are said and named. Pure. */
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { FileChange, FileSide } from '../../../server/src/protocol/model';

export type Side = 'before' | 'after';

/** What the document of one side of a change shows: the file itself, or words where there is no file to show. */
export interface SnapshotQuery extends DerivationKey {
  readonly phase: string;
  readonly side: Side;
  /** The file's key; null: `words` are all there is. */
  readonly file: string | null;
  readonly words: string;
}

/** The query of a side; null when nothing was there. */
export function sideQuery(
  key: DerivationKey,
  phase: string,
  change: FileChange,
  side: Side,
): SnapshotQuery | null {
  const at = change[side];
  if (at === null) return null;
  const { uri, attr } = key;
  const base = { uri, attr, phase, side };
  if (at.type === 'file' && change.change !== 'mode') return { ...base, file: change.key, words: '' };
  return { ...base, file: null, words: `${sideWords(at)}\n` };
}

/** Reads a query that `JSON.stringify` wrote; null for anything else. */
export function readQuery(text: string): SnapshotQuery | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { uri, attr, phase, side, file, words } = value as Partial<Record<keyof SnapshotQuery, unknown>>;
  const named = typeof uri === 'string' && typeof attr === 'string' && typeof phase === 'string';
  if (!named || (side !== 'before' && side !== 'after') || typeof words !== 'string') return null;
  return typeof file === 'string' || file === null ? { uri, attr, phase, side, file, words } : null;
}

/** What is there in place of a text: `Link to ../a`, `File, permissions 755`. */
function sideWords({ type, mode, target }: FileSide): string {
  if (type === 'symlink') return `Link to ${target}`;
  return `${kinds[type]}, permissions ${mode.toString(8).padStart(3, '0')}`;
}

const kinds = {
  file: 'File',
  directory: 'Folder',
  symlink: 'Link',
  fifo: 'Pipe',
  socket: 'Socket',
  device: 'Device',
} as const;

/** A change in a few words: `created, 1.2 kB`, `permissions 644, now 755`, `file, now a link`. */
export function changeWords({ change, before, after }: FileChange): string {
  const at = after ?? before;
  const size = at?.type === 'file' && change !== 'mode' ? `, ${sizeWords(at.size)}` : '';
  const modes =
    before !== null && after !== null && before.mode !== after.mode && after.type !== 'symlink'
      ? `permissions ${before.mode.toString(8)}, now ${after.mode.toString(8)}`
      : '';
  if (change === 'mode') return modes;
  if (change === 'typeChanged' && before !== null && after !== null)
    return `${kinds[before.type].toLowerCase()}, now a ${kinds[after.type].toLowerCase()}`;
  return `${change}${size}${modes === '' ? '' : `, ${modes}`}`;
}

function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The codicon of a change in a list. */
export function changeIcon({ change }: FileChange): string {
  return change === 'created' ? 'diff-added' : change === 'deleted' ? 'diff-removed' : 'diff-modified';
}

/** e.g. `1 file`, `12 files`. */
export function fileCount(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}
