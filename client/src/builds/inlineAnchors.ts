/** Finds where the result of a phase belongs in its file. Pure. */
import type { Derivation, Failure, Range } from '../../../server/src/protocol/model';
import type { PhaseState } from '../phases/phaseStates';
import type { InlineResult } from './inlineResult';

/** The result to show in the derivation's file; null when the phase is not written there and did not fail there. */
export function inlineResult(
  derivation: Derivation,
  phase: string,
  state: PhaseState,
  failure: Failure | null,
  file: string,
): InlineResult | null {
  if (state.kind !== 'ok' && state.kind !== 'failed') return null;
  const own = failure !== null && failure.phase === phase ? failure : null;
  const failed = own?.file === file ? own.range : null;
  const anchor = attributeRange(derivation, phase, file) ?? failed ?? callRange(derivation, state, file);
  if (anchor === null) return null;
  return {
    attr: derivation.attr,
    phase,
    status: state.kind,
    seconds: state.seconds,
    lines: state.lines ?? null,
    anchor,
    extent: extentOf(derivation, phase, anchor, failed, file),
    failed,
    failure: own,
  };
}

/** What failed in another file than the derivation's: shown there, at its line; null when it did not. */
export function resultElsewhere(
  { attr, drvPath }: Derivation,
  phase: string,
  state: PhaseState,
  failure: Failure | null,
  file: string,
): { readonly file: string; readonly result: InlineResult } | null {
  if (state.kind !== 'failed' || failure?.phase !== phase) return null;
  const { file: other, range } = failure;
  if (other === null || range === null || other === file) return null;
  // Nobody edits what lies in the store.
  if (drvPath !== null && other.startsWith(drvPath.slice(0, drvPath.lastIndexOf('/') + 1))) return null;
  const place = { anchor: range, extent: range, failed: range };
  const { seconds, lines = null } = state;
  return { file: other, result: { attr, phase, status: 'failed', seconds, lines, ...place, failure } };
}

function attributeRange(derivation: Derivation, phase: string, file: string): Range | null {
  const attribute = derivation.attributes[phase];
  if (attribute?.file === file) return attribute.range;
  const origin = derivation.phases.find((candidate) => candidate.name === phase)?.origin;
  return origin?.kind === 'attribute' && origin.file === file ? origin.range : null;
}

/** A phase of stdenv's own that failed is marked where the derivation is made; one that went well is not marked. */
function callRange(derivation: Derivation, state: PhaseState, file: string): Range | null {
  return state.kind === 'failed' && derivation.file === file ? derivation.range : null;
}

/** From the attribute's name to the last line that may be its own: that before the next attribute, or the call's end. */
function extentOf(
  derivation: Derivation,
  phase: string,
  anchor: Range,
  failed: Range | null,
  file: string,
): Range {
  const origin = derivation.phases.find((candidate) => candidate.name === phase)?.origin;
  const ranges = [anchor, failed, origin?.file === file ? origin.range : null].filter(
    (range) => range !== null,
  );
  const first = ranges.reduce((a, b) => (a.start.line <= b.start.line ? a : b));
  const last = ranges.reduce((a, b) => (a.end.line >= b.end.line ? a : b));
  const line = Math.max(last.end.line, lineBeforeNext(derivation, anchor, file));
  return { start: first.start, end: line === last.end.line ? last.end : { line, character: 0 } };
}

function lineBeforeNext({ attributes, extent, file: own }: Derivation, anchor: Range, file: string): number {
  const isWritten = Object.values(attributes).some(
    (place) => place.file === file && place.range.start.line === anchor.start.line,
  );
  if (!isWritten) return anchor.end.line;
  const later = Object.values(attributes)
    .filter((place) => place.file === file && place.range.start.line > anchor.start.line)
    .map(({ range }) => range.start.line - 1);
  if (later.length > 0) return Math.min(...later);
  return extent != null && own === file ? extent.end.line - 1 : anchor.end.line;
}
