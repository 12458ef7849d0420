/** What is kept of builds: their logs as they grow, the target's and its inputs', and how long they took. */
import { join } from 'node:path';
import { Durations, type Estimate } from '../builds/durations';
import { KeptLogs, logSubject } from '../builds/logs/keptLogs';
import type { LogWriter } from '../builds/logs/logWriter';
import type { RunningBuildOptions } from '../builds/runningBuild';
import type { Logger } from '../environment';
import type { ActivityEvent } from '../protocol/messages';
import type { BuildPhaseResult, Derivation } from '../protocol/model';
import { derivationName } from '../protocol/storePath';

export interface BuildRecords {
  readonly kept: KeptLogs;
  readonly durations: Durations;
}

export function buildRecords(stateFolder: string, logger: Logger): BuildRecords {
  return {
    kept: new KeptLogs(stateFolder, logger),
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

/** Keeps what a build writes, and how long it and its inputs took; `whole`: not of its inputs alone. */
export function followBuild(
  { kept, durations }: BuildRecords,
  { derivation, drvPath }: { readonly derivation: Derivation; readonly drvPath: string },
  onEvent: (event: ActivityEvent) => void,
  whole = true,
): FollowedBuild {
  const name = derivationName(drvPath);
  const inputs = new Map<string, LogWriter>();
  const written = new Map<string, LogWriter>();
  const target = whole ? kept.begin(logSubject('build', derivation, drvPath)) : null;
  let begun: number | null = null;
  const told = (event: ActivityEvent): void => {
    target?.follow(event);
    if (event.type !== 'progress') return;
    const { progress } = event;
    if (progress.kind === 'builder') begun = performance.now();
    else if (progress.kind === 'input') {
      const { status, work, name: input, path, seconds, phase } = progress.input;
      if (status !== 'running' && work === 'build') written.get(path)?.ended(status, seconds, phase);
      if (status === 'ok' && work === 'build') void durations.record(input, seconds, []);
    }
  };
  const begunInput = (input: string): LogWriter => {
    const subject = { name: derivationName(input), file: null, attr: '' };
    const log = kept.begin(logSubject('build', subject, input));
    inputs.set(input, log);
    written.set(input, log);
    return log;
  };
  return {
    listener: {
      onEvent: (event) => {
        told(event);
        onEvent(event);
      },
      onLogText: (text) => target?.write(text),
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
    logOf: (path) => {
      const log = path === drvPath ? target : written.get(path);
      return log?.begun === true ? log : null;
    },
    end: () => {
      target?.close();
      for (const log of inputs.values()) log.close();
    },
  };
}
