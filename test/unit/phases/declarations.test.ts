import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { parseDeclarations, textOfVariable } from '../../../server/src/phases/declarations';

/** What this machine's bash declares after a script. */
function declared(script: string, env: Record<string, string> = {}) {
  const text = execFileSync('bash', ['--norc', '-c', `${script}\ndeclare -p`], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', ...env },
  });
  return parseDeclarations(text);
}

describe('parseDeclarations', () => {
  it('reads strings with quotes, newlines, control characters and other alphabets', () => {
    const found = declared(
      `a=$'x\\ny"\\\\$\`'; b='plain "q" $x \\ end'; c=$'caf\\303\\251 \\0015\\e'; d=$'\\ndeclare -x evil="1"'; e=`,
    );
    const values = ['a', 'b', 'c', 'd', 'e'].map((name) => found.get(name)?.value);
    assert.deepEqual(values, [
      'x\ny"\\$`',
      'plain "q" $x \\ end',
      'café \u00015\x1b',
      '\ndeclare -x evil="1"',
      '',
    ]);
    assert.equal(found.has('evil'), false);
  });

  it('reads arrays with holes, odd keys and newlines', () => {
    const found = declared(
      `declare -a list=(one $'t\\two' 'th)ree'); list[9]=nine; declare -A map=([k]=v ['a]b']=$'l\\n1' ['q"x']=2 ['a b']=3); declare -a none=() unset; late[3]=x`,
    );
    assert.deepEqual(found.get('list'), {
      flags: 'a',
      value: 'one',
      entries: ['one', 't\two', 'th)ree', 'nine'],
    });
    assert.deepEqual([...(found.get('map')?.entries ?? [])].sort(), ['2', '3', 'l\n1', 'v']);
    assert.deepEqual([found.get('none')?.entries, found.get('unset')?.entries], [[], []]);
    assert.deepEqual([found.get('late')?.value, textOfVariable(found.get('late'))], [null, 'x']);
  });

  it('tells exported, read-only, and declared but unset', () => {
    const found = declared('declare -xr both=1; declare -i number=3; export unset');
    assert.deepEqual(
      ['both', 'number', 'unset'].map((name) => [found.get(name)?.flags, found.get(name)?.value]),
      [
        ['rx', '1'],
        ['i', '3'],
        ['x', null],
      ],
    );
  });

  it('reads back any value that an environment can have', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (value) => {
        const text = value.replaceAll('\0', '');
        assert.equal(declared('list=(x "$given")', { given: text }).get('given')?.value, text);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out what it cannot read and goes on', () => {
    const found = parseDeclarations(
      'declare -a broken=([0\ndeclare -- open="never\nclosed\ndeclare -x fine="1"\n',
    );
    assert.equal(found.has('broken'), false);
    assert.deepEqual(parseDeclarations('garbage').size, 0);
    assert.equal(parseDeclarations('declare -a b=(x\ndeclare -x fine="1"\n').get('fine')?.value, '1');
  });
});
