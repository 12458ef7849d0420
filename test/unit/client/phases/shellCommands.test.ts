import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { shellCommands } from '../../../../client/src/phases/shellCommands';
import { hook, phase } from '../sample';

/** Runs it as somebody would who has sourced what gives `runHook`. */
function output(commands: string): string {
  const runHook =
    'runHook() { if declare -F "$1" > /dev/null; then "$1"; else eval "${!1-}"; fi; local n="${1}Hooks[@]" e; for e in "${!n}"; do $e; done; }; preBuildHooks=(fromArray)';
  return execFileSync('bash', ['-c', `${runHook}\n${commands}`], { encoding: 'utf8' });
}

describe('shellCommands', () => {
  it('is bash that does what the phase does', () => {
    const commands = shellCommands(
      phase('buildPhase', {
        body: "buildPhase () \n{ \n    runHook preBuild;\n    echo 'made'\n}",
        hooks: [
          hook('preBuild', { body: `echo "it's" 'first'\n` }),
          hook('fromArray', { kind: 'array', body: 'fromArray () \n{ \n    echo second\n}' }),
          hook('echo never', { kind: 'array', body: 'echo never' }),
          hook('idle', { runs: false, body: 'exit 1' }),
          hook('failureHook', { when: 'failure', body: 'exit 2' }),
        ],
      }),
      'a\nrm',
    );
    assert.equal(output(commands ?? ''), "it's first\nsecond\nmade\n");
    assert.match(commands ?? '', /^# buildPhase of a rm, for a shell/);
    assert.match(commands ?? '', /# hook preBuild, before, default\.nix:8/);
  });

  it('takes a text as it is', () => {
    const commands = shellCommands(phase('installPhase', { body: 'echo one\necho two\n' }), 'x');
    assert.equal(output(commands ?? ''), 'one\ntwo\n');
  });

  it('is nothing when the text is not known', () => {
    assert.equal(shellCommands(phase('buildPhase'), 'x'), null);
  });
});
