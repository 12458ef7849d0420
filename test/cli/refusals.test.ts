import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import type { Failure } from '../../server/src/protocol/model';
import { json, phasewise } from '../support/commandLine';
import { derivation, makeWorkspace, type Workspace } from './workspace';

interface Refused {
  readonly status: string;
  readonly phases: readonly unknown[];
  readonly outputs: object;
  readonly failure: Failure;
}

describe('--json of what ended before anything ran', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace()));
  afterEach(() => workspace.dispose());
  const commands = [['build'], ['run', '--all']] as const;

  for (const [command, ...options] of commands) {
    const call = async (file: string, env: Readonly<Record<string, string>> = {}) => {
      const result = await phasewise([command, file, ...options, '--json'], {
        cwd: workspace.folder,
        env: { ...workspace.env, ...env },
      });
      const { status, phases, outputs, failure, ...others } = json<Refused>(result);
      deepEqual([status, phases, outputs], ['failed', [], {}]);
      const own = { build: ['drvPath'], run: ['session', 'isolation', 'verify'] };
      deepEqual(Object.keys(others).sort(), [...own[command]].sort());
      return { code: result.code, stderr: result.stderr, failure };
    };

    it(`${command} has the evaluation's error and its place`, async () => {
      const file = workspace.write('default.nix', derivation('  buildPhase = throw "no luck";'));
      const { code, failure, stderr } = await call('.');
      equal(code, 1);
      match(failure.message, /no luck/);
      deepEqual([failure.file, failure.range?.start.line, failure.exact], [file, 5, false]);
      match(stderr, /default\.nix:6:\d+: error: no luck/);
    });

    it(`${command} has the place of a text that does not parse`, async () => {
      const file = workspace.write('broken.nix', '{\n  a = ;\n}\n');
      const { code, failure } = await call('broken.nix');
      equal(code, 1);
      deepEqual([failure.file, failure.range?.start.line], [file, 1]);
    });

    it(`${command} says what to do where a file, or Nix, is missing or there are several derivations`, async () => {
      const lost = await call('gone.nix');
      equal(lost.code, 2);
      match(lost.failure.message, /There is no file gone\.nix/);
      match(lost.failure.explanation ?? '', /Name a \.nix file/);
      const one = (name: string) =>
        `${name} = derivation { name = "n"; system = "s"; builder = "/${name}"; };`;
      workspace.write('default.nix', `{ ${one('a')} ${one('b')} }`);
      const several = await call('.');
      equal(several.code, 2);
      match(several.failure.explanation ?? '', /-A a/);
      const without = await call('.', { PATH: '/nonexistent', HOME: join(workspace.folder, 'home') });
      equal(without.code, 3);
      match(without.failure.message, /Nix/);
    });
  }

  it('run says that it was not told which phases', async () => {
    const result = await phasewise(['run', '.', '--json'], { cwd: workspace.folder, env: workspace.env });
    equal(result.code, 2);
    match(json<Refused>(result).failure.explanation ?? '', /--all/);
  });

  it('run has the input that could not be built, and an unknown phase', async () => {
    const input = `(pkgs.runCommand "broken-input" { unique = "${process.hrtime.bigint()}"; } "echo no; exit 7")`;
    const file = workspace.write('default.nix', derivation(`  buildInputs = [ ${input} ];`));
    const options = { cwd: workspace.folder, env: workspace.env };
    const result = await phasewise(['run', '.', '--all', '--json'], options);
    equal(result.code, 1);
    const { failure, phases } = json<Refused>(result);
    match(failure.message, /input broken-input failed/);
    deepEqual([failure.file, failure.range?.start.line, phases], [file, 5, []]);
    workspace.write('plain.nix', derivation('  installPhase = "mkdir $out";'));
    const unknown = await phasewise(['run', 'plain.nix', '--only', 'nosuchPhase', '--json'], options);
    equal(unknown.code, 2);
    match(json<Refused>(unknown).failure.explanation ?? '', /installPhase/);
  });
}).timeout(60_000);
