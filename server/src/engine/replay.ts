/** Finds the command that failed in a real build, whose log does not name it, by running the phases again in a session. */
import type { ProcessRunner } from '../nix/process';
import { readKeptSession } from '../phases/keptSession';
import { openSessionFiles } from '../phases/sessionFiles';
import { isEdited } from '../phases/sourceEdits';
import type { ActivityEvent } from '../protocol/messages';
import type { Failure, RunResult } from '../protocol/model';
import { failure, stopped, success, type Problem, type Result } from '../result';
import type { Assets } from '../environment';
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
  if (await losesNothing(parts, request)) return run(parts.runs, request, own);
  const apart = `${own}\nreplay`;
  try {
    return await run(parts.runs, request, apart);
  } finally {
    await remove(parts, request, apart);
  }
}

/**
 * Whether the phases can run in the derivation's own session: nobody edited its files, no other process has it, and neither the
 * phase that failed nor one after it is done.
 */
async function losesNothing(
  { stateFolder, assets, runner }: ReplayParts,
  { derivation, nix, failed, signal }: ReplayRequest,
): Promise<boolean> {
  const { driverFolder } = assets;
  const { storeDir } = nix.installation;
  const key = sessionKey(derivation);
  const kept = await readKeptSession({ stateFolder, driverFolder, key, storeDir });
  if (kept === null) return true;
  const { record, holder } = kept;
  if (holder !== null && holder !== process.pid) return false;
  const index = failed.phase === null ? 0 : record.phases.findIndex(({ name }) => name === failed.phase);
  if (record.results.length > Math.max(index, 0)) return false;
  const files = await openSessionFiles({ stateFolder, storeDir, runner }, key);
  return files.ok && !(await isEdited(files.value, signal));
}

async function run(runs: PhaseRuns, request: ReplayRequest, key: string): Promise<Result<Failure>> {
  const { failed, signal, onEvent } = request;
  const isOwn = key === sessionKey(request.derivation);
  const where = { phase: failed.phase, fresh: !isOwn, verify: false, out: null };
  const selection = { selection: failed.phase === null ? ('all' as const) : ('until' as const), ...where };
  const ran = await runs.run({
    ...request,
    ...{ key, selection, explains: false, yields: true },
    onEvent: withoutEnd(onEvent),
  });
  if (signal.aborted) return failure(stopped);
  return ran.ok ? success(compared(failed, ran.value)) : ran;
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

async function remove(
  { stateFolder, assets, runs, keptSessions }: ReplayParts,
  { nix }: ReplayRequest,
  key: string,
): Promise<void> {
  const { driverFolder } = assets;
  const { storeDir } = nix.installation;
  const kept = await readKeptSession({ stateFolder, driverFolder, key, storeDir });
  // Also when it was stopped: nothing of it is for anybody.
  if (kept === null) return;
  await keptSessions.drop([kept.id], (id) => runs.letGo(id), new AbortController().signal);
}

const otherDerivation: Problem = {
  code: 'other-derivation',
  message: 'The derivation was edited since it was built.',
  advice: 'Build it again.',
};
