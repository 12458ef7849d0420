/** A real build of one derivation: Nix's events told as activity, its end told as a result. */
import { offerInKept, type BuiltPhases } from '../builds/replayOffer';
import { RunningBuild } from '../builds/runningBuild';
import type { BuildEvent } from '../nix/buildEvents';
import type { BuildRecords } from './buildRecords';
import { followBuild } from './buildRecords';
import type { BuildOptions } from '../nix/nix';
import type { ActivityEvent } from '../protocol/messages';
import type { BuildResult, Derivation, Diagnostic, Failure } from '../protocol/model';
import { explainedBuildFailure } from './explainedFailure';
import { withFirstErrors } from './failedLines';
import { markInBuildLog } from './markInLog';
import { withLiveProblems, type ProblemPlacer } from './liveProblems';
import type { PackageSearch } from './packageQuestions';

export interface BuildParts extends PackageSearch {
  readonly records: BuildRecords;
  readonly placed: ProblemPlacer;
}

/** The derivation and its store path, which is known. */
export interface BuiltDerivation {
  readonly derivation: Derivation;
  readonly drvPath: string;
}

export async function performBuild(
  parts: BuildParts,
  built: BuiltDerivation,
  options: BuildOptions,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<BuildResult> {
  let problems: readonly Diagnostic[] = [];
  const heard = (event: ActivityEvent): void => {
    if (event.type === 'progress' && event.progress.kind === 'problems') problems = event.progress.problems;
    onEvent(event);
  };
  const result = await withLiveProblems(parts.placed, heard, (told) =>
    performed(parts, built, options, told, signal),
  );
  return { ...result, problems };
}

async function performed(
  parts: BuildParts,
  built: BuiltDerivation,
  options: BuildOptions,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<BuildResult> {
  const { derivation, drvPath } = built;
  const begun = performance.now();
  onEvent({ type: 'started', phases: derivation.phases.filter(({ runs }) => runs).map(({ name }) => name) });
  const following = followBuild(parts.records, built, onEvent);
  const { estimate } = following;
  if (estimate !== null) onEvent({ type: 'progress', progress: { kind: 'estimate', ...estimate } });
  const running = new RunningBuild({ drvPath, ...following.listener, now: () => performance.now() });
  let keptDirectory: string | null = null;
  try {
    const listen = (event: BuildEvent): void => {
      if (event.type === 'keptBuildDirectory') {
        // Unasked, a builder made it up.
        if (!options.keepFailed) return;
        keptDirectory = event.folder;
      }
      running.handle(event);
    };
    const outcome = await parts.nix.build(drvPath, options, listen, signal);
    if (outcome.status !== 'failed') keptDirectory = null;
    const status = outcome.status === 'failed' || outcome.status === 'cancelled' ? outcome.status : 'ok';
    running.finish(status);
    if (outcome.status === 'built') following.keepDurations(running.phases);
    const { phases } = running;
    const soFar = { phases, seconds: (performance.now() - begun) / 1000 };
    const failed = await withFirstErrors(running.failed, following, signal);
    const reason =
      status === 'failed' ? await explainedBuildFailure(parts, built, outcome, failed, signal, soFar) : null;
    const failure = reason && {
      ...withKept(reason, drvPath, keptDirectory, soFar),
      log: markInBuildLog(following, failed, reason),
    };
    following.listener.onEvent({
      type: 'finished',
      status,
      seconds: (performance.now() - begun) / 1000,
      failure,
    });
    const { outputs } = outcome;
    return { drvPath, status: outcome.status, outputs, phases, failure, keptDirectory };
  } finally {
    following.end();
  }
}

/** What was kept of an input's build is the input's to go on with. */
function withKept(reason: Failure, drvPath: string, folder: string | null, built: BuiltPhases): Failure {
  if (folder === null || reason.drvPath !== drvPath || reason.exitCode === null) return reason;
  const { offers = [], phase } = reason;
  const replay = reason.replay == null ? reason.replay : offerInKept(reason.replay, phase, built);
  const goOn = { kind: 'goOnInKept', folder, phase, drvPath } as const;
  return { ...reason, replay, offers: [...offers, goOn] };
}
