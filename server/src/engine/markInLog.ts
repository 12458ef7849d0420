/** Which line of a kept log a failure leads to. The log keeps it, to be opened there. */
import type { FailedBuilder } from '../builds/runningBuild';
import type { LogWriter } from '../builds/logs/logWriter';
import type { Failure, FailureLog, LogLine } from '../protocol/model';
import type { FollowedBuild } from './buildRecords';

/** Of a build's failure, in the log of the derivation that failed; null when that printed nothing. */
export function markInBuildLog(
  { logOf }: FollowedBuild,
  failed: FailedBuilder | null,
  reason: Failure,
): FailureLog | null {
  if (failed === null) return null;
  const { drvPath, loggedPhase, linesBefore, lines } = failed;
  return markInLog(logOf(drvPath), loggedPhase, reason, lines, linesBefore);
}

/**
 * The first decisive line, else the last of these lines, which are a phase's; null when there is none or no log. `before`: how many
 * lines the log has of earlier runs of the phase.
 */
export function markInLog(
  log: LogWriter | null,
  phase: string | null,
  { decisive }: Failure,
  lines: readonly LogLine[],
  before = 0,
): FailureLog | null {
  const said = decisive?.[0] ?? lines.at(-1);
  if (log === null || said === undefined) return null;
  const line = before + said.number;
  log.failedIn({ phase, line });
  return { id: log.id, file: log.path, phase, line };
}
