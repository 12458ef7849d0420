/** Brings a session back to an earlier position, or to its beginning. Files first, for a shell must find its directory. */
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ActivityEvent } from '../protocol/messages';
import type { Result } from '../result';
import { success } from '../result';
import type { SessionKeeper } from './sessionKeeper';
import type { SessionShell } from './sessionShell';
import { recordedView } from './sessionShell';
import { bringBackEdits, editsAtRisk, putAside } from './keptEdits';
import type { DirectorySnapshots } from './snapshots/snapshots';
import { staleFrom } from './staleness';

type OnEvent = (event: ActivityEvent) => void;

export interface TravelParts {
  readonly keeper: SessionKeeper;
  readonly shell: SessionShell;
  readonly snapshots: DirectorySnapshots;
}

/**
 * Goes to `target`, or to the last position before it whose files and shell can be had. Null when there is none: then the
 * session must begin anew.
 */
export async function goBack(
  parts: TravelParts,
  target: number,
  onEvent: OnEvent,
  signal: AbortSignal,
): Promise<number | null> {
  const { keeper } = parts;
  if (target === keeper.position && !keeper.record.dirty && (await parts.shell.goTo(target, signal))) {
    return target;
  }
  const edits = await editsAtRisk(parts, signal);
  for (let position = target; position >= 0 && !signal.aborted; position--) {
    if (!(await parts.shell.canReach(position))) continue;
    if (!(await restoreFiles(parts, position, signal))) continue;
    const told = await bringBackEdits(parts, edits, position, signal);
    if (told !== null) onEvent({ type: 'notice', text: told });
    if (!(await parts.shell.goTo(position, signal))) continue;
    await keeper.update({ dirty: false });
    if (position < target) onEvent({ type: 'notice', text: fellBack(keeper, position) });
    return position;
  }
  if (signal.aborted) return null;
  const told = await putAside(keeper, edits?.edits ?? []);
  const why = parts.shell.placeChanged ? elsewhere : beginsAnew;
  for (const text of [why, told]) if (text !== null) onEvent({ type: 'notice', text });
  return null;
}

async function restoreFiles(
  { keeper, snapshots }: TravelParts,
  position: number,
  signal: AbortSignal,
): Promise<boolean> {
  const index = keeper.record.snapshots[position] ?? null;
  if (index === null) return false;
  const again = keeper.record.phases[position]?.name ?? '';
  const stale = staleFrom(keeper.record, position, `${again} ran again since.`);
  await keeper.cutAt(position, { dirty: true, failed: null, finished: false, stale, left: null });
  if (!(await snapshots.restore(index, signal)).ok) return false;
  await writeEditedFiles(keeper);
  await keeper.update({ left: index });
  return true;
}

/** Copies from before an edit hold the files as they were then (`passAsFile`, structured attributes). */
export async function writeEditedFiles(
  { record, folder }: SessionKeeper,
  buildTop = folder.buildTop,
): Promise<void> {
  const files = new Map(
    record.edits.flatMap((edit) => edit.files.map(({ path, content }) => [path, content] as const)),
  );
  for (const [path, content] of files) {
    await writeFile(join(buildTop, relative(record.view?.buildTop ?? folder.buildTop, path)), content, {
      mode: 0o644,
    });
  }
}

/** A new build directory and a new shell, for the derivation as it is now. */
export async function beginAnew(
  keeper: SessionKeeper,
  shell: SessionShell,
  onEvent: OnEvent,
  signal: AbortSignal,
): Promise<Result<null>> {
  await keeper.cutAt(0, {
    ...{ dirty: true, failed: null, finished: false, edits: [], stale: [] },
    ...{ states: [], outputPaths: {} },
    ...{ snapshots: [], ends: [], left: null },
  });
  const opened = await shell.begin((text) => onEvent({ type: 'output', phase: null, text }), signal);
  if (!opened.ok) return opened;
  const { chain, structure, outputPaths, view } = opened.value;
  const states = await keeper.keepState(0, 0);
  await keeper.update({
    dirty: false,
    states,
    phases: chain.phases,
    structure,
    outputPaths,
    view: recordedView(view),
  });
  return success(null);
}

function fellBack({ record }: SessionKeeper, position: number): string {
  const next = record.phases[position]?.name ?? '';
  return `Files or shell from before the wanted phase were not kept: the run goes on from ${next}.`;
}

const elsewhere =
  'Phases are isolated otherwise than when they ran, so their paths are others: all phases run from the beginning.';
const beginsAnew = 'Nothing usable was kept of the files or of the shell: all phases run from the beginning.';
