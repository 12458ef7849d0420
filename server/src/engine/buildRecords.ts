/** What is kept of builds: their logs as they grow, the target's and its inputs', and how long they took. */
import { join } from 'node:path';
import { Durations, type Estimate } from '../builds/durations';
import { GrowingLogs, type GrowingLog } from '../builds/growingLogs';
import { KeptLogs, logSubject } from '../builds/logs/keptLogs';
import type { LogWriter } from '../builds/logs/logWriter';
import type { RunningBuildOptions } from '../builds/runningBuild';
import type { Logger } from '../environment';
import type { ActivityEvent } from '../protocol/messages';
import type { BuildPhaseResult, Derivation } from '../protocol/model';
import { derivationName } from '../protocol/storePath';

export interface BuildRecords {
  readonly kept: KeptLogs;
  /** Those of them that are being written. */
  readonly logs: GrowingLogs;
  readonly durations: Durations;
}

export function buildRecords(stateFolder: string, logger: Logger): BuildRecords {
  return {
    kept: new KeptLogs(stateFolder, logger),
    logs: new GrowingLogs(),
    durations: new Durations(join(stateFolder, 'durations.json'), logger),
  };
}

export interface FollowedBuild {
  readonly listener: Omit<RunningBuildOptions, 'drvPath' | 'now'>;
  /** What such builds took before; null when that is not known. */
  readonly estimate: Estimate | null;
  /** The build ended well, with these phases. */
  keepDurations(phases: readonly BuildPhaseResult[]): void;
  /** The log of the target or of an input of it; null when nothing was written. */
  readonly logOf: (drvPath: string) => LogWriter | null;
  /** Nothing more is written. */
  end(): void;
}

/** Keeps what a build writes, and how long it and its inputs took. */
export function followBuild(
  { kept, logs, durations }: BuildRecords,
  { derivation, drvPath }: { readonly derivation: Derivation; readonly drvPath: string },
  onEvent: (event: ActivityEvent) => void,
): FollowedBuild {
  const name = derivationName(drvPath);
  const inputs = new Map<string, GrowingLog>();
  const written = new Map<string, LogWriter>();
  const log = kept.begin(logSubject('build', derivation, drvPath));
  let target: GrowingLog | null = null;
  let begun: number | null = null;
  const told = (event: ActivityEvent): void => {
    log.follow(event);
    if (event.type !== 'progress') return;
    const { progress } = event;
    if (progress.kind === 'builder') begun = performance.now();
    else if (progress.kind === 'input') {
      const { status, work, name: input, path, seconds, phase } = progress.input;
      if (status !== 'running' && work === 'build') written.get(path)?.ended(status, seconds, phase);
      if (status === 'ok' && work === 'build') void durations.record(input, seconds, []);
    }
  };
  const begunInput = (input: string): GrowingLog => {
    const subject = { name: derivationName(input), file: null, attr: '' };
    const writer = kept.begin(logSubject('build', subject, input));
    const growing = logs.of(input, writer);
    inputs.set(input, growing);
    written.set(input, writer);
    return growing;
  };
  return {
    listener: {
      onEvent: (event) => {
        told(event);
        onEvent(event);
      },
      onLogText: (text) => (target ??= logs.of(drvPath, log)).write(text),
      onInputLog: (input, text) => {
        if (text !== null) return (inputs.get(input) ?? begunInput(input)).write(text);
        inputs.get(input)?.close();
        inputs.delete(input);
      },
      estimate: (input) => durations.estimate(input)?.seconds ?? null,
    },
    estimate: durations.estimate(name),
    keepDurations: (phases) => {
      if (begun !== null) void durations.record(name, (performance.now() - begun) / 1000, phases);
    },
    logOf: (path) => (path === drvPath ? target && log : (written.get(path) ?? null)),
    end: () => {
      target?.close();
      log.close();
      for (const log of inputs.values()) log.close();
    },
  };
}
