/** The failure of a phase run: which command, at which line of the author's file. */
import { phasePlace } from '../builds/failure';
import { locateFailure, type FailurePlace } from '../derivation/locateFailure';
import type { StoreDerivation } from '../nix/derivationFile';
import type { FailedCommand } from '../phases/failedCommand';
import type { SessionPhaseResult } from '../phases/sessionResults';
import type { Derivation, Failure } from '../protocol/model';
import { variablesOf } from './derivationVariables';
import type { SourceTexts } from './sourceTexts';

export function phaseFailure(
  derivation: Derivation,
  store: StoreDerivation,
  phase: SessionPhaseResult,
  sources: SourceTexts,
): Failure {
  const place = commandPlace(derivation, store, phase.failedCommand, sources);
  const { file, range } = place ?? phasePlace(derivation, phase.name);
  return {
    drvPath: derivation.drvPath,
    phase: phase.name,
    file,
    range,
    exact: place?.exact ?? false,
    command: phase.failedCommand?.command ?? null,
    exitCode: phase.exitCode,
    message: phase.message ?? `${phase.name} failed.`,
    explanation: null,
    edits: [],
    tail: phase.tail,
  };
}

/** Where the failing command was written; null when it is in no text of the derivation's own. */
function commandPlace(
  derivation: Derivation,
  store: StoreDerivation,
  failed: FailedCommand | null,
  sources: SourceTexts,
): FailurePlace | null {
  const inText = failed?.place ?? null;
  if (inText === null) return null;
  const text = variablesOf(store)[inText.text] ?? null;
  const question = { derivation, textName: inText.text, bashLine: inText.line - 1, text };
  const place = sources.withTrees((treeOf) => locateFailure({ ...question, treeOf }));
  return place === null ? null : { ...place, exact: place.exact && inText.exact };
}
