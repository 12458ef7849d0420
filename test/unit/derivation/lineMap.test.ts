import assert from 'node:assert/strict';
import { buildLineMap } from '../../../server/src/derivation/lineMap';
import { emptyScope } from '../../../server/src/derivation/scope';
import { expressionOf, parsed } from '../../support/syntax';

async function lines(nix: string, text: string): Promise<(string | null)[]> {
  const tree = await parsed(nix);
  assert.ok(tree.root);
  const map = buildLineMap(tree, tree.root, emptyScope, text);
  return text.split('\n').map((_, line) => {
    const found = map.toNix(line);
    return found === null ? null : `${found.range.start.line}${found.exact ? '' : '?'}`;
  });
}

describe('buildLineMap', () => {
  it('finds our part of a text that something else added to', async () => {
    assert.deepEqual(await lines("''\n  echo one\n  echo two\n''", 'before\necho one\necho two\nafter'), [
      null,
      '1?',
      '2?',
      null,
    ]);
  });
  it('knows nothing of a text that is not ours', async () => {
    assert.deepEqual(await lines('"echo one"', 'make\nall'), [null, null]);
    assert.deepEqual(await lines('x.y', 'make\nall'), [null, null]);
    assert.deepEqual(await lines('1', ''), [null]);
  });
  it('is not exact where the text could be cut in several ways', async () => {
    assert.deepEqual(await lines("''\n  ${a}\n  end\n  ${b}\n  last\n''", 'x\nend\ny\nend\nz\nlast\n'), [
      '1?',
      '2?',
      '3?',
      '3?',
      '3?',
      '4',
      '4',
    ]);
  });
  it('tells which lines of the text a line of the file became', async () => {
    const nix = '\'\'\n  ${lib.concatMapStringsSep "\\n" (x: "a ${x}") l}\n  b\n\'\'';
    const tree = await parsed(nix);
    const map = buildLineMap(tree, await expressionOf(nix), emptyScope, 'a 1\na 2\nb\n');
    assert.deepEqual([map.toBash(1), map.toBash(2), map.toBash(0), map.toBash(9)], [[0, 1], [2, 3], [], []]);
  });
  it('takes no more than two seconds of processor time for hostile texts', async () => {
    const hostile: readonly (readonly [string, string])[] = [
      [`''\n${'  ${a}\n'.repeat(2000)}''`, 'x\n'.repeat(10_000)],
      ["lib.concatMapStrings (x: ''a${lib.concatMapStrings (y: ''a${y}'') l}'') l", 'a'.repeat(100_000)],
      [`"a${'${x}a'.repeat(200)}b"`, 'a'.repeat(100_000)],
    ];
    for (const [nix, text] of hostile) {
      const tree = await parsed(nix);
      assert.ok(tree.root);
      const started = process.cpuUsage();
      buildLineMap(tree, tree.root, emptyScope, text);
      assert.ok(process.cpuUsage(started).user < 2_000_000);
    }
  });
});
