/** Phase runs and builds as the user asks for them: trust, one at a time, evaluated now, failures shown where they are. */
import { dirname, resolve } from 'node:path';
import { fileOf } from '../documents';
import type { Engine } from '../engine/engine';
import { normalAttrPath } from '../nix/attrPath';
import type { EvaluationOptions } from '../nix/nix';
import type { ActivityKind, BuildParams, DerivationKey, RunParams } from '../protocol/messages';
import type { BuildResult, Derivation, Failure, InputsResult, RunResult } from '../protocol/model';
import type { BuildUntilParams, BuildUntilResult } from '../protocol/storeMessages';
import type { Settings } from '../protocol/settings';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { Activities, ActivityWork } from './activities';
import type { DerivationLookup, WantedDerivation } from './derivationLookup';
import { choose } from './derivationLookup';
import type { Drawings } from './drawings';
import type { Failures } from './failures';
import { keyedFile } from './keyedTarget';
import { lastCheck } from './lastCheck';
import { readNixArguments } from './nixArguments';
import type { Replays } from './replays';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export interface WorkbenchParts {
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly lookup: DerivationLookup;
  readonly activities: Activities;
  readonly drawings: Drawings;
  readonly failures: Failures;
  readonly replays: Replays;
}

/** Problems that no activity tells, as none began. */
const untold: ReadonlySet<string> = new Set(['busy', 'untrusted', 'no-phase', 'wrong-arguments']);

/** Whether the client already knows of this Problem from a `finished` event. */
export function wasTold({ code }: Problem): boolean {
  return !untold.has(code);
}

export class Workbench {
  constructor(private readonly parts: WorkbenchParts) {}

  run(params: RunParams, signal: AbortSignal): Promise<Result<RunResult>> {
    const { selection, phase, fresh, adopt } = params;
    if (phase === null && !['all', 'next', 'check', 'none'].includes(selection))
      return Promise.resolve(failure(noPhase));
    const given = readNixArguments(params.args ?? []);
    if (!given.ok) return Promise.resolve(given);
    const { build: flags, place } = given.value;
    if (flags.length > 0 || Object.keys(place).length > 0) return Promise.resolve(failure(notForRuns));
    const { evaluation } = given.value;
    return this.perform(params, 'run', signal, evaluation, (derivation) => ({
      perform: async (onEvent, runSignal) => {
        const until = selection === 'check' ? lastCheck(derivation) : success({ selection, phase });
        if (!until.ok) return until;
        const chosen = {
          ...until.value,
          fresh,
          verify: params.verify === true,
          watchInputs: params.watchInputs === true,
          out: null,
          ...(adopt && { adopt }),
        };
        const result = await this.parts.engine.run(derivation, chosen, onEvent, runSignal);
        if (result.ok) this.keepRun(params, derivation, result.value);
        return result;
      },
      verdict: runVerdict,
    }));
  }

  async build(params: BuildParams, signal: AbortSignal): Promise<Result<BuildResult>> {
    const given = readNixArguments(params.args ?? []);
    if (!given.ok) return given;
    const { evaluation, build: flags, place } = given.value;
    const { rebuild } = params;
    const { builders = '', store = '' } = { ...place, ...params };
    const file = fileOf(params.uri);
    if (this.parts.state.trusted && file !== null)
      this.parts.engine.store.expectBuild({ file, attr: params.attr }, signal);
    const keepFailed = params.keepFailed || flags.some((flag) => flag === '--keep-failed' || flag === '-K');
    const result = await this.perform(params, 'build', signal, evaluation, (derivation) => ({
      perform: async (onEvent, buildSignal) => {
        const link = resultLink(this.parts.state.settingsOf(keyedFile(params.uri)), derivation);
        const options = { rebuild, keepFailed, builders, store, link, flags };
        const result = await this.parts.engine.build(derivation, options, onEvent, buildSignal);
        if (result.ok) this.keepBuild(params, derivation, result.value);
        return result;
      },
      verdict: buildVerdict,
    }));
    if (result.ok) this.parts.replays.beginQuick(params);
    return result;
  }

  /** A phase, and all before it, by a real build that is cut short after it. */
  buildUntil(params: BuildUntilParams, signal: AbortSignal): Promise<Result<BuildUntilResult>> {
    return this.perform(params, 'build', signal, [], (derivation) => ({
      perform: async (onEvent, buildSignal) => {
        const { store } = this.parts.engine;
        const result = await store.buildUntil(derivation, params.phase, onEvent, buildSignal);
        const failed = result.ok ? result.value.failure : null;
        if (failed !== null) this.parts.failures.record(params, derivation, failed, 'build-failed');
        return result;
      },
      verdict: ({ status, failure: reason }) => ({
        status: status === 'reached' ? 'ok' : status,
        failure: reason,
      }),
    }));
  }

