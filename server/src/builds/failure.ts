/** The one value that says why a build failed, and where in the user's file that leads. Pure. */
import type { BuildOutcome } from '../nix/nix';
import type { Derivation, Failure, FileRange, TextEdit } from '../protocol/model';
import { decisiveLines } from './decisiveLines';
import type { Explanation, Finding } from './explanations/rule';
import { withoutColours } from './phaseLog';
import { replayOffer, type BuiltPhases } from './replayOffer';
import type { FailedBuilder } from './runningBuild';
import { derivationName } from '../protocol/storePath';

export interface FailedBuild {
  readonly derivation: Derivation;
  readonly outcome: BuildOutcome;
  /** The builder that failed first; null when Nix failed without one. */
  readonly failed: FailedBuilder | null;
  /** Attributes of the derivation that bring in the failed input, e.g. `buildInputs`; empty for its own failure. */
  readonly inputAttributes: readonly string[];
  readonly explanation: Finding | null;
  /** What of the derivation itself was built before it failed; null when nothing of it was. */
  readonly built?: BuiltPhases | null;
  readonly fix: { readonly title: string; readonly edits: readonly TextEdit[] } | null;
}

export function buildFailure(build: FailedBuild): Failure {
  const { derivation, outcome, failed, explanation, fix } = build;
  const own = failed === null || failed.drvPath === derivation.drvPath;
  const place = own
    ? (blamedAttribute(derivation, explanation) ?? phasePlace(derivation, failed?.phase ?? null))
    : placeOf(derivation, build.inputAttributes);
  // A hash is wrong where it is written; other fixes are written where nothing is wrong.
  const edited = explanation?.remedy?.kind === 'hash' ? fix?.edits[0] : undefined;
  return {
    drvPath: failed?.drvPath ?? derivation.drvPath,
    phase: failed?.phase ?? null,
    file: edited?.file ?? place.file,
    range: edited?.range ?? place.range,
    exact: false,
    command: null,
    exitCode: failed?.exitCode ?? outcome.exitCode,
    message: failed === null ? nixWords(outcome) : failureMessage(failed, own),
    explanation: words(explanation, outcome),
    edits: fix?.edits ?? [],
    fixTitle: fix?.title ?? null,
    tail: failed?.tail ?? [],
    decisive: decisiveLines(failed?.lines ?? [], lineOf(explanation)),
    replay: own && failed !== null ? replayOffer(derivation, failed, build.built ?? null, explanation) : null,
  };
}

/** Where a phase is written: its attribute, else the derivation. */
export function phasePlace(derivation: Derivation, phase: string | null): Pick<Failure, 'file' | 'range'> {
  if (phase === null) return { file: derivation.file, range: derivation.range };
  const attribute = derivation.attributes[phase];
  if (attribute !== undefined) return attribute;
  const origin = derivation.phases.find(({ name }) => name === phase)?.origin;
  if (origin?.kind === 'attribute' && origin.file !== null && origin.range !== null) {
    return { file: origin.file, range: origin.range };
  }
  return { file: derivation.file, range: derivation.range };
}

/** Where the author lists an input; what a package set adds by itself (`stdenv`) counts only in the file that was asked about. */
function placeOf(derivation: Derivation, attributes: readonly string[]): Pick<Failure, 'file' | 'range'> {
  const places = attributes.flatMap((name) => {
    const place: FileRange | undefined = derivation.attributes[name];
    return place === undefined ? [] : [{ name, place }];
  });
  const here = places.find(({ place }) => place.file === derivation.file);
  const listed = here ?? places.find(({ name }) => /inputs$|^srcs?$|^patches$/i.test(name));
  return listed?.place ?? { file: derivation.file, range: derivation.range };
}

function failureMessage(failed: FailedBuilder, own: boolean): string {
  const name = derivationName(failed.drvPath);
  const inPhase = failed.phase === null ? '' : ` in ${failed.phase}`;
  if (failed.hashMismatch !== null) {
    const which = own ? 'the hash of its output' : `the hash of its input ${name}`;
    return `Nix refused ${which}: specified ${failed.hashMismatch.specified}, got ${failed.hashMismatch.got}.`;
  }
  return own
    ? `${name} failed${inPhase}: ${failed.reason}.`
    : `The input ${name} failed to build${inPhase}: ${failed.reason}.`;
}

function nixWords(outcome: BuildOutcome): string {
  const words = withoutColours(outcome.message ?? '').trim();
  return words === '' ? 'Nix ended without saying why.' : words;
}

/** What Nix's own set-up has wrong explains more than what followed from it. */
function words(explanation: Explanation | null, { problem }: BuildOutcome): string | null {
  const ofSetUp = problem != null && explanation?.remedy?.kind !== 'hash';
  if (ofSetUp) return `${problem.message} ${problem.advice}`;
  return explanation === null ? null : `${explanation.cause} ${explanation.advice}`;
}

/** Where an attribute is written that is to blame rather than the phase that failed. */
function blamedAttribute(derivation: Derivation, explanation: Explanation | null): FileRange | null {
  const { attribute } = explanation ?? {};
  return attribute === undefined ? null : (derivation.attributes[attribute] ?? null);
}

/** The line of the log that was explained; null when it was Nix's words or nothing. */
export function lineOf(explanation: Finding | null): number | null {
  return explanation !== null && Number.isFinite(explanation.line) ? explanation.line : null;
}
