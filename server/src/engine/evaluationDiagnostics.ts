/**
 * Turns what Nix says of an evaluation into diagnostics of the file that was asked about. Nix's words are kept; the
 * place is the innermost one inside the user's own file, and Nix's own place is related information. Pure.
 */
import { explainMessage } from '../builds/explanations/explainFailure';
import { refusedPackage } from '../builds/explanations/refusedPackage';
import type { EvaluationFailure, NixPosition } from '../nix/nix';
import { diagnoseDaemon } from '../nix/nixProblems';
import type { Diagnostic, FileRange, Range } from '../protocol/model';
import type { LineIndex } from '../syntax/lineIndex';

export interface TextWithLines {
  readonly text: string;
  readonly lines: LineIndex;
}

export interface BlamedFile extends TextWithLines {
  readonly file: string;
  /** Whether a file that Nix names is this one; null when Nix reads the text itself. */
  isFile(file: string | null): boolean;
  /** Text of another file, for its columns; null when unreadable. */
  readOther(file: string): TextWithLines | null;
  /** Where an attribute of the derivation (`pname`), or of the file's value (`hello`), is written in this file. */
  attributeRange(name: string): Range | null;
  /** Where an attribute is bound in the set in which another is, which stands at this place of this file. */
  besideRange(place: NixPosition, attribute: string): Range | null;
  /** Where an argument of the file's function is written. */
  formalRange(name: string): Range | null;
  /** Where the only argument of this name is written, of whichever function of the text. */
  innerFormalRange(name: string): Range | null;
  /** Where what a message of nixpkgs is about is written: a package that is refused, an input, an option. */
  namedRange(message: string): Range | null;
  /** Where an attribute of the file's value is bound, by its path, also when it is no derivation by its looks. */
  memberRange(attr: string): Range | null;
}

interface Frame {
  readonly message: string;
  readonly position: NixPosition | null;
}

const maximumRelated = 30;

/** Null for an evaluation that was cancelled or waits for a save: nothing is known then. */
export function evaluationDiagnostic(failure: EvaluationFailure, blamed: BlamedFile): Diagnostic | null {
  if (failure.kind === 'cancelled' || failure.kind === 'whenSaved') return null;
  const frames: readonly Frame[] = [
    { message: failure.message, position: failure.position },
    ...failure.trace,
  ];
  const chosen = namedPlace(failure, blamed) ?? choosePlace(frames, failure, blamed);
  return {
    file: blamed.file,
    range: chosen.range,
    severity: 'error',
    code: codeOf(failure),
    message: explained(failure, blamed),
    source: 'nix',
    related: relatedFrames(frames, chosen.frame, blamed),
  };
}

/** Nix's words, and below them what they mean where a rule knows; above them of a package that is refused, which takes a page. */
function explained({ kind, message }: EvaluationFailure, { file }: BlamedFile): string {
  const explanation = kind === 'nix' ? explainMessage(message, file.endsWith('/flake.nix')) : null;
  const daemon = kind === 'nix' ? diagnoseDaemon(message) : null;
  if (daemon !== null) return `${message}\n${daemon.message} ${daemon.advice}`;
  if (explanation === null) return message;
  const meaning = `${explanation.cause} ${explanation.advice}`;
  return refusedPackage(message) === null ? `${message}\n${meaning}` : `${meaning}\n\n${message}`;
}

function codeOf(failure: EvaluationFailure): string {
  switch (failure.kind) {
    case 'nix':
    case 'cancelled':
    case 'whenSaved':
    case 'entry':
      if (failure.message.startsWith('infinite recursion')) return 'nix-recursion';
      return isParseError(failure.message) ? 'nix-parse' : 'nix-eval';
    case 'timeout':
      return 'nix-timeout';
    case 'memory':
      return 'nix-memory';
    case 'stackOverflow':
      return 'nix-recursion';
    case 'arguments':
      return 'nix-arguments';
    case 'unusable':
      return 'nix-unusable';
  }
}

/** What Nix's parser refuses: syntax, and the checks that it makes before evaluating. */
function isParseError(message: string): boolean {
  return /^(?:syntax error|undefined variable|path has a trailing slash|dynamic attributes? (?:are )?not allowed|duplicate formal|attribute ['‘].*['’] (?:at .* )?already defined|invalid integer|URL literals)/.test(
    message,
  );
}

