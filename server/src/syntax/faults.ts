import { firstRefusal } from './exact/recogniser';
import { faultOf, meaningFault } from './exact/refusalFault';
import type { TokensBefore } from './exact/situation';
import type { LineIndex } from './lineIndex';
import type { Reading } from './exact/astReader';
import type { SyntaxFault } from './syntaxTree';

const maximumFaults = 50;

/**
 * What Nix's parser refuses of a text, in order of position: the first thing as Nix finds it; where the grammar fits, also what it would
 * find after that. At most fifty.
 */
export function findFaults(
  text: string,
  lines: LineIndex,
  reading: Reading,
  tokensBefore: TokensBefore,
): readonly SyntaxFault[] {
  const faults = characterFaults(text);
  const { refusal, meanings, isSuspect } = reading;
  if (refusal === null && meanings.length === 0 && !isSuspect) return faults;
  const first = refusal !== null && !isSuspect ? refusal : firstRefusal(text);
  if (first !== null) faults.push(faultOf(first, text, lines, tokensBefore));
  if (refusal === null && !isSuspect) faults.push(...meanings.map((meaning) => meaningFault(meaning, text)));
  return withoutRepeats(faults.sort((a, b) => a.span.start - b.span.start)).slice(0, maximumFaults);
}

/** What is said of a text that begins with U+FEFF. */
export const byteOrderMark =
  'This file begins with a byte order mark, which Nix does not accept: save it as UTF-8 without one.';

function characterFaults(text: string): SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  if (text.startsWith('\ufeff')) {
    faults.push(characterFault(0, byteOrderMark));
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const message = 'This file holds a NUL character, where Nix may stop reading: it is no Nix text.';
    faults.push(characterFault(nul, message));
  }
  return faults;
}

function characterFault(at: number, message: string): SyntaxFault {
  const span = { start: at, end: at + 1 };
  const fix = { title: 'Remove the character', edits: [{ ...span, newText: '' }] };
  return { code: 'syntax', span, message, related: [], fix };
}

/** One fault a place: of several at the same offset the first speaks. */
function withoutRepeats(faults: readonly SyntaxFault[]): SyntaxFault[] {
  return faults.filter((fault, i) => i === 0 || faults[i - 1]?.span.start !== fault.span.start);
}
