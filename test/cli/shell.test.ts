import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { phasewise, processesWith, startPhasewise } from '../support/commandLine';
import { atTerminal, type AtTerminal } from '../support/terminal';
import { derivation, makeWorkspace, type Workspace } from './workspace';

describe('phasewise shell', () => {
  let workspace: Workspace;
  const terminals: AtTerminal[] = [];
  beforeEach(() => (workspace = makeWorkspace()));
  afterEach(async () => {
    for (const terminal of terminals.splice(0)) {
      terminal.hangUp();
      await terminal.ended;
    }
    workspace.dispose();
  });

  const at = () => ({ cwd: workspace.folder, env: workspace.env });
  const state = () => join(workspace.env['XDG_STATE_HOME'] ?? '', 'phasewise');
  const shell = (stdin: string, ...more: string[]) => phasewise(['shell', '.', ...more], { ...at(), stdin });

  function terminal(...more: string[]): AtTerminal {
    const opened = atTerminal(['shell', '.', ...more], at());
    terminals.push(opened);
    return opened;
  }

  /** Of shells: their folders, their copies of files, their processes. */
  async function nothingLeft(works: readonly string[] = []): Promise<void> {
    const left = () => [
      ...readdirSync(join(state(), 'shells')),
      ...works.filter((work) => readdirSync('/tmp').includes(work)),
      ...processesWith(join(state(), 'shells')).map(String),
    ];
    for (let tries = 0; tries < 100 && left().length > 0; tries++) await pause(100);
    deepEqual(left(), []);
  }

  /** Names below /tmp of the copies that open shells have. */
  const copies = () =>
    readdirSync(join(state(), 'shells')).map((id) =>
      readFileSync(join(state(), 'shells', id, 'work'), 'utf8').slice('/tmp/'.length),
    );

  for (const mode of ['', '--no-isolation']) {
    it(`gives commands from a pipe the state of the phase ${mode}`, async () => {
      workspace.write(
        'default.nix',
        derivation(
          '  buildPhase = "mkdir sub; cd sub; list=(1 \'2 3\'); echo made > file";\n  installPhase = "cp file $out";',
        ),
      );
      const more = ['--phase', 'installPhase', ...(mode === '' ? [] : [mode])];
      const first = await shell(
        'declare -p list; cat file; basename "$PWD"; echo x > file; runPhase installPhase\n',
        ...more,
      );
      equal(first.code, 0, first.stderr);
      deepEqual(first.stdout.split('\n').slice(0, 4), [
        'declare -a list=([0]="1" [1]="2 3")',
        'made',
        'sub',
        'Running phase: installPhase',
      ]);
      match(first.stderr, /✓ buildPhase/);
      await nothingLeft();
      const again = await shell('cat file; ls $out\n', ...more);
      deepEqual([again.stdout, again.code], ['made\n', 1], 'the session is as it was');
      await nothingLeft();
    }).timeout(40_000);
  }

  it('stands where the phase failed, and says so when an earlier one fails', async () => {
    workspace.write('default.nix', derivation('  buildPhase = "x=1; touch here; false; x=2";'));
    const later = await shell('', '--phase', 'installPhase');
    equal(later.code, 1);
    match(
      later.stderr,
      /buildPhase failed, so what comes after it is not reached\.\n--phase buildPhase stands where/,
    );
    const failed = await shell('echo $x; ls here', '--phase', 'buildPhase');
    deepEqual([failed.stdout, failed.code], ['1\nhere\n', 0]);
    const entry = await shell('echo ${x-none}', '--phase', 'buildPhase', '--entry');
    equal(entry.stdout, 'none\n');
    await nothingLeft();
  }).timeout(40_000);

  it('refuses a phase that there is none of, and a file that is none', async () => {
    workspace.write('default.nix', derivation('  buildPhase = "true";'));
    const unknown = await shell('', '--phase', 'noPhase');
    equal(unknown.code, 2);
    match(unknown.stderr, /has no phase noPhase/);
    equal((await phasewise(['shell', 'none.nix'], at())).code, 2);
    equal((await phasewise(['shell', '--prepared', '/nowhere'], at())).code, 1);
  }).timeout(40_000);

  it('says that a run goes on in the session', async () => {
    const seconds = `86${process.pid}.5`;
    workspace.write('default.nix', derivation(`  buildPhase = "echo now; sleep ${seconds}";`));
    const running = startPhasewise(['run', '.', '--all'], at());
    await running.said('now');
    const refused = await shell('', '--phase', 'buildPhase');
    equal(refused.code, 1);
    match(refused.stderr, /is running phases in this session/);
    running.signal('SIGINT');
    await running.finished;
  }).timeout(40_000);

  it('is a shell for a person at a terminal, which no typo and no failing phase ends', async () => {
    workspace.write(
      'default.nix',
      derivation('  buildPhase = "greeting=hi; echo built; inner() { false; echo no; }; inner; echo never";'),
    );
    const opened = terminal('--phase', 'buildPhase');
    const prompt = '[test buildPhase] ';
    let seen = await opened.sees(prompt);
    match(opened.shown(), /before buildPhase, .*\nThis is a copy: /);
    opened.type('typo\n');
    seen = await opened.sees(prompt, await opened.sees('typo: command not found', seen));
    opened.type('runPhase buildPhase\n');
    seen = await opened.sees('inner, line 1: exit code 1 from: false', await opened.sees('built', seen));
    seen = await opened.sees(prompt, seen);
    opened.type('echo "<$greeting>"; fails() { exit 3; }; fails\n');
    seen = await opened.sees('exit 3 in fails', await opened.sees('<hi>', seen));
    await opened.sees(prompt, seen);
    ok(!opened.shown().includes('never\n'));
    opened.type('exit 5\n');
    equal(await opened.ended, 0);
    await nothingLeft();
  }).timeout(40_000);

  for (const mode of ['', '--no-isolation']) {
    for (const [how, end] of [
      ['the terminal is closed', (opened: AtTerminal) => opened.hangUp()],
      [
        'it is killed',
        () => {
          for (const pid of processesWith('shell\0.\0--phase')) process.kill(pid, 'SIGKILL');
        },
      ],
    ] as const) {
      it(`leaves nothing when ${how} ${mode}`, async () => {
        const seconds = `86${process.pid}.${Date.now() % 100_000}`;
        workspace.write('default.nix', derivation('  buildPhase = "true";'));
        const opened = terminal('--phase', 'buildPhase', ...(mode === '' ? [] : [mode]));
        const seen = await opened.sees('[test buildPhase] ');
        opened.type(`setsid sleep ${seconds} & sleep ${seconds} & echo st''arted\n`);
        await opened.sees('started', seen);
        const works = copies();
        equal(works.length, 1);
        ok(processesWith(`sleep\0${seconds}`).length > 0);
        end(opened);
        await opened.ended;
        await nothingLeft(works);
        deepEqual(processesWith(`sleep\0${seconds}`), []);
      }).timeout(40_000);
    }
  }
});
