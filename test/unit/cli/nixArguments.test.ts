import { deepEqual, equal } from 'node:assert/strict';
import { joinPairs, nixArguments } from '../../../server/src/cli/nixArguments';

describe('options for Nix', () => {
  it('takes both values of --arg, --argstr and --option, whatever is in them', () => {
    const joined = joinPairs([
      'run',
      '--arg',
      'x',
      '{ a = "$b"; }',
      '--argstr',
      'y',
      '--all',
      '--option',
      'cores',
      '',
    ]);
    deepEqual(joined, ['run', '--arg', 'x\0{ a = "$b"; }', '--argstr', 'y\0--all', '--option', 'cores\0']);
    const { nix, evaluation } = nixArguments({
      arg: ['x\0{ a = "$b"; }'],
      argstr: ['y\0--all'],
      option: ['cores\0'],
      I: ['nixpkgs=/p'],
      callPackage: 'off',
    });
    deepEqual(evaluation.args, [
      { name: 'x', value: '{ a = "$b"; }', kind: 'expression' },
      { name: 'y', value: '--all', kind: 'string' },
    ]);
    deepEqual(nix, { path: '', store: '', options: { cores: '' }, searchPath: ['nixpkgs=/p'] });
    equal(evaluation.callPackage, false);
  });

  it('refuses a pair without its second value', () => {
    equal(joinPairs(['run', '--arg', 'x']), null);
  });

  it('leaves everything after -- alone', () => {
    deepEqual(joinPairs(['check', '--', '--arg']), ['check', '--', '--arg']);
  });
});
