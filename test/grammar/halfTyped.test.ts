/** What is left of a derivation while one line in its middle is being typed. */
import assert from 'node:assert/strict';
import type { Node } from 'web-tree-sitter';
import { withTree } from './support/parser';

function derivation(line: string): string {
  return `{ lib, stdenv }:\nstdenv.mkDerivation rec {\n  pname = "hello";\n${line}\n  buildInputs = [ zlib ];\n  buildPhase = ''\n    make\n  '';\n  meta.license = lib.licenses.mit;\n}\n`;
}

function nodesOf(root: Node): readonly Node[] {
  const nodes: Node[] = [];
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes.push(node);
    waiting.push(...node.children.filter((child) => child !== null));
  }
  return nodes;
}

const lines = [
  'doCheck',
  'doCheck =',
  'doCheck = true',
  'doCheck = true # why',
  'inherit',
  'inherit (lib',
  'inherit (lib)',
  'inherit (lib) a',
  'src = fetchurl { url = "x"; ;',
  'a = [ b',
  'a = [ b.',
  'a = (b',
  'a = let x = 1; in',
  'a = with lib;',
  'a = lib.',
  'a = lib.optional',
  'a = x:',
  'a = b +',
  'a = b ? ',
  'a = !',
  'a = ./',
  'a = ./b/',
  'a = <nixp',
  'a = [ lib. ];',
  'a = if x then y else',
  'a = 1 b = 2;',
  '= 1;',
  'a =;',
  ')',
  ']',
  ';',
  '/* a',
];

describe('a half-typed line in a derivation', () => {
  for (const line of lines) {
    it(`${JSON.stringify(line)} is an error and leaves the call and the bindings around it`, async () => {
      await withTree(derivation(`  ${line}`), ({ rootNode }) => {
        assert.ok(rootNode.hasError);
        const nodes = nodesOf(rootNode);
        const sets = nodes.filter(({ type }) => type === 'rec_attrset_expression');
        assert.deepEqual(sets.map(({ parent }) => parent?.type), ['apply_expression']);
        const bindings = sets[0]?.namedChildren.find((child) => child?.type === 'binding_set');
        const names = bindings?.namedChildren.map((child) => child?.childForFieldName('attrpath')?.text) ?? [];
        for (const name of ['pname', 'buildInputs', 'buildPhase', 'meta.license']) {
          assert.ok(names.includes(name), `${name} is not among ${names.join(', ')}`);
        }
      });
    });
  }

  it('gives an empty name only together with an error', async () => {
    for (const line of lines) {
      await withTree(derivation(`  ${line}`), ({ rootNode }) => {
        const empty = nodesOf(rootNode).some(({ type, text }) => type === 'identifier' && text === '');
        assert.ok(!empty || rootNode.hasError, line);
      });
    }
  });
});

/** Each text follows from the one before by an edit at its end or in its middle. */
const typing: readonly string[] = [
  '{ a = 1; b = 2; }',
  '{ a = "1; b = 2; }',
  '{ a = "1"; b = 2; }',
  '{ a = "1${"; b = 2; }',
  '{ a = "1${c}"; b = 2; }',
  '{ a = "1${c}" + ./d; b = 2; }',
  '{ a = "1${c}" + ./d/; b = 2; }',
  '{ a = "1${c}" + ./d/${e}; b = 2; }',
  "{ a = ''1${c}'' + ./d/${e}; b = 2; }",
  '{ a = \n b = 2; }',
  '{ a = x\n b = 2; }',
  '{ a = x;\n b = 2; }',
  '{ a = x.;\n b = 2; }',
  '{ a = x.y;\n b = 2; }',
];

describe('parsing anew after each edit', () => {
  it('gives the tree that parsing from the start gives, once the text is right', async () => {
    for (const [index, before] of typing.entries()) {
      for (const after of typing.slice(index)) {
        await withTree(before, (old, parser) => {
          let start = 0;
          while (start < before.length && before[start] === after[start]) start++;
          let end = 0;
          while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
          const point = (text: string, offset: number): { row: number; column: number } => {
            const rows = text.slice(0, offset).split('\n');
            return { row: rows.length - 1, column: rows.at(-1)?.length ?? 0 };
          };
          const [oldEnd, newEnd] = [before.length - end, after.length - end];
          old.edit({
            startIndex: start,
            oldEndIndex: oldEnd,
            newEndIndex: newEnd,
            startPosition: point(before, start),
            oldEndPosition: point(before, oldEnd),
            newEndPosition: point(after, newEnd),
          });
          const again = parser.parse(after, old);
          const fresh = parser.parse(after);
          assert.ok(again !== null && fresh !== null);
          assert.equal(again.rootNode.hasError, fresh.rootNode.hasError, after);
          if (!fresh.rootNode.hasError) assert.equal(again.rootNode.toString(), fresh.rootNode.toString());
          again.delete();
          fresh.delete();
        });
      }
    }
  });
});
