/** Finds the command that failed in a real build, whose log does not name it, by running the phases again in a session. */
import type { ProcessRunner } from '../nix/process';
import { readKeptSession, type KeptSession } from '../phases/keptSession';
import { openSessionFiles } from '../phases/sessionFiles';
import { isEdited } from '../phases/sourceEdits';
import type { ActivityEvent, AdoptedBuild } from '../protocol/messages';
import type { Failure, RunResult } from '../protocol/model';
import { failure, stopped, success, type Problem, type Result } from '../result';
import type { Assets } from '../environment';
import { failedAlike, keptOf, withoutKept } from './keptReplay';
import type { KeptSessions } from './keptSessions';
import type { PhaseRuns, RunRequest } from './phaseRuns';
import { sessionKey } from './sessionKey';

export interface ReplayParts {
  readonly stateFolder: string;
  readonly assets: Assets;
  readonly runner: ProcessRunner;
  readonly runs: PhaseRuns;
  readonly keptSessions: KeptSessions;
}

interface ReplayRequest extends Omit<RunRequest, 'selection' | 'key' | 'explains' | 'yields'> {
  readonly failed: Failure;
}

/** See `Engine.replay`. */
export async function replay(parts: ReplayParts, request: ReplayRequest): Promise<Result<Failure>> {
  const { derivation, store, failed, signal } = request;
  if (failed.drvPath !== store.path) return failure(otherDerivation);
  return parts.runs.giveWay(sessionKey(derivation), signal, (both) =>
    replayed(parts, { ...request, signal: both }),
  );
}

async function replayed(parts: ReplayParts, request: ReplayRequest): Promise<Result<Failure>> {
  const own = sessionKey(request.derivation);
  const kept = keptOf(request.failed);
  if (kept !== null) return replayedInKept(parts, request, kept);
  if (await losesNothing(parts, request)) return run(parts.runs, request, own);
  const apart = `${own}\nreplay`;
  try {
    return await run(parts.runs, request, apart);
  } finally {
    await remove(parts, request, apart);
  }
}

/** In the derivation's own session only where nothing ran yet; where it tells nothing, running all phases is still offered. */
async function replayedInKept(
  parts: ReplayParts,
  request: ReplayRequest,
  kept: AdoptedBuild,
): Promise<Result<Failure>> {
  const own = sessionKey(request.derivation);
  const isNew = (await keptSession(parts, request, own)) === null;
  const key = isNew ? own : `${own}\nreplay`;
  const ran = await runPhases(parts.runs, request, { key, fresh: false, adopt: kept });
  const alike = ran.ok && failedAlike(request.failed, ran.value);
  if (!isNew || !alike) await remove(parts, request, key);
  if (request.signal.aborted) return failure(stopped);
  return success(ran.ok && alike ? compared(request.failed, ran.value) : withoutKept(request.failed));
}

/**
 * Whether the phases can run in the derivation's own session: nobody edited its files, no other process has it, and neither the
 * phase that failed nor one after it is done.
 */
async function losesNothing(parts: ReplayParts, request: ReplayRequest): Promise<boolean> {
  const { stateFolder, runner } = parts;
  const { derivation, nix, failed, signal } = request;
  const { storeDir } = nix.installation;
  const key = sessionKey(derivation);
  const kept = await keptSession(parts, request, key);
  if (kept === null) return true;
  const { record, holder } = kept;
  if (holder !== null && holder !== process.pid) return false;
  const index = failed.phase === null ? 0 : record.phases.findIndex(({ name }) => name === failed.phase);
  if (record.results.length > Math.max(index, 0)) return false;
  const files = await openSessionFiles({ stateFolder, storeDir, runner }, key);
  return files.ok && !(await isEdited(files.value, signal));
}

function keptSession(
  { stateFolder, assets }: ReplayParts,
  { nix }: ReplayRequest,
  key: string,
): Promise<KeptSession | null> {
  const { driverFolder } = assets;
  const { storeDir } = nix.installation;
  return readKeptSession({ stateFolder, driverFolder, key, storeDir });
}

async function run(runs: PhaseRuns, request: ReplayRequest, key: string): Promise<Result<Failure>> {
  const { failed, signal } = request;
  const ran = await runPhases(runs, request, { key, fresh: key !== sessionKey(request.derivation) });
  if (signal.aborted) return failure(stopped);
  return ran.ok ? success(compared(failed, ran.value)) : ran;
}

function runPhases(
  runs: PhaseRuns,
  request: ReplayRequest,
  { key, ...how }: { readonly key: string; readonly fresh: boolean; readonly adopt?: AdoptedBuild },
): Promise<Result<RunResult>> {
  const { phase } = request.failed;
  const selection = phase === null ? ('all' as const) : ('until' as const);
  return runs.run({
    ...request,
    selection: { selection, phase, verify: false, out: null, ...how },
    ...{ key, explains: false, yields: true },
    onEvent: withoutEnd(request.onEvent),
  });
}

/** The end is told by who asked, with what was found. */
function withoutEnd(onEvent: (event: ActivityEvent) => void): (event: ActivityEvent) => void {
  return (event) => {
    if (event.type !== 'finished') onEvent(event);
  };
}

/** What the build's failure is known to be after its phases ran again. Exported for tests. */
export function compared(failed: Failure, { phases, isolation }: RunResult): Failure {
  const seconds = failed.replay?.seconds ?? 0;
  const done = (note: string | null): Pick<Failure, 'replay'> => ({
    replay: { state: 'done', seconds, note },
  });
  const again = phases.find(({ status }) => status === 'failed');
  const which = failed.phase ?? 'It';
  if (again === undefined) {
    const isolated = isolation === 'none' ? ', not isolated as the build is' : '';
    const why = 'What failed in the build depends on chance, on time or on the machine.';
    return { ...failed, ...done(`${which} did not fail when it ran again${isolated}. ${why}`) };
  }
  const unlike = `When the phases ran again, ${again.name} failed${again.exitCode === null ? '' : ` with exit code ${again.exitCode}`}`;
  if (failed.phase !== null && again.name !== failed.phase) {
    return { ...failed, ...done(`${unlike}, before ${failed.phase} began.`) };
  }
  if (again.exitCode !== failed.exitCode) return { ...failed, ...done(`${unlike}: not as in the build.`) };
  const found = again.failure;
  if (found?.exact !== true) {
    const words = 'The command that failed is not written in a line of this file that is known.';
    return { ...failed, command: found?.command ?? null, ...done(words) };
  }
  const { file, range, exact, command } = found;
  return { ...failed, file, range, exact, command, ...done(null) };
}

async function remove(parts: ReplayParts, request: ReplayRequest, key: string): Promise<void> {
  const { runs, keptSessions } = parts;
  const kept = await keptSession(parts, request, key);
  // Also when it was stopped: nothing of it is for anybody.
  if (kept === null) return;
  // What gives way here is this very replay: of its own key nothing is to be waited for.
  const letGo =
    key === sessionKey(request.derivation)
      ? () => runs.release(request.derivation).then(() => null)
      : (id: string) => runs.letGo(id);
  await keptSessions.drop([kept.id], letGo, new AbortController().signal);
}

const otherDerivation: Problem = {
  code: 'other-derivation',
  message: 'The derivation was edited since it was built.',
  advice: 'Build it again.',
};
