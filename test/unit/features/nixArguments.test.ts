import assert from 'node:assert/strict';
import { lastCheck } from '../../../server/src/features/lastCheck';
import { readNixArguments } from '../../../server/src/features/nixArguments';
import { derivationOf, phaseOf } from '../../support/modelSamples';

describe('words for Nix', () => {
  it('are those of the evaluation and those of the build', () => {
    const words = [
      '--arg',
      'x',
      '{ }',
      '--cores',
      '2',
      '--argstr',
      '--name',
      '--arg',
      '--option',
      'a',
      'b',
      '-K',
    ];
    const read = readNixArguments(words);
    assert.deepEqual(read, {
      ok: true,
      value: {
        evaluation: [
          { name: 'x', value: '{ }', kind: 'expression' },
          { name: '--name', value: '--arg', kind: 'string' },
        ],
        build: ['--cores', '2', '--option', 'a', 'b', '-K'],
        place: {},
      },
    });
  });

  it('name the machines or the store that it is built on', () => {
    const read = readNixArguments(['--builders', 'ssh://box - - 4', '--store', '/other', '--cores', '1']);
    const place = { builders: 'ssh://box - - 4', store: '/other' };
    assert.deepEqual(read, { ok: true, value: { evaluation: [], build: ['--cores', '1'], place } });
    assert.match(!readNixArguments(['--store']).ok ? 'refused' : '', /refused/);
  });

  it('are refused by name when they are none that make sense', () => {
    for (const words of [['--run', 'x'], ['toString'], ['x.nix'], ['--cores'], ['--arg', 'x'], ['']]) {
      const read = readNixArguments(words);
      assert.equal(!read.ok && read.error.code, 'wrong-arguments', words.join(' '));
      assert.ok(!read.ok && read.error.message.includes(`\`${words[0]}\``));
    }
  });
});

describe('the last check of a derivation', () => {
  const of = (...phases: readonly (readonly [string, boolean])[]) =>
    lastCheck(
      derivationOf('/a.nix', {
        phases: phases.map(([name, runs]) => ({
          ...phaseOf(name),
          runs,
          skipReason: runs ? null : 'doCheck is not set',
        })),
      }),
    );

  it('is the last of its check phases that runs', () => {
    const read = of(['checkPhase', true], ['installPhase', true], ['installCheckPhase', true]);
    assert.equal(read.ok && read.value.phase, 'installCheckPhase');
    const first = of(['checkPhase', true], ['installCheckPhase', false]);
    assert.equal(first.ok && first.value.phase, 'checkPhase');
  });

  it('is none, with the reason, when none runs', () => {
    const read = of(['checkPhase', false]);
    assert.match(read.ok ? '' : read.error.message, /runs no checks: doCheck is not set\.$/);
  });
});