  /** What the derivation needs; its stdenv is asked after that. */
  buildInputs(key: DerivationKey, signal: AbortSignal): Promise<Result<InputsResult>> {
    return this.perform(key, 'inputs', signal, [], (derivation) => ({
      perform: async (onEvent, inputsSignal) => {
        const result = await this.parts.engine.buildInputs(derivation, onEvent, inputsSignal);
        const failed = result.ok ? result.value.failure : null;
        if (failed !== null) this.parts.failures.record(key, derivation, failed, 'build-failed');
        return result;
      },
      verdict: ({ status, failure: reason }) => ({
        status: status === 'built' ? 'ok' : status,
        failure: reason,
      }),
    }));
  }

  /** Which derivation is meant when only the document is named: the one it shows, else the one it evaluates to. */
  async keyOf(wanted: WantedDerivation, signal: AbortSignal): Promise<Result<DerivationKey>> {
    const { uri, attr } = wanted;
    if (attr !== null) return success({ uri, attr: normalAttrPath(attr) });
    if (!this.parts.state.trusted) return failure(untrusted);
    const shown = choose(this.parts.drawings.of(uri), null);
    if (shown !== null) return success({ uri, attr: shown.attr });
    const found = await this.parts.lookup.find(wanted, signal);
    return found.ok ? success({ uri, attr: found.value.attr }) : found;
  }

  private perform<T>(
    key: DerivationKey,
    kind: ActivityKind,
    signal: AbortSignal,
    args: EvaluationOptions['args'],
    workOn: (derivation: Derivation) => ActivityWork<T>,
  ): Promise<Result<T>> {
    if (!this.parts.state.trusted) return Promise.resolve(failure(untrusted));
    let verdict: ActivityWork<T>['verdict'] = () => ({ status: 'ok', failure: null });
    const work: ActivityWork<T> = {
      perform: async (onEvent, workSignal) => {
        this.parts.replays.forget(key);
        const found = await this.parts.lookup.find({ uri: key.uri, attr: key.attr }, workSignal, args);
        if (!found.ok) return found;
        const chosen = workOn(found.value);
        verdict = (value) => chosen.verdict(value);
        const result = await chosen.perform(onEvent, workSignal);
        this.parts.drawings.inspectAgain(key.uri);
        return result;
      },
      verdict: (value) => verdict(value),
    };
    return this.parts.activities.perform(key, kind, work, signal);
  }

  private keepRun({ uri, attr }: DerivationKey, derivation: Derivation, result: RunResult): void {
    const { failures } = this.parts;
    const failed = runVerdict(result).failure;
    if (failed !== null) failures.record({ uri, attr }, derivation, failed, 'phase-failed');
    else failures.resolve({ uri, attr }, result.phases);
  }

  private keepBuild({ uri, attr }: DerivationKey, derivation: Derivation, result: BuildResult): void {
    const { failures, replays, state } = this.parts;
    const isNeverReplayed = state.settingsOf(keyedFile(uri)).builds.replay === 'off';
    const failed =
      isNeverReplayed && result.failure !== null ? { ...result.failure, replay: null } : result.failure;
    if (failed !== null) {
      failures.record({ uri, attr }, derivation, failed, 'build-failed');
      replays.keep({ uri, attr }, derivation, failed);
    } else if (result.status !== 'cancelled') failures.resolve({ uri, attr }, 'all');
  }
}

function runVerdict({ phases }: RunResult): {
  readonly status: 'ok' | 'failed' | 'cancelled';
  readonly failure: Failure | null;
} {
  const failed = phases.find(({ status }) => status === 'failed');
  if (failed !== undefined) return { status: 'failed', failure: failed.failure };
  const stopped = phases.some(({ status }) => status === 'cancelled');
  return { status: stopped ? 'cancelled' : 'ok', failure: null };
}

function buildVerdict(result: BuildResult): {
  readonly status: 'ok' | 'failed' | 'cancelled';
  readonly failure: Failure | null;
} {
  if (result.status === 'failed') return { status: 'failed', failure: result.failure };
  return { status: result.status === 'cancelled' ? 'cancelled' : 'ok', failure: null };
}

const notForRuns: Problem = {
  code: 'wrong-arguments',
  message: 'A run of phases takes --arg and --argstr alone: the rest is for builds.',
  advice: 'Leave it out, or build.',
};

const noPhase: Problem = {
  code: 'no-phase',
  message: 'No phase was named.',
  advice: 'Name the phase to run.',
};

/** Where the build of this derivation leaves its link; null for nowhere. */
function resultLink({ build }: Settings, { file }: Derivation): string | null {
  return build.resultLink === '' ? null : resolve(dirname(file), build.resultLink);
}
