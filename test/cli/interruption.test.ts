import { deepEqual, equal, match } from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { workGraceMs } from '../../server/src/nix/openWork';
import { phasewise, processesWith, startPhasewise } from '../support/commandLine';
import { derivation, makeWorkspace, type Workspace } from './workspace';

describe('interrupted phasewise', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace()));
  afterEach(() => workspace.dispose());

  /** A sleep that no other test starts. */
  const length = (): string => `86${process.pid}.${Date.now() % 1_000_000}`;

  /** In which everything ends that is asked to. */
  const endMs = 3000;
  /** A Nix whose caller was killed is given time to remove its build directory before it is killed, too. */
  const killedMs = workGraceMs + endMs;

  async function nothingLeft(text: string, patienceMs = endMs): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline && processesWith(text).length > 0) await pause(100);
    deepEqual(processesWith(text), []);
  }

  for (const [command, ...options] of [
    ['run', '--all'],
    ['build', '-L'],
  ] as const) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`ends everything that ${command} started on ${signal}, with 130`, async () => {
        const seconds = length();
        workspace.write(
          'default.nix',
          derivation(`  buildPhase = "setsid sleep ${seconds} & echo now; sleep ${seconds}";`, seconds),
        );
        const started = startPhasewise([command, '.', ...options], {
          cwd: workspace.folder,
          env: workspace.env,
        });
        await started.said('now');
        started.signal(signal);
        const { code, stdout } = await started.finished;
        equal(code, 130);
        equal(stdout, '');
        await nothingLeft(`sleep\0${seconds}`);
        await nothingLeft(workspace.env['XDG_STATE_HOME'] ?? '');
      }).timeout(40_000);
    }
  }

  for (const [command, ...options] of [
    ['build', '-L'],
    ['run', '--all'],
  ] as const) {
    it(`leaves nothing of ${command} running when it is killed`, async () => {
      const seconds = length();
      workspace.write('default.nix', derivation(`  buildPhase = "echo now; sleep ${seconds}";`, seconds));
      const started = startPhasewise([command, '.', ...options], {
        cwd: workspace.folder,
        env: workspace.env,
      });
      await started.said('now');
      started.signal('SIGKILL');
      equal((await started.finished).signal, 'SIGKILL');
      await nothingLeft(`sleep\0${seconds}`, killedMs);
      await nothingLeft(workspace.env['XDG_STATE_HOME'] ?? '', killedMs);
    }).timeout(40_000);
  }

  it('leaves no evaluation running when it is killed', async () => {
    workspace.write(
      'default.nix',
      "builtins.foldl' (a: x: a + x) 0 (builtins.genList (x: builtins.foldl' (a: y: a + y) 0 (builtins.genList (y: y) 1000000)) 1000000)",
    );
    const started = startPhasewise(['build', '.'], { cwd: workspace.folder, env: workspace.env });
    const evaluators = (): number =>
      processesWith(`phasewise'request\0{`).filter((pid) => processesWith(workspace.folder).includes(pid))
        .length;
    for (let tries = 0; tries < 100 && evaluators() === 0; tries++) await pause(100);
    equal(evaluators(), 1);
    started.signal('SIGKILL');
    await started.finished;
    // It does not hear that it is asked to end, as a Nix that builds would.
    await nothingLeft(workspace.folder, killedMs);
  }).timeout(40_000);

  it('ends an evaluation that goes on for ever', async () => {
    workspace.write(
      'default.nix',
      'builtins.foldl\' (a: x: builtins.foldl\' (b: y: builtins.trace "on and on" (b + y)) a (builtins.genList (y: y) 1000)) 0 (builtins.genList (x: x) 1000000)',
    );
    const started = startPhasewise(['build', '.'], { cwd: workspace.folder, env: workspace.env });
    await pause(1500);
    started.signal('SIGINT');
    equal((await started.finished).code, 130);
    await nothingLeft(workspace.env['XDG_STATE_HOME'] ?? '');
  }).timeout(40_000);

  it('goes quietly when nobody reads its output any more', async () => {
    workspace.write(
      'default.nix',
      derivation(
        '  buildPhase = "for ((i = 0; i < 50000; i++)); do echo line $i of a long log; done"; installPhase = "mkdir $out";',
      ),
    );
    equal((await phasewise(['build', '.'], { cwd: workspace.folder, env: workspace.env })).code, 0);
    const started = startPhasewise(['log', '.'], { cwd: workspace.folder, env: workspace.env });
    started.closeOutput();
    const { code, stderr } = await started.finished;
    deepEqual([code, stderr], [0, '']);
  }).timeout(40_000);

  it('prints 100 MB of a phase without growing', async () => {
    workspace.write(
      'default.nix',
      derivation(
        '  buildPhase = "head -c 100000000 /dev/zero | tr \'\\\\0\' x | fold -w 1000"; installPhase = "mkdir $out";',
      ),
    );
    const { code, stderr } = await phasewise(['build', '.'], {
      cwd: workspace.folder,
      env: { ...workspace.env, NODE_OPTIONS: '--max-old-space-size=120' },
    });
    equal(code, 0, stderr);
    match(stderr, /✓ buildPhase .*, 100001 lines/);
  }).timeout(120_000);
});
