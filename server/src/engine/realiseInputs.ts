/** What must be there before a derivation's stdenv can be asked or its phases run: built or fetched, and told. */
import { RunningBuild } from '../builds/runningBuild';
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import type { ActivityEvent } from '../protocol/messages';
import type { Derivation, Failure, InputsResult } from '../protocol/model';
import { failure, success, type Problem, type Result } from '../result';
import { followBuild, type BuildRecords } from './buildRecords';
import { explainedBuildFailure } from './explainedFailure';
import { withFirstErrors } from './failedLines';
import type { PackageSearch } from './packageQuestions';
import { markInBuildLog } from './markInLog';

/** Why it ended before anything of the derivation itself began. */
export interface Ending {
  readonly problem: Problem;
  /** Null when it has no place and no log. */
  readonly failure: Failure | null;
}

export interface InputsRequest {
  readonly nix: Nix;
  readonly derivation: Derivation;
  readonly store: StoreDerivation;
  readonly onEvent: (event: ActivityEvent) => void;
  readonly signal: AbortSignal;
}

/** Builds or fetches what the derivation needs, not itself; null when all is there, or when it was stopped. */
export async function realiseInputs(
  { nix, derivation, store, onEvent, signal }: InputsRequest,
  search: PackageSearch,
  records: BuildRecords,
): Promise<Ending | null> {
  const following = followBuild(records, { derivation, drvPath: store.path }, onEvent, false);
  const running = new RunningBuild({
    drvPath: store.path,
    ...following.listener,
    now: () => performance.now(),
  });
  try {
    const outcome = await nix.realiseInputs(store, (event) => running.handle(event), signal);
    const { status } = outcome;
    running.finish(status === 'failed' || status === 'cancelled' ? status : 'ok');
    if (status !== 'failed' && status !== 'cancelled') return null;
    const failing = { derivation, drvPath: store.path };
    const failed = await withFirstErrors(running.failed, following, signal);
    const explained = await explainedBuildFailure(search, failing, outcome, failed, signal);
    const reason = { ...explained, log: markInBuildLog(following, failed, explained) };
    const advice = reason.explanation ?? 'Its log may say more: phasewise log, or Show Log in the editor.';
    return { problem: { code: 'input-failed', message: reason.message, advice }, failure: reason };
  } finally {
    following.end();
  }
}

/** What building the inputs came to, for whoever asked for no more than that. */
export function inputsResult(ending: Ending | null, signal: AbortSignal): Result<InputsResult> {
  if (signal.aborted) return success({ status: 'cancelled', failure: null });
  if (ending === null) return success({ status: 'built', failure: null });
  return ending.failure === null
    ? failure(ending.problem)
    : success({ status: 'failed', failure: ending.failure });
}
