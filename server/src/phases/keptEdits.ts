/**
 * A user's edits of the unpacked source when a session goes back: the copy that is restored knows nothing of them. What still stands
 * there as it was before the edit is edited again; the others are put aside as a patch, so that none is lost.
 */
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gitPatch } from '../patch/gitPatch';
import type { FileVersion } from '../patch/gitPatch';
import { SessionFiles } from './sessionFiles';
import type { SessionKeeper } from './sessionKeeper';
import type { DirectorySnapshots } from './snapshots/snapshots';
import type { SourceEdit, SourceEdits } from './sourceEdits';
import { findSourceEdits, sameVersion } from './sourceEdits';

export interface KeptEditsParts {
  readonly keeper: SessionKeeper;
  readonly snapshots: DirectorySnapshots;
}

const shownNames = 3;

/** To be asked before the session goes back. Null when nothing was edited, or when edits cannot be told from what phases did. */
export async function editsAtRisk(
  { keeper, snapshots }: KeptEditsParts,
  signal: AbortSignal,
): Promise<SourceEdits | null> {
  const { record, folder } = keeper;
  if (record.left === null && record.ends.every((end) => end === null)) return null;
  const found = await findSourceEdits(new SessionFiles(record, folder, snapshots), signal);
  return found.ok && found.value.edits.length > 0 ? found.value : null;
}

/** To be called when the files of `position` are restored. Gives what the user should know; null when there is nothing. */
export async function bringBackEdits(
  { keeper, snapshots }: KeptEditsParts,
  atRisk: SourceEdits | null,
  position: number,
  signal: AbortSignal,
): Promise<string | null> {
  const copy = keeper.record.snapshots[position] ?? null;
  if (atRisk === null || copy === null) return null;
  const files = new SessionFiles(keeper.record, keeper.folder, snapshots);
  const stay: SourceEdit[] = [];
  const aside: SourceEdit[] = [];
  for (const one of atRisk.edits) {
    const inside = Buffer.concat([Buffer.from(atRisk.folder), one.edit.path]);
    const now = await restored(files, copy, inside, one.edit, signal);
    if (now !== 'unknown' && sameVersion(now, one.edit.after)) continue;
    const place = Buffer.concat([Buffer.from(`${keeper.folder.work}/`), inside]);
    const fits = now !== 'unknown' && sameVersion(now, one.edit.before);
    (fits && (await writeVersion(place, one.edit.after)) ? stay : aside).push(one);
  }
  const told = stay.length === 0 ? '' : `Your edits of the source stay: ${named(stay)}. `;
  const text = `${told}${(await putAside(keeper, aside)) ?? ''}`.trim();
  return text === '' ? null : text;
}

/** Keeps edits that the files have no place for as a patch. Gives what the user should know; null when there are none. */
export async function putAside(
  { folder }: SessionKeeper,
  edits: readonly SourceEdit[],
): Promise<string | null> {
  if (edits.length === 0) return null;
  const patch = join(folder.path, 'edits', `${String(Date.now())}.patch`);
  try {
    await mkdir(dirname(patch), { recursive: true, mode: 0o700 });
    await writeFile(patch, Buffer.concat(edits.map(({ edit }) => gitPatch(edit, 1))));
    return `The files are as the phases made them again; your edits of ${named(edits)} are kept in ${patch}.`;
  } catch {
    return `Your edits of ${named(edits)} could not be kept.`;
  }
}

/** What the copy holds at an edited place; `unknown` when it cannot be read. */
async function restored(
  files: SessionFiles,
  copy: number,
  inside: Uint8Array,
  { before, after }: SourceEdit['edit'],
  signal: AbortSignal,
): Promise<FileVersion | null | 'unknown'> {
  const like = before ?? after;
  if (like?.kind === 'symlink') return 'unknown';
  const read = await files.read(copy, inside, signal);
  if (read.ok) return { kind: 'file', executable: like?.executable ?? false, content: read.value };
  return read.error.code === 'no-such-file' ? null : 'unknown';
}

async function writeVersion(place: Buffer, version: FileVersion | null): Promise<boolean> {
  try {
    await rm(place, { force: true });
    if (version === null) return true;
    if (version.kind === 'symlink') await symlink(Buffer.from(version.content), place);
    else {
      await writeFile(place, version.content, { mode: 0o644 });
      await chmod(place, version.executable ? 0o755 : 0o644);
    }
    return true;
  } catch {
    return false;
  }
}

function named(edits: readonly SourceEdit[]): string {
  const paths = edits.slice(0, shownNames).map(({ path }) => path);
  const more = edits.length - paths.length;
  return more > 0 ? `${paths.join(', ')} and ${String(more)} more` : paths.join(', ');
}
