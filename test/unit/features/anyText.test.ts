/** Every static feature of the language server over texts that nobody would write: none throws, loops or takes long. */
import assert from 'node:assert/strict';
import { offersAt } from '../../../server/src/analysis/assists';
import { occurrencesAt } from '../../../server/src/analysis/across/occurrences';
import { signatureAt } from '../../../server/src/analysis/across/signature';
import { Meanings } from '../../../server/src/analysis/across/meanings';
import { Values } from '../../../server/src/analysis/across/values';
import { completionsAt } from '../../../server/src/analysis/completion';
import { linksIn } from '../../../server/src/analysis/links';
import { nameAt } from '../../../server/src/analysis/nameAt';
import { namesAround, namesOf } from '../../../server/src/analysis/names';
import { outlineOf } from '../../../server/src/analysis/outline';
import { pathAt } from '../../../server/src/analysis/pathAt';
import { textDiagnostics } from '../../../server/src/analysis/textDiagnostics';
import { drawText } from '../../../server/src/derivation/drawStatic';
import { foldingRanges } from '../../../server/src/features/foldingRange';
import { selectionAt } from '../../../server/src/features/selectionRange';
import type { NixParser } from '../../../server/src/syntax/parser';
import type { SyntaxTree } from '../../../server/src/syntax/syntaxTree';
import { randomNumbers } from '../../support/mutations';
import { sampleTexts } from '../../support/sampleTexts';
import { nixParser } from '../../support/syntax';

const files = { read: () => Promise.resolve(null), searchPath: () => Promise.resolve(null) };
const file = '/a.nix';

/** Processor time, which other programs on the machine do not add to. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

type Ask = (tree: SyntaxTree, offset: number, parser: NixParser) => unknown;

const ofText: Readonly<Record<string, Ask>> = {
  diagnostics: (tree) => textDiagnostics(tree, file),
  outline: (tree) => outlineOf(tree, 'everything'),
  folding: (tree) => foldingRanges(tree),
  drawing: (tree) => drawText(tree, file),
  names: (tree) => namesOf(tree),
  links: (tree) => linksIn(new Values(files), { file, tree }, new AbortController().signal),
};
const ofPlace: Readonly<Record<string, Ask>> = {
  completion: (tree, offset, parser) => {
    const parse = (
      text: string,
      previous: SyntaxTree,
      change: Parameters<NixParser['parse']>[2] extends readonly (infer C)[] | undefined ? C : never,
    ) => parser.parse(text, previous, [change]);
    return completionsAt(tree, offset, parse, { files, file });
  },
  path: (tree, offset) => pathAt(tree, offset),
  name: (tree, offset) => nameAt(namesAround(tree, offset), offset),
  selection: (tree, offset) => selectionAt(tree, offset),
  assists: (tree, offset) => offersAt(tree, { start: offset, end: offset }),
  occurrences: (tree, offset) => occurrencesAt(tree, offset),
  signature: (tree, offset) => signatureAt(new Meanings(files), { file, tree }, offset),
};

/** Asks for all there is; each answer may take so many milliseconds of processor time. */
async function askAll(text: string, offsets: readonly number[], mostMs: number): Promise<void> {
  const parser = await nixParser();
  const told = JSON.stringify(text.slice(0, 60));
  const within = async <T>(what: string, ask: () => T): Promise<Awaited<T>> => {
    const started = processorMs();
    const answer = await ask();
    const taken = processorMs() - started;
    assert.ok(taken < mostMs, `${what} of ${told}: ${Math.round(taken)} ms`);
    return answer;
  };
  const tree = await within('parsing', () => parser.parse(text));
  for (const [what, ask] of Object.entries(ofText)) await within(what, () => ask(tree, 0, parser));
  for (const offset of offsets) {
    for (const [what, ask] of Object.entries(ofPlace)) await within(what, () => ask(tree, offset, parser));
  }
  const middle = Math.floor(text.length / 2);
  const edited = `${text.slice(0, middle)}"${text.slice(middle)}`;
  const change = { start: middle, oldEnd: middle, newEnd: middle + 1 };
  await within('an edit', () => textDiagnostics(parser.parse(edited, tree, [change]), file));
  tree.dispose();
}

const patienceMs = 3000;

describe('a text of any kind', () => {
  it('may be noise', async () => {
    const random = randomNumbers(11);
    const nix = [
      '{',
      '}',
      '"',
      "''",
      '${',
      '=',
      ';',
      'let ',
      ' in ',
      'a',
      '.',
      '\ud800',
      '\udc00',
      '\0',
      '\ufeff',
      '/*',
      '#',
      '\n',
    ];
    for (let round = 0; round < 60; round++) {
      const length = Math.floor(random() * 120);
      const unit = (): string =>
        round % 2 === 0
          ? String.fromCharCode(Math.floor(random() * 256))
          : (nix[Math.floor(random() * nix.length)] ?? '');
      const text = Array.from({ length }, unit).join('');
      await askAll(text, [0, Math.floor(text.length / 2), text.length], patienceMs);
    }
  });

  it('may break off anywhere', async () => {
    for (const [, text] of sampleTexts()) {
      const step = Math.max(1, Math.floor(text.length / 12));
      for (let end = 0; end < text.length; end += step) await askAll(text.slice(0, end), [end], patienceMs);
    }
  });

  for (const [open, close] of [
    ['(', ')'],
    ['[', ']'],
    ['{ a = ', '; }'],
    ['"${', '}"'],
    ["''${", "}''"],
    ['x: ', ''],
    ['!', ''],
    ['let a = 1; in ', ''],
    ['with a; ', ''],
    ['if a then b else ', ''],
    ['{ a ? ', ' }: a'],
    ['a.${', '}'],
  ] as const) {
    it(`may nest deeply: ${open}`, async () => {
      const depth = 10_000;
      await askAll(`${open.repeat(depth)}a${close.repeat(depth)}`, [open.length * depth], patienceMs);
    });
  }

  for (const [what, text] of [
    ['a list', `[ ${'a1 '.repeat(60_000)}]`],
    ['a set', `{ ${Array.from({ length: 20_000 }, (_, n) => `a${n} = ${n};`).join(' ')} }`],
    ['a string', `"${'x'.repeat(1_000_000)}"`],
    ['an open string', `{ a = "${'x '.repeat(500_000)}`],
    ['a name', 'a'.repeat(1_000_000)],
    ['a path', `./${'a/'.repeat(500_000)}b`],
    ['a sum', `${'1+'.repeat(30_000)}1`],
    ['calls', `f ${'a '.repeat(30_000)}`],
    ['a comment', `/*${'*'.repeat(100_000)}`],
    ['blanks', ' '.repeat(1_000_000)],
    ['attributes', `{ ${'a.'.repeat(30_000)}b = 1; }`],
    ['strings in strings', `"${'${"'.repeat(5_000)}`],
    ['errors', '{ a = ;\n'.repeat(5_000)],
  ] as const) {
    it(`may be one long line: ${what}`, async () => {
      await askAll(text, [Math.floor(text.length / 2), text.length], patienceMs);
    });
  }
});
