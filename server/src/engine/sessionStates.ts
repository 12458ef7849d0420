/** What is kept of derivations' phases, and what an edit since then makes stale: told before anything runs, and by reading alone. */
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix, NixProbe } from '../nix/nix';
import { adoptionOfKept, readKeptSession, type KeptSession } from '../phases/keptSession';
import { buildDirectoryOf } from '../phases/sessionFolder';
import type { Derivation } from '../protocol/model';
import type { SessionEdit, SessionState } from '../protocol/sessionMessages';
import { resumeReach } from './editReaching';
import type { Inspections } from './inspections';
import { keptPhases } from './keptPhases';
import { sessionKey } from './sessionKey';

export interface SessionStatesParts {
  readonly stateFolder: string;
  readonly driverFolder: string;
  readonly inspections: Inspections;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Of those derivations that have a session which a run would go on with. */
export async function sessionStatesOf(
  parts: SessionStatesParts,
  nixOf: (derivation: Derivation) => Promise<NixProbe>,
  derivations: readonly Derivation[],
  signal: AbortSignal,
): Promise<readonly SessionState[]> {
  const states: SessionState[] = [];
  for (const derivation of derivations) {
    const nix = await nixOf(derivation);
    if (signal.aborted) break;
    if (!nix.ok) continue;
    const state = await sessionStateOf(parts, nix.value, derivation, signal);
    if (state !== null) states.push(state);
  }
  return states;
}

async function sessionStateOf(
  parts: SessionStatesParts,
  nix: Nix,
  derivation: Derivation,
  signal: AbortSignal,
): Promise<SessionState | null> {
  const { stateFolder, driverFolder } = parts;
  const { storeDir } = nix.installation;
  const place = { stateFolder, driverFolder, key: sessionKey(derivation), storeDir };
  const kept = await readKeptSession(place);
  if (kept === null) return null;
  const edit = await editSince(parts, nix, kept, derivation.drvPath, signal);
  const { record, holder, id } = kept;
  return {
    attr: derivation.attr,
    id,
    phases: keptPhases(record, edit),
    edit,
    isolation: record.view?.isolation ?? null,
    isolationNote: record.view?.isolationNote ?? null,
    heldBy: holder === process.pid ? null : holder,
    buildDirectory: await buildDirectoryOf(record),
  };
}

async function editSince(
  parts: SessionStatesParts,
  nix: Nix,
  kept: KeptSession,
  drvPath: string | null,
  signal: AbortSignal,
): Promise<SessionEdit | null> {
  const before = kept.record.derivation;
  if (drvPath === null || drvPath === before.path) return null;
  const after = await nix.readDerivation(drvPath);
  // Nobody can tell before it is in the store, and a run would say so itself.
  if (!after.ok) return null;
  return editBetween(parts, nix, kept, after.value, signal);
}

async function editBetween(
  parts: SessionStatesParts,
  nix: Nix,
  kept: KeptSession,
  after: StoreDerivation,
  signal: AbortSignal,
): Promise<SessionEdit> {
  const { derivation: before, phases } = kept.record;
  const { installation } = nix;
  const reach = await resumeReach(parts.inspections, installation, { before, after, phases }, signal);
  const { reasons } = reach;
  if (reach.kind === 'everything') return { reach: 'everything', phase: null, reasons };
  const phase = reach.kind === 'same' ? null : reach.phase;
  const { environment } = parts;
  const options = environment === undefined ? { nix: installation } : { nix: installation, environment };
  const refused = await adoptionOfKept(kept, options, after, phase);
  if (refused !== null)
    return {
      reach: 'everything',
      phase: null,
      reasons: [...reasons, `The session cannot go on: ${refused}.`],
    };
  return { reach: phase === null ? 'nothing' : 'phase', phase, reasons };
}
