import assert from 'node:assert/strict';
import { join } from 'node:path';
import { hasOwnStore } from '../support/nixEnvironment';
import type { OpenedSession } from './phasesSupport';
import {
  closeClean,
  inBothModes,
  instantiate,
  open,
  realBuild,
  realExitCode,
  removeScratch,
  repository,
  scratchFolder,
} from './phasesSupport';

interface FailureKind {
  readonly kind: string;
  /** Lines that say `step` tell how far it got. */
  readonly text: string;
  /** As a shell tells it. */
  readonly exitCode: number;
  /** 1-based line in the text; null when the shell cannot tell. */
  readonly line: number | null;
}

const kinds: readonly FailureKind[] = [
  { kind: 'a false command', text: 'echo step 1\nfalse\necho step 2', exitCode: 1, line: 2 },
  { kind: 'a failing pipe member', text: 'echo step 1\nfalse | cat\necho step 2', exitCode: 1, line: 2 },
  { kind: 'a failing substitution', text: 'echo step 1\nx=$(false)\necho step 2', exitCode: 1, line: 2 },
  {
    kind: 'an unset variable',
    text: 'set -u\necho step 1\necho "$nosuch"\necho step 2',
    exitCode: 1,
    line: 3,
  },
  { kind: 'exit 4', text: 'echo step 1\nexit 4\necho step 2', exitCode: 4, line: null },
  { kind: 'exit 0', text: 'echo step 1\nexit 0\necho step 2', exitCode: 0, line: null },
  {
    kind: 'an error expansion',
    text: 'echo step 1\n: "${nosuch:?is needed}"\necho step 2',
    exitCode: 1,
    line: 2,
  },
  {
    kind: 'a command not found',
    text: 'echo step 1\nnosuchcommand --x\necho step 2',
    exitCode: 127,
    line: 2,
  },
  {
    kind: 'a syntax error in an eval',
    text: "echo step 1\neval 'if ; then'\necho step 2",
    exitCode: 2,
    line: null,
  },
  { kind: 'a failing subshell', text: 'echo step 1\n(\n  exit 3\n)\necho step 2', exitCode: 3, line: null },
  {
    kind: 'a shell that kills itself',
    text: 'echo step 1\nkill -9 $BASHPID\necho step 2',
    exitCode: 137,
    line: null,
  },
  {
    kind: 'a command that is terminated',
    text: "echo step 1\nsh -c 'kill -TERM $$'\necho step 2",
    exitCode: 143,
    line: 2,
  },
  { kind: 'return 5', text: 'echo step 1\nreturn 5\necho step 2', exitCode: 5, line: null },
  {
    kind: 'failures in conditions, and then one that counts',
    text: 'if false; then :; fi\n! true\nfalse || echo step 1\nfalse && :\necho step 2\ncat /nonexistent/file\necho step 3',
    exitCode: 1,
    line: 6,
  },
  {
    kind: 'a failing function',
    text: 'compile() {\n  echo step 1\n  false\n}\necho step 0\ncompile\necho step 2',
    exitCode: 1,
    line: 3,
  },
  {
    kind: 'a syntax error in the text',
    text: 'echo step 1\nif ; then\necho step 2',
    exitCode: 2,
    line: 2,
  },
];

function expression(text: string): string {
  const indented = text.replaceAll("''", "'''").replaceAll('${', "''${");
  return `(import ${join(repository, 'examples/pkgs')} { }).stdenv.mkDerivation {
    name = "failing"; dontUnpack = true;
    buildPhase = ''${indented}'';
    failureHook = "echo step failureHook";
    installPhase = "echo step install; mkdir $out";
  }`;
}

function steps(log: string): readonly string[] {
  return log.split('\n').filter((line) => line.startsWith('step'));
}

const realFailures = new Map<string, ReturnType<typeof realBuild>>();
/** A real build, once for both modes. */
function realFailure(drvPath: string): ReturnType<typeof realBuild> {
  const built = realFailures.get(drvPath) ?? realBuild(drvPath);
  realFailures.set(drvPath, built);
  return built;
}

inBothModes('a failing phase in a session', (isolation) => {
  let scratch = '';
  before(async () => (scratch = await scratchFolder()));
  after(() => removeScratch(scratch));

  for (const { kind, text, exitCode, line } of kinds) {
    it(`stops where a real build stops, with its exit code: ${kind}`, async () => {
      const derivation = await instantiate(['-E', expression(text)]);
      const real = await realFailure(derivation.path);
      // The first process of a sandbox, which the shell of a real build is there, cannot be killed from inside.
      const immortal = hasOwnStore && text.includes('kill -9 $BASHPID');
      assert.equal(realExitCode(real.log), immortal ? null : exitCode, real.log);
      const opened: OpenedSession = await open(derivation, scratch, isolation);
      try {
        const result = await opened.run({ selection: 'all', phase: null });
        const last = result.phases.at(-1);
        assert.deepEqual(
          { name: last?.name, status: last?.status, exitCode: last?.exitCode },
          { name: 'buildPhase', status: 'failed', exitCode },
          opened.output(),
        );
        if (!immortal) assert.deepEqual(steps(opened.output()), steps(real.log));
        const place = last?.failedCommand?.place ?? null;
        if (line !== null) {
          assert.deepEqual(
            { text: place?.text, line: place?.line, exact: place?.exact },
            { text: 'buildPhase', line, exact: true },
            JSON.stringify(last?.failedCommand),
          );
        }
        const again = await opened.run({ selection: 'only', phase: 'buildPhase' });
        assert.equal(again.phases.at(-1)?.status, 'failed');
        assert.equal(again.phases.at(-1)?.exitCode, exitCode);
      } finally {
        await closeClean(opened);
      }
    });
  }
});
