/** Random edits of texts, as somebody types them, from a seed; and trees as plain values, whichever version their nodes were made for. */
import type { SyntaxTree } from '../../server/src/syntax/syntaxTree';
import { combined, type TextChange } from '../../server/src/syntax/textChange';
import { randomNumbers } from './mutations';

/** The first of these often leave a text whole. */
const mild = 10;
const typed = [
  ...[
    'a',
    'b',
    'x',
    '_',
    '1',
    '.',
    ' ',
    ' ',
    '\n',
    '\n  ',
    'or',
    'rec ',
    'let ',
    ' in ',
    'with x; ',
    'inherit ',
  ],
  ...[
    ';',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '=',
    ':',
    ',',
    '@',
    '"',
    "''",
    '${',
    '}',
    '#',
    '/*',
    '*/',
    './',
    '/',
  ],
  ...[
    'b = 1;',
    ' q = x; ',
    '{ a = 1; }',
    '[ 1 2 ]',
    'a.b = 1; a.c = 2;',
    'a = 1; a = 2;',
    '\r\n',
    '\r',
    'é',
    '😀',
  ],
  ...[
    '\ud800',
    '\0',
    '..',
    '->',
    '++',
    '?',
    'builtins = 1;',
    'true',
    'x: x',
    'http://a.b/c',
    'inherit ${a};',
  ],
];

export interface RandomEdit {
  readonly text: string;
  readonly change: TextChange;
}

export interface EditsOptions {
  readonly seed: number;
  readonly count: number;
}

/** The texts that random edits lead to, one after the other: small insertions and deletions, replacements, lines moved, and steps back. */
export function* randomEdits(start: string, { seed, count }: EditsOptions): Generator<RandomEdit> {
  const random = randomNumbers(seed);
  const upTo = (bound: number): number => Math.floor(random() * bound);
  let text = start;
  let before = start;
  let place = upTo(text.length + 1);
  for (let step = 0; step < count; step++) {
    const kind = random();
    if (kind < 0.15) place = upTo(text.length + 1);
    place = Math.min(place, text.length);
    let change: TextChange;
    let next: string;
    if (kind > 0.6 && before !== text) {
      [next, change] = [before, { start: 0, oldEnd: text.length, newEnd: before.length }];
    } else {
      const removed = kind < 0.4 ? upTo(kind < 0.02 ? 200 : 4) : 0;
      const inserted =
        kind > 0.3 || removed === 0 ? (typed[random() < 0.5 ? upTo(mild) : upTo(typed.length)] ?? '') : '';
      const oldEnd = Math.min(text.length, place + removed);
      change = { start: place, oldEnd, newEnd: place + inserted.length };
      next = text.slice(0, place) + inserted + text.slice(oldEnd);
      place = change.newEnd;
    }
    before = text;
    text = next;
    yield { text, change };
  }
}

/** Two changes told as one, as an editor that sends late does. */
export function joined(first: RandomEdit, second: RandomEdit): RandomEdit {
  return { text: second.text, change: combined(first.change, second.change) };
}

const fields = [
  ...['kind', 'span', 'name', 'text', 'style', 'content', 'interpolations', 'expression', 'elements', 'form'],
  ...['bindings', 'argument', 'formals', 'body', 'function', 'path', 'default', 'operator', 'left', 'right'],
  ...['environment', 'condition', 'consequence', 'alternative', 'value', 'from', 'names', 'ellipsis'],
  ...['start', 'end'],
];

/** The nodes as text that tells all of them. */
export function told(tree: SyntaxTree): string {
  return JSON.stringify([plain(tree.root), tree.comments, tree.faults]);
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const source = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    fields.filter((field) => source[field] !== undefined).map((field) => [field, plain(source[field])]),
  );
}
