import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLaunch } from '../../../server/src/debug/launchArguments';
import { isHit } from '../../../server/src/debug/breakpoints';
import {
  assignedNames,
  conditionScript,
  expansionsScript,
  wordScript,
} from '../../../server/src/debug/expressions';
import { debugType } from '../../../server/src/protocol/debug';

interface Debugger {
  readonly type: string;
  readonly configurationAttributes: {
    readonly launch: {
      readonly properties: Readonly<Record<string, { readonly type: string; readonly default?: unknown }>>;
    };
  };
}

describe('what is launched', () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
    readonly contributes: { readonly debuggers: readonly Debugger[] };
  };

  it('has the arguments that the manifest describes, with the same types and defaults', () => {
    const [contributed] = manifest.contributes.debuggers;
    assert.equal(contributed?.type, debugType);
    const { properties } = contributed.configurationAttributes.launch;
    const parsed = parseLaunch({ program: 'a.nix' });
    assert.ok(parsed.ok);
    const ours = ['settings', 'noDebug', 'unsaved'];
    const names = Object.keys(parsed.value).filter((name) => !ours.includes(name));
    assert.deepEqual(Object.keys(properties).sort(), names.sort());
    for (const [name, { type, default: value }] of Object.entries(properties)) {
      const wrong = parseLaunch({ program: 'a.nix', [name]: type === 'boolean' ? 'text' : 5 });
      assert.equal(wrong.ok, false, name);
      if (value === undefined || name === 'program') continue;
      assert.equal((parsed.value as unknown as Record<string, unknown>)[name], value, name);
    }
  });

  it('is refused without a program', () => {
    for (const raw of [{}, { program: '' }, { program: [] }]) assert.equal(parseLaunch(raw).ok, false);
  });
});

describe('expressions of breakpoints, hovers and the console', () => {
  it('read hit counts', () => {
    assert.deepEqual(
      [1, 2, 3].map((hits) => isHit('2', hits)),
      [false, true, true],
    );
    assert.deepEqual(
      [1, 2, 3].map((hits) => isHit('== 2', hits)),
      [false, true, false],
    );
    assert.deepEqual(
      [3, 4, 6].map((hits) => isHit('% 3', hits)),
      [true, false, true],
    );
    assert.equal(isHit('often', 1), null);
  });

  it('take a condition as commands or as what stands in double brackets', () => {
    assert.match(conditionScript('$i == 3'), /\[\[ \$i == 3 \]\]/);
    assert.match(conditionScript('[[ $i == 3 ]]'), /\n\[\[ \$i == 3 \]\]\n/);
    assert.match(conditionScript('grep -q x file'), /\ngrep -q x file\n/);
  });

  it('refuse words that run or assign something', () => {
    for (const word of ['$x', '${x[1]}', '${x:-a b}', 'a-${#x[@]}', '"$x"', 'name', '${x@Q}', '${x//a/b}'])
      assert.ok(wordScript(word).ok, word);
    for (const word of [
      '$(a)',
      '`a`',
      '${x:=1}',
      '${x=1}',
      '${x[i=1]}',
      '${x[i++]}',
      '<(a)',
      '>(a)',
      '$((i=1))',
      '${x@P}',
      'a"b',
      '${x',
      '$x\\',
    ])
      assert.equal(wordScript(word).ok, false, word);
  });

  it('find what would end the phase', () => {
    assert.deepEqual([...assignedNames('a=1; b[2]+=3 c=4 make x -k=5')], ['a', 'b', 'c']);
    assert.equal(expansionsScript('echo $x | cat'), null);
    assert.match(
      expansionsScript('echo ${x:?no ${y}} $((1/0))') ?? '',
      /\$\{x:\?no \$\{y\}\}[^]*\$\(\(1\/0\)\)/,
    );
    assert.equal(expansionsScript("echo '${x:?quoted}'"), null);
  });
});
