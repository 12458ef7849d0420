/** `phasewise/standing`, `phasewise/storedPaths`, `phasewise/deletePaths`: what became of derivations in the store. */
import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { DerivationKey } from '../protocol/messages';
import type { Derivation } from '../protocol/model';
import type {
  BuildStanding,
  DeletePathsAnswer,
  DeletePathsParams,
  DifferenceReportAnswer,
  DifferenceReportParams,
  ProgramsAnswer,
  StoredPathsAnswer,
  StoredPathsParams,
  TestsAnswer,
} from '../protocol/storeMessages';
import {
  deletePathsRequest,
  differenceReportRequest,
  programsRequest,
  standingRequest,
  storedPathsRequest,
  testsRequest,
} from '../protocol/storeMessages';
import type { Result } from '../result';
import { success } from '../result';
import type { DerivationLookup } from './derivationLookup';
import type { Evaluations } from './evaluations';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export interface StoredParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly engine: Engine;
  readonly evaluations: Evaluations;
  readonly state: WorkspaceState;
  readonly lookup: DerivationLookup;
  readonly log: Logger;
}

export function registerStored(parts: StoredParts): void {
  const { connection, engine, state, lookup, log } = parts;
  const trusted = (): void => {
    if (!state.trusted) throw problemError(untrusted);
  };
  const standing = async (key: DerivationKey, signal: AbortSignal): Promise<BuildStanding | null> => {
    trusted();
    const found = await lookup.find(key, signal);
    return valueOf(found.ok ? await engine.store.standing(found.value, signal) : found);
  };
  const paths = async (params: StoredPathsParams, signal: AbortSignal): Promise<StoredPathsAnswer> => {
    trusted();
    const derivations = await derivationsOf(parts, params, signal);
    const found = derivations.ok ? await engine.store.paths(derivations.value, signal) : derivations;
    return { paths: valueOf(found), message: null };
  };
  const remove = async (params: DeletePathsParams, signal: AbortSignal): Promise<DeletePathsAnswer> => {
    trusted();
    return valueOf(await engine.store.delete(params, signal));
  };
  registerReport(parts);
  registerTrying(parts);
  connection.onRequest(
    standingRequest,
    requestHandler<DerivationKey, BuildStanding | null>(log, null, standing),
  );
  connection.onRequest(
    storedPathsRequest,
    requestHandler<StoredPathsParams, StoredPathsAnswer>(
      log,
      { paths: [], message: 'The store could not be asked.' },
      paths,
    ),
  );
  connection.onRequest(
    deletePathsRequest,
    requestHandler<DeletePathsParams, DeletePathsAnswer>(
      log,
      { deleted: [], removedLinks: [], kept: [] },
      remove,
    ),
  );
}

function registerReport({ connection, engine, state, log }: StoredParts): void {
  const report = async (
    { first, again }: DifferenceReportParams,
    signal: AbortSignal,
  ): Promise<DifferenceReportAnswer> => {
    if (!state.trusted) throw problemError(untrusted);
    const made = await engine.store.differenceReport([first, again], signal);
    if (made.ok) return { file: made.value, message: null };
    return { file: null, message: `${made.error.message} ${made.error.advice ?? ''}`.trim() };
  };
  const none = { file: null, message: 'There is no report.' };
  connection.onRequest(
    differenceReportRequest,
    requestHandler<DifferenceReportParams, DifferenceReportAnswer>(log, none, report),
  );
}

/** `phasewise/programs` and `phasewise/tests`: what a derivation made, and its own tests. */
function registerTrying({ connection, engine, state, lookup, log }: StoredParts): void {
  const programs = async (key: DerivationKey, signal: AbortSignal): Promise<ProgramsAnswer> => {
    if (!state.trusted) throw problemError(untrusted);
    const found = await lookup.find(key, signal);
    return valueOf(found.ok ? await engine.store.programs(found.value, signal) : found);
  };
  const tests = async ({ uri, attr }: DerivationKey, signal: AbortSignal): Promise<TestsAnswer> => {
    if (!state.trusted) return { tests: [] };
    const set = attr === '' ? 'tests' : `${attr}.tests`;
    const found = await lookup.below(uri, set, signal);
    return {
      tests: found.map((test) => ({ attr: test.attr, name: test.attr.slice(set.length + 1) || test.attr })),
    };
  };
  connection.onRequest(
    programsRequest,
    requestHandler<DerivationKey, ProgramsAnswer>(log, { programs: [], main: null }, programs),
  );
  connection.onRequest(testsRequest, requestHandler<DerivationKey, TestsAnswer>(log, { tests: [] }, tests));
}

/** Expected failures are told to whoever asked. */
function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw problemError(result.error);
}

/** The one that is named, or all that the document makes. */
async function derivationsOf(
  { documents, evaluations, lookup }: StoredParts,
  { uri, attr }: StoredPathsParams,
  signal: AbortSignal,
): Promise<Result<readonly Derivation[]>> {
  const document = attr === null ? documents.get(uri) : null;
  if (document === null) {
    const found = await lookup.find({ uri, attr }, signal);
    return found.ok ? success([found.value]) : found;
  }
  const evaluated = await evaluations.evaluate(document, signal);
  return success((evaluated?.derivations ?? []).filter(({ drvPath }) => drvPath !== null));
}
