import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { SessionPhaseResult } from '../../server/src/phases/sessionResults';
import { quote } from './phasesShellTexts';
import {
  inBothModes,
  instantiate,
  open,
  realBuild,
  realExitCode,
  removeScratch,
  repository,
  scratchFolder,
} from './phasesSupport';

/** What a phase prints of its own, in a session and in a real build. */
function told(log: string): readonly string[] {
  return log.split('\n').filter((line) => line.startsWith('told'));
}

const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'of a signal': {
    aPhase: `trap 'echo "told of USR1 $x"' USR1; trap '' USR2; x=a`,
    bPhase: 'echo "told $(trap -p USR1) $(trap -p USR2)"; x=b; kill -USR1 $BASHPID; kill -USR2 $BASHPID',
    cPhase: 'kill -USR1 $BASHPID; trap - USR1; echo "told $(trap -p USR1)"',
    dPhase: 'echo "told nothing: $(trap -p USR1)"',
  },
  'of the end': {
    aPhase: `trap 'echo "told at the end $x"' EXIT; x=a`,
    bPhase: 'x=b',
  },
  'of the end, in a build that fails': {
    aPhase: `trap 'echo "told at the end $? $x"' EXIT; x=a`,
    bPhase: 'x=b; false',
  },
  'of the end, in the phase that fails': {
    aPhase: `x=1`,
    bPhase: `trap 'echo "told at the end $? $x"' EXIT; x=b; exit 5`,
  },
  'of the end, taken away': {
    aPhase: 'trap - EXIT; echo told of a',
    bPhase: 'exit 3',
    failureHook: 'echo told by the hook',
  },
  "of the end, beside stdenv's own": {
    aPhase: `before=$(trap -p EXIT); trap 'echo told never' EXIT`,
    bPhase: `eval "$before"`,
    cPhase: 'false',
    failureHook: 'echo told by the hook',
  },
  'of the end, that fails where all phases did not': {
    aPhase: `trap 'echo told at the end $x; exit 9' EXIT`,
    lastPhase: 'mkdir $out',
  },
  'of the end, that is killed': {
    aPhase: `trap 'echo told at the end $x; kill -USR1 $BASHPID' EXIT`,
    lastPhase: 'mkdir $out',
  },
  'of the end, that fails itself': {
    aPhase: `trap 'echo told at the end; false; echo told after' EXIT`,
    bPhase: 'exit 3',
  },
  'of the end, with a status of its own': {
    aPhase: `trap 'echo told at the end; exit 9' EXIT`,
    bPhase: 'exit 3',
  },
};

inBothModes('a trap', (isolation) => {
  let scratch = '';
  before(async () => (scratch = await scratchFolder()));
  after(() => removeScratch(scratch));

  for (const [title, texts] of Object.entries(cases)) {
    for (const restored of [false, true]) {
      it(`that a phase sets holds in later ones as in a real build: ${title}${restored ? ', from its folder' : ''}`, async () => {
        const whole: Readonly<Record<string, string>> =
          'lastPhase' in texts ? texts : { ...texts, lastPhase: 'mkdir $out; exit 1' };
        const names = Object.keys(whole).filter((name) => name.endsWith('Phase'));
        const attributes = Object.entries(whole).map(([name, text]) => `${name} = ${quote(text)};`);
        const derivation = await instantiate([
          '-E',
          `(import ${join(repository, 'examples/pkgs')} { }).stdenv.mkDerivation { name = "traps";
            phases = [ ${names.map((name) => `"${name}"`).join(' ')} ]; ${attributes.join(' ')} }`,
        ]);
        const real = await realBuild(derivation.path);
        let opened = await open(derivation, scratch, isolation, title);
        let output = '';
        let last: SessionPhaseResult | undefined;
        try {
          for (const name of restored ? names : names.slice(-1)) {
            const { phases } = await opened.run({ selection: 'until', phase: name });
            last = phases.at(-1);
            output += opened.output();
            if (last?.status === 'failed') break;
            await opened.session.release();
            opened = await open(derivation, scratch, isolation, title);
          }
          assert.deepEqual([last?.status, last?.exitCode], ['failed', realExitCode(real.log)], output);
          assert.ok(told(real.log).length > 0, real.log);
          assert.deepEqual(told(output), told(real.log), `${output}\n--- really\n${real.log}`);
        } finally {
          await opened.session.dispose();
        }
      });
    }
  }
});
