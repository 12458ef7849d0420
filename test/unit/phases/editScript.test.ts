import assert from 'node:assert/strict';
import { afterScript, declarationsIn } from '../../../server/src/phases/editScript';
import { parseDeclarations, valueOf } from '../../../server/src/phases/shellDeclarations';

describe('the script of an edit', () => {
  const before = parseDeclarations('declare -x a="1"\ndeclare -- b="2"\ndeclare -a c=([0]="x")') ?? [];
  const after = (script: string) =>
    Object.fromEntries(
      afterScript(before, declarationsIn(script)).map((one) => [one.name, [one.attributes, valueOf(one)]]),
    );

  it('sets, replaces and unsets', () => {
    assert.deepEqual(after("declare -gx a='it'\\''s\nunset'\nunset -v b\ndeclare -gx new=''\n"), {
      a: ['x', "it's\nunset"],
      c: ['a', new Map([['0', 'x']])],
      new: ['x', ''],
    });
  });

  it('changes what structured attributes declare', () => {
    assert.deepEqual(after("unset -v c\ndeclare -ga c=('p' 'q r' )\n")['c'], [
      'a',
      new Map([
        ['0', 'p'],
        ['1', 'q r'],
      ]),
    ]);
  });
});
