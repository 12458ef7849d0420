import assert from 'node:assert/strict';
import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PhaseSession } from '../../server/src/phases/session';
import type { SessionMoment } from '../../server/src/phases/sessionMoment';
import type { SessionIsolation } from '../../server/src/phases/sessionView';
import { prepareShell } from '../../server/src/phases/shells/prepareShell';
import { readShellRecord, removeShellFiles } from '../../server/src/phases/shells/shellFolder';
import { dump, oddState, quote } from './phasesShellTexts';
import {
  closeClean,
  inBothModes,
  instantiate,
  never,
  open,
  realiseInputs,
  removeScratch,
  repository,
  runner,
  scratchFolder,
  sessionOptions,
  unwrap,
  type OpenedSession,
} from './phasesSupport';

const stdenv = `(import ${join(repository, 'examples/pkgs')} { }).stdenv`;

inBothModes('a shell at a moment of a session', (isolation: SessionIsolation | undefined) => {
  let scratch = '';
  let opened: OpenedSession | null = null;
  before(async () => (scratch = await scratchFolder()));
  after(() => removeScratch(scratch));
  afterEach(async () => {
    if (opened !== null) await closeClean(opened);
    opened = null;
  });

  async function session(attributes: string): Promise<OpenedSession> {
    const derivation = await instantiate(['-E', `${stdenv}.mkDerivation { name = "shell"; ${attributes} }`]);
    await realiseInputs(derivation);
    opened = await open(derivation, scratch, isolation);
    return opened;
  }

  /** What a shell says that reads these commands; the session's own name for its work directory in place of the copy's. */
  async function say(
    { session }: OpenedSession,
    wish: { readonly phase: string | null; readonly entry?: boolean },
    commands: string,
  ): Promise<string> {
    const moment = unwrap(await session.moment({ phase: wish.phase, entry: wish.entry === true }));
    assert.ok(moment.kind !== 'phasesLeft', 'the moment is there');
    return inShell(session, moment, commands);
  }

  async function inShell(session: PhaseSession, moment: SessionMoment, commands: string): Promise<string> {
    const options = sessionOptions(session.derivation, scratch, isolation);
    const shell = unwrap(await prepareShell(options, session, moment, { interactive: false }, never));
    try {
      const record = await readShellRecord(shell.folder);
      assert.ok(record !== null);
      const { program, args, env, cwd } = record.command;
      const ran = await runner.run(program, args, { env, cwd, stdin: commands });
      assert.equal(ran.stderr.replaceAll(/^@nix .*\n/gm, ''), '');
      return ran.stdout.replaceAll(shell.work, session.workFolder);
    } finally {
      await removeShellFiles(shell.folder, shell.work, runner);
    }
  }

  for (const [title, attributes] of [
    ['a plain derivation', ''],
    ['structured attributes', '__structuredAttrs = true; list = [ "a b" "c" ]; set = { a = "b"; };'],
  ] as const) {
    it(`has the environment of the phase, variable for variable: ${title}`, async () => {
      const opened = await session(
        `${attributes} phases = [ "aPhase" "bPhase" ]; aPhase = ${quote(oddState)}; bPhase = "set +f; set -- dump; " + ${quote(dumpHere)};`,
      );
      assert.equal((await opened.run({ selection: 'all', phase: null })).status, 'ok', opened.output());
      const cat = dumped.map((name) => `printf '\\0'; cat "$NIX_BUILD_TOP/dump/${name}"`).join('; ');
      const text = await say(opened, { phase: 'bPhase' }, `runPhase bPhase > /dev/null; ${cat}\n`);
      const shown = text.split('\0').slice(1);
      const folder = join(opened.session.workFolder, 'build/dump');
      const real = await Promise.all(dumped.map((name) => readFile(join(folder, name), 'latin1')));
      assert.match(real[0] ?? '', /holes=\(\[3\]="a" \[7\]="b c" \[9\]=""\)/);
      dumped.forEach((name, index) =>
        assert.equal(comparable(shown[index] ?? ''), comparable(utf8(real[index] ?? '')), name),
      );
    });
  }

  it('has the variables before it runs anything, and the directory', async () => {
    const opened = await session(
      `phases = [ "aPhase" "bPhase" ]; aPhase = "mkdir 'a b'; cd 'a b'; x=1; export y=2; list=(1 '2 3')"; bPhase = "true";`,
    );
    await opened.run({ selection: 'all', phase: null });
    const text = await say(
      opened,
      { phase: 'bPhase' },
      'pwd; declare -p x y list; type -t runHook genericBuild; typo 2> /dev/null; f() { false; echo no; }; f 2> /dev/null; echo "$?"\n',
    );
    const lines = text.split('\n');
    assert.match(lines[0] ?? '', /\/a b$/);
    assert.deepEqual(lines.slice(1), [
      'declare -- x="1"',
      'declare -x y="2"',
      'declare -a list=([0]="1" [1]="2 3")',
      'function',
      'function',
      '1',
      '',
    ]);
  });

  it('works on a copy: what it writes, removes or runs is not in the session', async () => {
    const opened = await session(
      `phases = [ "aPhase" "bPhase" ]; aPhase = ''mkdir $out; echo kept > $out/f; echo "$out $NIX_BUILD_TOP" > here; ln -s $NIX_BUILD_TOP/here link; touch -d @1.123456789 old''; bPhase = "cp here $out/here";`,
    );
    await opened.run({ selection: 'until', phase: 'aPhase' });
    const before = await contents(opened.session.workFolder);
    const text = await say(
      opened,
      { phase: 'bPhase' },
      'cat "$(< here)" 2> /dev/null; read -r place top < here; [[ $place == "$out" && $top == "$NIX_BUILD_TOP" ]] && echo same; readlink link; stat -c %.9Y old; runPhase bPhase; cat $out/f; echo new > link; rm -rf $out "$NIX_BUILD_TOP"/*; ls "$NIX_BUILD_TOP"\n',
    );
    const { buildTop } = await topOf(opened);
    assert.deepEqual(text.split('\n'), [
      'same',
      `${buildTop}/here`,
      '1.123456789',
      'Running phase: bPhase',
      'kept',
      '',
    ]);
    assert.deepEqual(await contents(opened.session.workFolder), before);
    assert.equal((await opened.run({ selection: 'all', phase: null })).status, 'ok');
  });

  async function topOf(opened: OpenedSession): Promise<{ readonly buildTop: string }> {
    const text = await say(opened, { phase: null }, 'echo "$NIX_BUILD_TOP"\n');
    return { buildTop: text.trim() };
  }

  it('leaves the session what it keeps: the phase that failed runs again alone', async () => {
    const opened = await session(
      `phases = [ "aPhase" "bPhase" "cPhase" "dPhase" ]; aPhase = "echo a > log"; bPhase = "echo b >> log"; cPhase = "echo c >> log"; dPhase = "echo d >> log; false";`,
    );
    await opened.run({ selection: 'all', phase: null });
    assert.equal(await say(opened, { phase: 'dPhase' }, 'cat log\n'), 'a\nb\nc\nd\n');
    const again = await opened.run({ selection: 'only', phase: 'dPhase' });
    assert.deepEqual(
      again.phases.map(({ reused }) => reused),
      [true, true, true, false],
      opened.output(),
    );
    assert.equal(await say(opened, { phase: 'dPhase' }, 'cat log\n'), 'a\nb\nc\nd\n');
  });

  it('stands where the phase failed, with the locals there; before it when that is asked for', async () => {
    const opened = await session(
      `phases = [ "aPhase" "bPhase" ]; aPhase = "x=1"; bPhase = ''
        work() { local inner=deep; mkdir -p sub; cd sub; touch made; (exit 3); echo not reached; }
        x=2; work'';`,
    );
    const result = await opened.run({ selection: 'all', phase: null });
    assert.equal(result.status, 'failed');
    const ask = 'echo "$x ${inner-none}"; basename "$PWD"; ls; cd "$NIX_BUILD_TOP"; rm -f env-vars; ls\n';
    assert.equal(await say(opened, { phase: 'bPhase' }, ask), '2 deep\nsub\nmade\nsub\n');
    assert.equal(await say(opened, { phase: null }, ask), '2 deep\nsub\nmade\nsub\n');
    const entry = await say(opened, { phase: 'bPhase', entry: true }, ask);
    assert.match(entry, /^1 none\n[^\n]+\nenv-vars\n$/);
    assert.equal((await opened.run({ selection: 'only', phase: 'bPhase' })).status, 'failed');
  });

  for (const [kind, text] of [
    ['exit', 'x=2; exit 4'],
    ['a variable that is not set', 'x=2; set -u; echo $notSet'],
    ['a failing pipe', 'x=2; true | false'],
    ['a failing command in a substitution', 'x=2; y=$(x=3; false)'],
  ] as const) {
    it(`stands where the phase failed: ${kind}`, async () => {
      const opened = await session(`phases = [ "aPhase" ]; aPhase = ${quote(text)};`);
      assert.equal((await opened.run({ selection: 'all', phase: null })).status, 'failed');
      assert.equal(await say(opened, { phase: null }, 'set +u; echo "$x"\n'), '2\n');
    });
  }

  it('has the files of a phase that was killed, and says that its variables are those from before', async () => {
    const opened = await session(`phases = [ "aPhase" ]; aPhase = "x=2; touch made; kill -9 $BASHPID";`);
    assert.equal((await opened.run({ selection: 'all', phase: null })).status, 'failed');
    const moment = unwrap(await opened.session.moment({ phase: null, entry: false }));
    assert.ok(moment.kind === 'failure');
    assert.match(moment.note ?? '', /did not live/);
    assert.equal(
      await inShell(opened.session, moment, 'echo "${x-none}"; rm -f env-vars; ls\n'),
      'none\nmade\n',
    );
  });

  it('is there at the end, for a build command and for a builder that is no shell', async () => {
    const ended = await session(`phases = [ "aPhase" ]; aPhase = "x=1; echo > made";`);
    await ended.run({ selection: 'all', phase: null });
    assert.equal(await say(ended, { phase: null }, 'echo $x; rm -f env-vars; ls\n'), '1\nmade\n');
    await closeClean(ended);
    const command = await session('buildCommand = "echo > $out";');
    assert.equal(
      await say(command, { phase: 'buildCommand' }, 'genericBuild; cat $out; echo "$buildCommand"\n'),
      '\necho > $out\n',
    );
    await closeClean(command);
    const raw = await instantiate([
      '-E',
      'derivation { name = "raw"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; odd = "a b"; }',
    ]);
    opened = await open(raw, scratch, isolation);
    const text = await say(
      opened,
      { phase: null },
      'echo "$odd"; [[ $PWD == "$NIX_BUILD_TOP" ]] && echo here\n',
    );
    assert.equal(text, 'a b\nhere\n');
  });

  it('tells which phases have to run first, and that there is no such phase', async () => {
    const opened = await session(
      `phases = [ "aPhase" "bPhase" "cPhase" ]; aPhase = "true"; bPhase = "true"; cPhase = "true";`,
    );
    assert.deepEqual(unwrap(await opened.session.moment({ phase: 'cPhase', entry: false })), {
      kind: 'phasesLeft',
      phases: ['aPhase', 'bPhase'],
    });
    const unknown = await opened.session.moment({ phase: 'dPhase', entry: false });
    assert.ok(!unknown.ok && unknown.error.code === 'unknown-phase');
  });

  it('cannot be had while a run goes on', async () => {
    const opened = await session(`phases = [ "aPhase" ]; aPhase = "touch begun; sleep 600";`);
    const stop = new AbortController();
    const running = opened.session.run({ selection: 'all', phase: null }, () => undefined, stop.signal);
    const busy = await opened.session.moment({ phase: null, entry: false });
    assert.ok(!busy.ok && busy.error.code === 'session-busy');
    stop.abort();
    await running;
  });
});

const dumped = ['variables', 'functions', 'names', 'rest'] as const;
const dumpHere = dump
  .replace('$NIX_BUILD_TOP/../', '$NIX_BUILD_TOP/')
  .replace("declare -f | grep -v '__phasewise'", 'declare -f');

/**
 * A shell for people does not end at the first command that fails. The directory stack is in `rest`; bash fills the variable
 * when somebody asks for it. A trap of an earlier phase is there, as in a real build; in a phase's forked shell it is not.
 */
function comparable(text: string): string {
  return text
    .split(/^(?=[^ {}].* \(\) $)/m)
    .filter((part) => !part.startsWith('__phasewise'))
    .join('')
    .replace('set -o errexit', 'set +o errexit')
    .replace(':errexit', '')
    .replace(/^declare -a DIRSTACK=.*\n/m, '')
    .replace(/^trap -- .*\n/m, '');
}

/** As a runner decodes output. */
function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/** Every path with what it is, when it was changed and what is in it. */
async function contents(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const stats = await lstat(path, { bigint: true });
    const text = stats.isFile() ? await readFile(path, 'latin1') : '';
    found.push(`${name} ${stats.mode} ${stats.mtimeNs} ${stats.ino} ${text}`);
  }
  return found;
}
