/** Nix's errors as failures of an evaluation, at the places of the user's own files. */
import { stripAnsi } from './ansi';
import type { NixFrame, NixMessage } from './internalJson';
import type { EvaluationFailure, NixPosition } from './nix';

/** Brings a place that Nix named to the user's file; null when it is none that a user wrote (ours). */
export type PlaceMap = (position: NixPosition) => NixPosition | null;

/** Both wordings of 2.8 to 2.34. */
const stackOverflow = /^stack overflow|max-call-depth exceeded/;
const outOfMemory = /^out of memory/;
const suggestion = /Did you mean [^\n]*\?/;

/**
 * A failure from Nix's own words. `mapText` replaces what the user never saw in a message (the copy of a buffer).
 * Frames without a place are kept when they say something.
 */
export function toFailure(
  message: NixMessage,
  attr: string | null,
  mapPlace: PlaceMap,
  mapText: (text: string) => string,
): EvaluationFailure {
  const own = message.error ?? withoutPrefix(stripAnsi(message.text));
  const hint = message.error === null ? null : (suggestion.exec(stripAnsi(message.text))?.[0] ?? null);
  const text = hint === null || own.includes(hint) ? own : `${own}\n${hint}`;
  return {
    kind: stackOverflow.test(own) ? 'stackOverflow' : outOfMemory.test(own) ? 'memory' : 'nix',
    message: mapText(text),
    position: message.position === null ? null : mapPlace(message.position),
    trace: message.trace.flatMap((frame) => toTraceFrame(frame, mapPlace, mapText)),
    attr,
  };
}

function toTraceFrame(
  frame: NixFrame,
  mapPlace: PlaceMap,
  mapText: (text: string) => string,
): EvaluationFailure['trace'] {
  if (frame.position === null) {
    return frame.message === '' || frame.message === 'from call site'
      ? []
      : [{ message: mapText(frame.message), position: null }];
  }
  const position = mapPlace(frame.position);
  return position === null ? [] : [{ message: mapText(frame.message), position }];
}

/** `error: ` before the text, as in messages that have no structured form. */
export function withoutPrefix(text: string): string {
  return text.replace(/^(?:error:\s*)+/, '').trimEnd();
}

/** A failure without place or trace. */
export function bareFailure(
  kind: EvaluationFailure['kind'],
  message: string,
  attr: string | null,
): EvaluationFailure {
  return { kind, message, position: null, trace: [], attr };
}
