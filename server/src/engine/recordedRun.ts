/** A run of phases that somebody asked for: its log is kept, and what tools say in it is told. */
import type { RunResult } from '../protocol/model';
import type { Result } from '../result';
import type { BuildRecords } from './buildRecords';
import { withLiveProblems } from './liveProblems';
import type { PhaseFileReader } from './phaseFiles';
import type { PhaseRuns, RunRequest } from './phaseRuns';
import { problemPlacer } from './sourcePlaces';
import type { SourceTexts } from './sourceTexts';

export interface RecordedRunParts {
  readonly runs: PhaseRuns;
  readonly records: BuildRecords;
  readonly sources: SourceTexts;
  readonly fileReader: PhaseFileReader;
}

/** See `PhaseRuns.run`. */
export function recordedRun(
  { runs, records, sources, fileReader }: RecordedRunParts,
  request: Omit<RunRequest, 'log'>,
): Promise<Result<RunResult>> {
  const { nix, derivation, store, onEvent } = request;
  const placed = problemPlacer(nix, derivation, store, sources, fileReader);
  return withLiveProblems(placed, onEvent, (live) =>
    records.kept.recorded('run', derivation, store.path, live, (told, log) =>
      runs.run({ ...request, onEvent: told, log }),
    ),
  );
}
