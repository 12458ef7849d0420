import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringParts } from '../../server/src/syntax/stringText';
import type { Expression } from '../../server/src/syntax/ast';
import { evaluateJson } from '../support/nixEval';
import { nixParser } from '../support/syntax';

const I = "''";
const shapes: readonly string[] = [
  '""',
  '"a"',
  '"a\\nb\\tc\\rd\\\\e\\"f\\$g\\x"',
  '"line one\n  line two\n"',
  '"crlf\r\nlone\rend"',
  '"back\\\r\nslash"',
  '"$"',
  '"$$"',
  '"$${x}"',
  '"\\${x}"',
  '"$\\{x}"',
  '"a${"b"}c"',
  '"${"${"deep"}"}"',
  '"é 日本 😀"',
  '"a$"',
  '"$$$"',
  `${I}${I}`,
  `${I}a${I}`,
  `${I}\n${I}`,
  `${I}  \n  a\n  b\n${I}`,
  `${I}\n    a\n      b\n   ${I}`,
  `${I} a\n b\n${I}`,
  `${I}\n\n  a\n\n  b\n\n${I}`,
  `${I}\n  a\n \n  b${I}`,
  `${I}\n\ta\n\tb\n${I}`,
  `${I}\n  a\n\tb\n${I}`,
  `${I}\n  ${I}\${x}\n${I}`,
  `${I}\n  $\${x}\n${I}`,
  `${I}\n  ${I}'quoted${I}'\n${I}`,
  `${I}\n  a${I}\\nb\n    c${I}\\td\n${I}`,
  `${I}\n  a${I}\\n    b\n${I}`,
  `${I}\n    ${I}\\n  b\n    c\n${I}`,
  `${I}\n  \${"x"}\n    y\n${I}`,
  `${I}\n      \${"x\n  z"}\n    y\n  \${"q"}${I}`,
  `${I}\n  a \${"x"}   \n  ${I}`,
  `${I}\n  a \${"x"}\n   \${"y"} ${I}`,
  `${I}\r\n  a\r\n  b\r\n${I}`,
  `${I}   ${I}`,
  `${I}   \n   ${I}`,
  `${I}\n  $\n  '\n  $'a\n  a'b\n${I}`,
  `${I}\n  echo $$\n  echo $\n${I}`,
  `${I}\n  é 日本 😀\n    x${I}\\😀\n${I}`,
  `${I}x\n  y\n    z${I}`,
  `${I}\n  a\n  \${${I}\n    nested\n      deeper\n  ${I}}\n  b\n${I}`,
  `${I}\n  last' ${I}`,
  `${I}\n  last$${I}`,
  `${I}\n    '  $x\n  ${I}$ \n   ${I}`,
  `${I}${I}\\\n    a\n  b${I}`,
  `${I}\n  ${I}\\ \n   x\n  ${I}`,
  `${I}\n    $${I}$  \n  x${I}`,
];

/** Our value of a literal whose interpolations are literals. */
function value(text: string, expression: Expression): string {
  if (expression.kind !== 'string') return assert.fail(`not a string: ${text}`);
  return stringParts(text, expression)
    .map((part) => (part.kind === 'text' ? part.text : value(text, part.expression)))
    .join('');
}

async function ours(text: string): Promise<string> {
  const tree = (await nixParser()).parse(text);
  assert.deepEqual(tree.faults, [], text);
  assert.ok(tree.root);
  const result = value(text, tree.root);
  tree.dispose();
  return result;
}

async function compare(literals: readonly string[]): Promise<void> {
  const theirs = evaluateJson(`[\n${literals.map((l) => `(${l})`).join('\n')}\n]`);
  const mine: string[] = [];
  for (const literal of literals) mine.push(await ours(literal));
  assert.ok(Array.isArray(theirs) && theirs.length === literals.length);
  theirs.forEach((their: unknown, i) => assert.equal(mine[i], their, JSON.stringify(literals[i])));
}

describe('the value of a string literal, compared with Nix', () => {
  it(`is the same for ${shapes.length} shapes`, () => compare(shapes));

  it('is the same for random indented strings', async () => {
    const piece = fc.constantFrom(
      ' ',
      '  ',
      '    ',
      '\n',
      '\n',
      '\n  ',
      '\t',
      'a',
      'é',
      "'",
      '$',
      "'''",
      "''$",
      "''\\n",
      "''\\t",
      "''\\ ",
      '\r\n',
      '${"x"}',
      '${"\n"}',
      '${"a b"}',
      '$${',
      '"',
      '\\',
    );
    const literals = fc
      .sample(fc.array(piece, { maxLength: 14 }), { numRuns: 1500, seed: 7 })
      .map((pieces) => `''${pieces.join('')}''`);
    const parsing = await wellFormed(literals);
    assert.ok(parsing.length > 400);
    await compare(parsing);
  });

  it('is the same for random quoted strings', async () => {
    const piece = fc.constantFrom(
      ' ',
      '\n',
      '\r',
      '\r\n',
      'a',
      '$',
      '$$',
      '${"x"}',
      '\\n',
      '\\"',
      '\\\\',
      '\\$',
      '\\${',
      "'",
      "''",
      '{',
      '日',
      '😀',
    );
    const literals = fc
      .sample(fc.array(piece, { maxLength: 12 }), { numRuns: 800, seed: 11 })
      .map((pieces) => `"${pieces.join('')}"`);
    const parsing = await wellFormed(literals);
    assert.ok(parsing.length > 400);
    await compare(parsing);
  });
});

/** Random pieces can close the string early; what is left then is another expression or none. */
async function wellFormed(literals: readonly string[]): Promise<string[]> {
  const parser = await nixParser();
  return literals.filter((text) => {
    const tree = parser.parse(text);
    const good = tree.faults.length === 0 && tree.root?.kind === 'string';
    tree.dispose();
    return good;
  });
}
