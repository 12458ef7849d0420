/** The subset of ATerm that store derivations are written in: strings, lists, tuples and one outermost call. */
import type { Result } from '../result';
import { failure, success } from '../result';

export type ATerm =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly ATerm[] }
  | { readonly kind: 'tuple'; readonly items: readonly ATerm[] }
  | { readonly kind: 'call'; readonly name: string; readonly items: readonly ATerm[] };

interface Frame {
  readonly kind: 'list' | 'tuple' | 'call';
  readonly name: string;
  readonly close: string;
  readonly items: ATerm[];
}

const unescaped: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Reads exactly one term; the error is a sentence with the offset. Iterative: depth costs no stack. */
export function parseATerm(text: string): Result<ATerm, string> {
  const stack: Frame[] = [];
  let offset = 0;
  let done: ATerm | null = null;
  const fault = (why: string) => failure(`${why} at offset ${offset}.`);
  while (done === null) {
    const frame = stack.at(-1);
    if (frame !== undefined && text[offset] === frame.close) {
      offset += 1;
      stack.pop();
      done = addTerm(stack, closeFrame(frame));
      continue;
    }
    if (frame !== undefined && frame.items.length > 0) {
      if (text[offset] !== ',') return fault(offset < text.length ? 'A comma is missing' : 'It ends early');
      offset += 1;
    }
    if (text[offset] === '"') {
      const string = readString(text, offset + 1);
      if (string === null) return fault('A string does not end');
      offset = string.end;
      done = addTerm(stack, { kind: 'string', text: string.text });
      continue;
    }
    const opened = openFrame(text, offset);
    if (opened === null) return fault(offset < text.length ? 'Something unexpected stands' : 'It ends early');
    stack.push(opened.frame);
    offset = opened.end;
  }
  return offset === text.length ? success(done) : fault('Something follows the derivation');
}

/** Puts the term into the innermost open frame; gives it back when none is open. */
function addTerm(stack: readonly Frame[], term: ATerm): ATerm | null {
  const frame = stack.at(-1);
  if (frame === undefined) return term;
  frame.items.push(term);
  return null;
}

function closeFrame(frame: Frame): ATerm {
  return frame.kind === 'call'
    ? { kind: 'call', name: frame.name, items: frame.items }
    : { kind: frame.kind, items: frame.items };
}

const callStart = /[A-Za-z]+\(/y;

function openFrame(text: string, offset: number): { readonly frame: Frame; readonly end: number } | null {
  if (text[offset] === '[')
    return { frame: { kind: 'list', name: '', close: ']', items: [] }, end: offset + 1 };
  if (text[offset] === '(')
    return { frame: { kind: 'tuple', name: '', close: ')', items: [] }, end: offset + 1 };
  callStart.lastIndex = offset;
  const call = callStart.exec(text)?.[0];
  if (call === undefined) return null;
  return {
    frame: { kind: 'call', name: call.slice(0, -1), close: ')', items: [] },
    end: offset + call.length,
  };
}

const special = /["\\]/g;

/** From behind the opening quote; null when the string does not end. */
function readString(text: string, start: number): { readonly text: string; readonly end: number } | null {
  let result = '';
  let from = start;
  for (;;) {
    special.lastIndex = from;
    const found = special.exec(text);
    if (found === null) return null;
    result += text.slice(from, found.index);
    if (found[0] === '"') return { text: result, end: found.index + 1 };
    const escaped = text[found.index + 1];
    if (escaped === undefined) return null;
    result += unescaped[escaped] ?? escaped;
    from = found.index + 2;
  }
}
