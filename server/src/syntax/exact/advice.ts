/** What to do about a token that Nix's grammar does not take. Each rule knows one mistake; the first that knows it speaks. */
import type { LineIndex } from '../lineIndex';
import { characterAdvice } from './characterAdvice';
import { dotAdvice } from './dotAdvice';
import { formalsAdvice } from './formalsAdvice';
import { insertion, say, type Advice, type Situation, type TokensBefore, type Unexpected } from './situation';
import type { ReadToken } from './readToken';
import { wordsOf } from './words';

const openers = new Set([
  '{',
  '(',
  '[',
  '"',
  'IND_STRING_OPEN',
  'DOLLAR_CURLY',
  'LET',
  'IF',
  'THEN',
  'path_start',
]);
const closerOf: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', DOLLAR_CURLY: '}' };
const closers = new Set(Object.values(closerOf));

export function adviceFor(
  refusal: Unexpected,
  text: string,
  lines: LineIndex,
  tokensBefore: TokensBefore,
): Advice {
  const situation: Situation = {
    refusal,
    text,
    open: refusal.read.findLast(({ symbol }) => openers.has(symbol)) ?? null,
    tokens: tokensBefore(refusal.token === 'end of file' ? text.length : refusal.at),
    lineOf: (offset) => lines.lineAt(offset) + 1,
  };
  for (const rule of rules) {
    const advice = rule(situation);
    if (advice !== null) return advice;
  }
  return say('');
}

const rules: readonly ((situation: Situation) => Advice | null)[] = [
  characterAdvice,
  chain,
  emptyFile,
  noIn,
  dotAdvice,
  formalsAdvice,
  keywordAsName,
  strayKeyword,
  missingSemicolon,
  commaInList,
  negativeInList,
  functionWithoutParentheses,
  singleEquals,
  noValue,
  unclosed,
  missingExpression,
  missingWord,
];

function chain({ refusal: { chains } }: Situation): Advice | null {
  return chains ? say('Comparisons do not chain: use parentheses.') : null;
}

function emptyFile({ refusal: { token, read } }: Situation): Advice | null {
  if (token !== 'end of file' || read.length > 0) return null;
  return say('There is no expression in this file; Nix expects one.');
}

function noIn({ refusal: { token }, open, tokens, lineOf }: Situation): Advice | null {
  if (open?.symbol !== 'LET' || token !== 'end of file') return null;
  const related = [{ span: open, message: 'The `let`.' }];
  const words = `The \`let\` in line ${lineOf(open.start)} has no \`in\`.`;
  const result = tokens[tokens.findLastIndex(({ name }) => name === ';') + 1];
  return say(words, result === undefined ? null : insertion('in ', result.start), related);
}

const wantsBefore: Readonly<Record<string, string>> = { IN: 'LET', THEN: 'IF', ELSE: 'THEN' };

function strayKeyword({ refusal: { token, read } }: Situation): Advice | null {
  const before = wantsBefore[token];
  if (before === undefined || read.some(({ symbol }) => symbol === before)) return null;
  if (token === 'ELSE' && read.some(({ symbol }) => symbol === 'IF')) return null;
  return say(`This ${wordsOf(token)} has no ${token === 'ELSE' ? '`if`' : wordsOf(before)}.`);
}

/** Which statement a `;` has to end here. */
const statements: Readonly<Record<string, string>> = {
  '=': 'this binding',
  INHERIT: 'this `inherit`',
  WITH: 'what `with` names',
  ASSERT: 'the condition of `assert`',
};

function missingSemicolon(situation: Situation): Advice | null {
  const { refusal, tokens } = situation;
  const { expected, token, read } = refusal;
  const inherits = read.at(-1)?.symbol === 'attrs';
  if (!inherits && !(expected.length <= 2 && expected.includes(';'))) return null;
  if (token === ',') {
    const fix = {
      title: 'Replace `,` with `;`',
      edits: [{ start: refusal.at, end: refusal.tokenEnd, newText: ';' }],
    };
    return say('A binding ends with `;`, not with `,`.', fix);
  }
  const statement = read.findLast(({ symbol }) => statements[symbol] !== undefined);
  if (statement === undefined) return null;
  const last = token === '=' ? tokens[beforePath(tokens)] : tokens.at(-1);
  const end = last?.end ?? refusal.at;
  const words = `A \`;\` is missing after ${statements[statement.symbol] ?? 'this'}.`;
  const fix = { title: 'Insert `;`', edits: [{ start: end, end, newText: ';' }] };
  return say(words, fix, [
    { span: { start: Math.max(0, end - 1), end }, message: 'The `;` belongs after this.' },
  ]);
}

/** The index of the token before the attribute path that the tokens end with. */
function beforePath(tokens: readonly ReadToken[]): number {
  let index = tokens.length - 1;
  for (;;) {
    if (tokens[index]?.name === '"') {
      index--;
      while (index > 0 && tokens[index]?.name !== '"') index--;
    }
    index--;
    if (tokens[index]?.name !== '.') return Math.max(0, index);
    index--;
  }
}

function commaInList({ refusal: { token, at, tokenEnd }, open }: Situation): Advice | null {
  if (token !== ',' || open?.symbol !== '[') return null;
  const fix = { title: 'Remove the `,`', edits: [{ start: at, end: tokenEnd, newText: '' }] };
  return say('Elements of a list are separated by blanks alone.', fix);
}