interface Place {
  readonly range: Range;
  readonly frame: Frame | null;
}

/** What nixpkgs throws comes from its own files: the message says what it is about. */
function namedPlace({ kind, message }: EvaluationFailure, blamed: BlamedFile): Place | null {
  const range = kind === 'nix' ? blamed.namedRange(message) : null;
  return range === null ? null : { range, frame: null };
}

/** From the innermost frame outwards: the first inside this file, or that names an attribute written in it. */
function choosePlace(frames: readonly Frame[], failure: EvaluationFailure, blamed: BlamedFile): Place {
  for (const frame of frames) {
    const attribute = /attribute ['‘]([^'’]+)['’]/.exec(frame.message)?.[1];
    const isHere = frame.position !== null && blamed.isFile(frame.position.file);
    const formal = lackingFormal(frame, blamed);
    if (formal !== null) return { range: formal, frame };
    const range = attribute === undefined ? null : blamed.attributeRange(attribute);
    if (attribute !== undefined && /of (?:the )?derivation/.test(frame.message)) {
      // Of a derivation's attribute Nix 2.8 gives the place of the derivation's name.
      const beside = isHere ? blamed.besideRange(frame.position, attribute) : null;
      const written = beside ?? range;
      if (written !== null) return { range: written, frame };
    }
    if (isHere) {
      return { range: tokenRange(blamed, frame.position), frame };
    }
    if (range !== null) return { range, frame: null };
  }
  const { attr } = failure;
  const ofAttr = attr === null ? null : (blamed.attributeRange(attr) ?? blamed.memberRange(attr));
  return { range: ofAttr ?? firstLine(blamed), frame: null };
}

/** Nix's own words, and those of nixpkgs' `callPackage` (`lib/customisation.nix`), which have the place in them. */
const lackingArgument = /called without required argument (?:['‘]([^'’]+)['’]|"([^"]+)" at (\/.*):\d+)/;

/** The argument that nobody gives: of this file's function, or of one in it, of which nixpkgs tells the place in words. */
function lackingFormal({ message, position }: Frame, blamed: BlamedFile): Range | null {
  const [, byNix, byCaller, file] = lackingArgument.exec(message) ?? [];
  const name = byNix ?? byCaller;
  const isHere = file === undefined ? position !== null && blamed.isFile(position.file) : blamed.isFile(file);
  if (name === undefined || !isHere) return null;
  return blamed.formalRange(name) ?? (file === undefined ? null : blamed.innerFormalRange(name));
}

function firstLine({ text, lines }: TextWithLines): Range {
  return lines.rangeOf(lines.lineSpan(0) ?? { start: 0, end: text.length });
}

function relatedFrames(
  frames: readonly Frame[],
  chosen: Frame | null,
  blamed: BlamedFile,
): Diagnostic['related'] {
  const seen = new Set<string>();
  const related: (FileRange & { readonly message: string })[] = [];
  for (const frame of frames) {
    if (frame === chosen || frame.position === null) continue;
    const place = placeOf(frame.position, blamed);
    const key = JSON.stringify([place, frame.message]);
    if (seen.has(key)) continue;
    seen.add(key);
    related.push({ ...place, message: frame.message });
  }
  return related.slice(0, maximumRelated);
}

function placeOf(position: NixPosition, blamed: BlamedFile): FileRange {
  const { file } = position;
  if (file === null || blamed.isFile(file)) return { file: blamed.file, range: tokenRange(blamed, position) };
  const other = blamed.readOther(file);
  if (other !== null) return { file, range: tokenRange(other, position) };
  const start = { line: Math.max(0, position.line - 1), character: Math.max(0, position.column - 1) };
  return { file, range: { start, end: start } };
}

/** The token that stands at a place Nix named; at a line's end, the last character before it. */
export function tokenRange({ text, lines }: TextWithLines, position: NixPosition): Range {
  const start = lines.offsetAt(lines.fromNixPosition(position.line, position.column));
  const token = /''|"(?:[^"\\\n\r]|\\.)*"?|[\w'./+~-]+|[^\s]/y;
  token.lastIndex = start;
  const length = token.exec(text)?.[0].length ?? 0;
  if (length > 0) return lines.rangeOf({ start, end: start + length });
  const before = text.slice(0, start).trimEnd().length;
  return lines.rangeOf({ start: Math.max(0, before - 1), end: Math.max(before, start) });
}
