/** Which line of a kept log a failure leads to. */
import type { FailedBuilder } from '../builds/runningBuild';
import type { LogWriter } from '../builds/logs/logWriter';
import type { Failure, FailureLog, LogLine } from '../protocol/model';
import type { FollowedBuild } from './buildRecords';

/** Of a build's failure, in the log of the derivation that failed; null when that printed nothing. */
export function placeInBuildLog(
  { logOf }: FollowedBuild,
  failed: FailedBuilder | null,
  reason: Failure,
): FailureLog | null {
  if (failed === null) return null;
  const { drvPath, loggedPhase, linesBefore, lines } = failed;
  const place = placeInLog(logOf(drvPath), loggedPhase, reason, lines);
  return place && { ...place, line: place.line + linesBefore };
}

/** The first decisive line, else the last of these lines, which are a phase's; null when there is none or no log. */
export function placeInLog(
  log: LogWriter | null,
  phase: string | null,
  { decisive }: Failure,
  lines: readonly LogLine[],
): FailureLog | null {
  const line = decisive?.[0] ?? lines.at(-1);
  if (log === null || line === undefined) return null;
  return { id: log.id, file: log.path, phase, line: line.number };
}
