/** What the engine does with what was built: how it stands, what keeps it, and its end. */
import type { NixProbe } from '../nix/nix';
import type { ActivityEvent } from '../protocol/messages';
import type { Derivation, Failure, InputsResult } from '../protocol/model';
import type {
  BuildStanding,
  BuildUntilResult,
  DeletePathsAnswer,
  DeletePathsParams,
  ProgramsAnswer,
  StoredPath,
} from '../protocol/storeMessages';
import { success, type Result } from '../result';
import { buildStanding } from './buildStanding';
import { buildUntil } from './buildUntil';
import type { ExpectedOutputs } from './expectedOutputs';
import { differenceReport, type ReportParts } from './differenceReport';
import type { BuildParts } from './performBuild';
import type { PhaseFileReader } from './phaseFiles';
import type { ReadyDerivation } from './readyDerivation';
import { programsOf } from './programs';
import { reportFailure } from './reportFailure';
import { problemPlacer } from './sourcePlaces';
import { deleteStored, storedPaths, type OwnedDerivation } from './storedPaths';

export interface StoreActions {
  /** Its build will be asked for as soon as it is evaluated: what the store knows of its last outputs is asked meanwhile. */
  expectBuild(subject: Pick<Derivation, 'file' | 'attr'>, signal: AbortSignal): void;
  /** Whether it is valid already and since when, or why it will be built again; null when the store does not tell. Builds nothing. */
  standing(derivation: Derivation, signal: AbortSignal): Promise<Result<BuildStanding | null>>;
  /** The valid outputs of these derivations, what depends on them, and what keeps each from the garbage collector. */
  paths(derivations: readonly Derivation[], signal: AbortSignal): Promise<Result<readonly StoredPath[]>>;
  /** Removes links and deletes store paths; what stays is told with the reason. */
  delete(wanted: DeletePathsParams, signal: AbortSignal): Promise<Result<DeletePathsAnswer>>;
  /**
   * Runs a phase and all before it by a real build that is cut short after it; its inputs are built first. Problems: `no-phases`,
   * `unknown-phase`, `not-rederived`.
   */
  buildUntil(
    derivation: Derivation,
    phase: string,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<BuildUntilResult>>;
  /** The programs in its outputs, as far as they are built. */
  programs(derivation: Derivation, signal: AbortSignal): Promise<Result<ProgramsAnswer>>;
  /** A failure as Markdown for others: nothing that is only this user's is in it. */
  failureReport(derivation: Derivation | null, failure: Failure, signal: AbortSignal): Promise<string>;
  /** Path of diffoscope's report on two store paths. Problems: `no-diffoscope`, `no-report`. */
  differenceReport(paths: readonly [string, string], signal: AbortSignal): Promise<Result<string>>;
}

/** What the engine gives to those that work for it. */
export interface EngineWork {
  /** Does what ends with the engine. */
  work<T>(signal: AbortSignal, doIt: (both: AbortSignal) => Promise<T>): Promise<T>;
  /** That of a file; of null where none is named. */
  nix(file: string | null, signal: AbortSignal): Promise<NixProbe>;
  /** The one that knows a store path. */
  nixOfPath(path: string | null, signal: AbortSignal): Promise<NixProbe>;
  ready(derivation: Derivation, signal: AbortSignal): Promise<Result<ReadyDerivation>>;
  inspect(derivation: Derivation, signal: AbortSignal): Promise<Derivation>;
  buildInputs(
    derivation: Derivation,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<InputsResult>>;
}

export interface StoreParts extends ReportParts, Omit<BuildParts, 'nix' | 'placed'> {
  readonly fileReader: PhaseFileReader;
  readonly outputs: ExpectedOutputs;
}

export function createStoreActions(engine: EngineWork, parts: StoreParts): StoreActions {
  const { stateFolder, outputs } = parts;
  return {
    expectBuild: (subject, signal) => {
      void engine.work(signal, (both) => outputs.expect(engine.nix(subject.file, both), subject, both));
    },
    standing: (derivation, signal) =>
      engine.work(signal, async (both) => {
        const ready = await engine.ready(derivation, both);
        if (!ready.ok) return ready;
        const { nix, store } = ready.value;
        return success(await buildStanding({ nix, stateFolder, outputs }, derivation, store, both));
      }),
    paths: (derivations, signal) =>
      engine.work(signal, async (both) => {
        const nix = await engine.nixOfPath(derivations[0]?.drvPath ?? null, both);
        if (!nix.ok) return nix;
        const owned: OwnedDerivation[] = [];
        for (const derivation of derivations) {
          const ready = await engine.ready(derivation, both);
          if (!ready.ok) return ready;
          owned.push({ attr: derivation.attr, store: ready.value.store });
        }
        return storedPaths(nix.value, owned, both);
      }),
    delete: (wanted, signal) =>
      engine.work(signal, async (both) => {
        const nix = await engine.nixOfPath(wanted.paths[0] ?? null, both);
        return nix.ok ? success(await deleteStored(nix.value, wanted, both)) : nix;
      }),
    buildUntil: (derivation, phase, onEvent, signal) =>
      engine.work(signal, async (both) => {
        onEvent({ type: 'started', phases: [] });
        const notices = (event: ActivityEvent): void => {
          if (event.type === 'notice') onEvent(event);
        };
        const inputs = await engine.buildInputs(derivation, notices, both);
        if (!inputs.ok) return inputs;
        if (inputs.value.status !== 'built') return success(withoutInputs(derivation, phase, inputs.value));
        const ready = await engine.ready(derivation, both);
        if (!ready.ok) return ready;
        const { nix, store } = ready.value;
        const drawn = await engine.inspect(derivation, both);
        const placed = problemPlacer(nix, derivation, store, parts.sources, parts.fileReader);
        return buildUntil({ ...parts, nix, placed }, { derivation: drawn, store }, phase, onEvent, both);
      }),
    programs: (derivation, signal) =>
      engine.work(signal, async (both) => {
        const ready = await engine.ready(derivation, both);
        return ready.ok ? success(await programsOf(ready.value.nix, ready.value.store)) : ready;
      }),
    failureReport: async (derivation, reason, signal) =>
      reportFailure(derivation, reason, await engine.nixOfPath(reason.drvPath, signal), parts.environment),
    differenceReport: (paths, signal) =>
      engine.work(signal, async (both) => {
        const nix = await engine.nixOfPath(paths[0], both);
        return nix.ok ? differenceReport(parts, nix.value, paths, both) : nix;
      }),
  };
}

function withoutInputs(
  { drvPath }: Derivation,
  phase: string,
  { status, failure }: InputsResult,
): BuildUntilResult {
  return {
    ...{ drvPath: drvPath ?? '', phase, folder: null, phases: [], failure },
    status: status === 'cancelled' ? 'cancelled' : 'failed',
  };
}