function negativeInList({ refusal: { token }, open }: Situation): Advice | null {
  if (token !== '-' || open?.symbol !== '[') return null;
  return say('Put a negative number, or a subtraction, in parentheses.');
}

function functionWithoutParentheses({
  refusal: { token, expected },
  open,
  tokens,
}: Situation): Advice | null {
  if (token !== ':') return null;
  if (expected.includes('=')) return say('An attribute is written `name = value;`.');
  const last = tokens.at(-1)?.name;
  if (last !== 'ID' && last !== '}') return null;
  const where = open?.symbol === '[' ? ' in a list' : ' as an operand or argument';
  return say(`A function${where} needs parentheses around it.`);
}

function singleEquals({ refusal: { token, expected, at, tokenEnd } }: Situation): Advice | null {
  if (token !== 'EQ' || !expected.includes('=')) return null;
  const fix = { title: 'Replace `==` with `=`', edits: [{ start: at, end: tokenEnd, newText: '=' }] };
  return say('A binding is written with one `=`.', fix);
}

function noValue({ refusal: { expected }, tokens }: Situation): Advice | null {
  const last = tokens.at(-1);
  if (!expected.includes('=') || last === undefined) return null;
  return say('A `=` and a value are missing after this attribute name.', null, [
    { span: last, message: 'The name.' },
  ]);
}

function keywordAsName({ refusal: { token, expected, at, tokenEnd }, text }: Situation): Advice | null {
  if (!/^(?:IF|THEN|ELSE|ASSERT|WITH|LET|IN|REC|INHERIT)$/.test(token)) return null;
  if (!expected.includes('ID') && !/^\s*=(?!=)/.test(text.slice(tokenEnd, tokenEnd + 100))) return null;
  const word = text.slice(at, tokenEnd);
  const fix = { title: `Write "${word}"`, edits: [{ start: at, end: tokenEnd, newText: `"${word}"` }] };
  return say(`\`${word}\` is a keyword: as the name of an attribute it needs quotes.`, fix);
}

/** Something is still open where the text, or something around it, ends. */
function unclosed({
  refusal: { token, at, tokenEnd },
  open,
  tokens,
  text,
  lineOf,
}: Situation): Advice | null {
  const ends = token === 'end of file';
  if (!ends && !closers.has(token)) return null;
  if (open === null || (open.symbol === 'THEN' && !ends)) {
    if (ends) return null;
    const fix = { title: `Remove the \`${token}\``, edits: [{ start: at, end: tokenEnd, newText: '' }] };
    return say(`This \`${token}\` closes nothing.`, fix);
  }
  if (closerOf[open.symbol] === token || open.symbol === 'path_start') return null;
  const where = ends ? 'at the end' : 'before this';
  if (open.symbol === 'IF') return say(`A \`then\` is missing ${where}.`);
  if (open.symbol === 'THEN') return say(`An \`else\` is missing ${where}.`);
  const sign = text.slice(open.start, open.end).trim();
  const what = sign === '"' || sign === "''" ? 'The string that begins' : `The \`${sign}\``;
  const words = `${what} in line ${lineOf(open.start)} is not closed${ends ? '' : ' before it'}.`;
  const closer = closerOf[open.symbol];
  const end = tokens.at(-1)?.end;
  const fix = closer === undefined || end === undefined ? null : insertion(closer, end);
  return say(words, fix, [{ span: open, message: 'This is not closed.' }]);
}

const completes = /^(?:expr|string|attr|formal|ID$|INT$)/;

function missingExpression({ refusal: { read, token, expected }, tokens }: Situation): Advice | null {
  const last = read.at(-1);
  if (token === 'DOLLAR_CURLY') return say('`${…}` stands in strings, paths and names of attributes only.');
  if (
    expected.length > 0 ||
    (last !== undefined && completes.test(last.symbol) && last.symbol !== 'expr_list')
  )
    return null;
  if (last?.symbol === 'expr_list') return null;
  const before = tokens.at(-1);
  const related =
    before === undefined ? [] : [{ span: before, message: 'An expression is missing after this.' }];
  const where = token === 'end of file' ? 'at the end' : 'before this';
  return say(`An expression is missing ${where}.`, null, related);
}

/** Words that stand apart from what is before them. */
const insertedWords: Readonly<Record<string, string>> = {
  ...{ ')': ')', ']': ']', '}': ' }', ':': ':' },
  ...{ THEN: ' then', IN: ' in', ELSE: ' else' },
};

function missingWord({ refusal: { expected }, tokens }: Situation): Advice | null {
  const [only] = expected;
  if (only === undefined || expected.length > 1 || only === 'end of file') return null;
  const words = wordsOf(only);
  const subject = /^an? /.test(words)
    ? words.replace(/^a/, 'A')
    : `${/^[EI]/.test(only) ? 'An' : 'A'} ${words}`;
  const inserted = insertedWords[only];
  const end = tokens.at(-1)?.end;
  const fix = inserted === undefined || end === undefined ? null : insertion(inserted, end);
  return say(`${subject} is missing before this.`, fix);
}
