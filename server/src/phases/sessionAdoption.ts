/** Goes on with an edited derivation in a session that began with another. */
import type { StoreDerivation } from '../nix/derivationFile';
import type { BuilderEnvironment } from './builderEnvironment';
import type { SessionOptions } from './openChain';
import { prepareBuilder } from './openChain';
import { addsSavedPatch } from './savedPatches';
import { planEdit, touchedVariable, withOutputPaths } from './sessionEdits';
import type { PlannedEdit } from './sessionEdits';
import type { SessionKeeper } from './sessionKeeper';
import { writeEditedFiles } from './sessionTravel';
import { isReached, staleByEdit } from './staleness';
import { storePathName } from '../protocol/storePath';

/** What of a session's options tells how a builder would be told an edit. */
export type AdoptionOptions = Pick<SessionOptions, 'nix' | 'cores' | 'environment'>;

/** What going on with an edited derivation would come to. */
interface Adoption {
  readonly planned: PlannedEdit;
  /** How many of the phases done stay. */
  readonly position: number;
}

/** Null when the session could go on with `next` from `firstPhase` (null: no phase is reached); else why it cannot. Changes nothing. */
export async function adoptionRefused(
  options: AdoptionOptions,
  keeper: SessionKeeper,
  next: StoreDerivation,
  firstPhase: string | null,
): Promise<string | null> {
  const plan = await planAdoption(options, keeper, next, firstPhase);
  return typeof plan === 'string' ? plan : null;
}

/**
 * Null when the session's next run goes on with `next` from `firstPhase` (null: no phase is reached); else why it cannot. What
 * phases that are done no longer hold for gets `reason`.
 */
export async function adoptDerivation(
  options: AdoptionOptions,
  keeper: SessionKeeper,
  next: StoreDerivation,
  firstPhase: string | null,
  reason: string,
): Promise<string | null> {
  const plan = await planAdoption(options, keeper, next, firstPhase);
  if (typeof plan === 'string') return plan;
  const { record } = keeper;
  const { planned, position } = plan;
  const moved = position < keeper.position;
  const edits = planned.edit.script === '' && planned.edit.files.length === 0 ? [] : [planned.edit];
  await keeper.cutAt(position, {
    derivation: next,
    edits: [...record.edits, ...edits],
    dirty: record.dirty || moved,
    failed: isReached(record, position) ? null : record.failed,
    finished: record.finished && !moved,
    stale: staleByEdit(record, position, reason),
  });
  await takeBackEdits(keeper, record.derivation);
  if (!keeper.record.dirty) await writeEditedFiles(keeper);
  return null;
}

/** Edits of the source that a patch of the derivation now brings: the next run begins with the files as the phase before left them. */
async function takeBackEdits(keeper: SessionKeeper, before: StoreDerivation): Promise<void> {
  const { record, position, folder } = keeper;
  const clean = record.ends[position] ?? null;
  if (clean === null || !(await addsSavedPatch(folder.path, before, record.derivation))) return;
  await keeper.update({
    snapshots: [...record.snapshots.slice(0, position), clean],
    left: null,
    dirty: true,
  });
}

async function planAdoption(
  options: AdoptionOptions,
  keeper: SessionKeeper,
  next: StoreDerivation,
  firstPhase: string | null,
): Promise<Adoption | string> {
  const { record } = keeper;
  const reached =
    firstPhase === null ? record.phases.length : record.phases.findIndex(({ name }) => name === firstPhase);
  if (reached < 0) return `there is no phase ${firstPhase ?? ''} in the session`;
  if (record.structure === 'builder') return 'a builder that is no stdenv cannot go on half way';
  if (record.states.length === 0) return 'it begins anew';
  const planned = planEdit(await told(options, keeper, record.derivation), await told(options, keeper, next));
  if (typeof planned === 'string') return planned;
  const unlike = outputsDiffer(record.derivation, next);
  if (unlike !== null) return unlike;
  const position = Math.min(reached, keeper.position);
  const lost = await lostByEdit(keeper, planned, position);
  return lost ?? { planned, position };
}

async function told(
  options: AdoptionOptions,
  { folder, record }: SessionKeeper,
  derivation: StoreDerivation,
): Promise<BuilderEnvironment> {
  const { buildTop, redirect } = record.view ?? { buildTop: folder.buildTop, redirect: folder.work };
  const { builder } = await prepareBuilder({ ...options, derivation }, { buildTop, redirect });
  return withOutputPaths(builder, record.outputPaths);
}

/** Outputs of another number or length cannot be rewritten into the real ones. */
function outputsDiffer(before: StoreDerivation, next: StoreDerivation): string | null {
  const names = (derivation: StoreDerivation) =>
    Object.entries(derivation.outputs)
      .map(([name, { path, hash }]) => `${name} ${storePathName(path)} ${hash}`)
      .sort()
      .join('\n');
  return names(before) === names(next) ? null : 'the outputs have other names';
}

/** Every position that can still be gone back to takes on the edit, so none may hold a changed variable otherwise. */
async function lostByEdit(
  keeper: SessionKeeper,
  { changes }: PlannedEdit,
  position: number,
): Promise<string | null> {
  const { edits, states, phases } = keeper.record;
  for (let at = 0; at <= position; at++) {
    const state = await keeper.state(at);
    if (state === null) continue;
    const already = new Set(edits.slice(states[at] ?? 0).flatMap(({ variables }) => variables));
    const touched = touchedVariable(changes, state.variables, already);
    if (touched === null) continue;
    const by = at === 0 ? 'the setup script or a setup hook' : (phases[at - 1]?.name ?? 'a phase');
    return `${by} changed ${touched} already`;
  }
  return null;
}
