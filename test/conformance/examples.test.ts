/** The examples and the stdenv that they build with, checked with Nix itself. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProcessRunner } from '../../server/src/nix/process';
import { nixEnvironment } from '../support/nixEnvironment';

const examples = join(__dirname, '../../examples');
const conventions = join(__dirname, '../fixtures/stdenv');
const runner = createProcessRunner();

interface Built {
  readonly works: boolean;
  readonly log: string;
  /** Phases in the order in which they began. */
  readonly phases: readonly string[];
}

async function build(...args: readonly string[]): Promise<Built> {
  const result = await runner.run('nix-build', ['--no-out-link', ...args], { env: nixEnvironment() });
  const phases = [...result.stderr.matchAll(/^Running phase: (.*)$/gm)].map((match) => match[1] ?? '');
  return { works: result.exitCode === 0, log: result.stderr, phases };
}

/** Builds one of the derivations that check a convention, anew. */
function check(attr: string): Promise<Built> {
  return build(conventions, '-A', attr, '--argstr', 'nonce', `${process.pid} ${Date.now()}`);
}

describe('the examples, built by Nix', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phasewise examples '));
    await cp(examples, join(folder, 'examples'), { recursive: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** A copy of an example with a change that makes it a new derivation. */
  async function changed(name: string, change: (text: string) => string): Promise<string> {
    const file = join(folder, 'examples', name, 'default.nix');
    await writeFile(file, change(await readFile(join(examples, name, 'default.nix'), 'utf8')));
    return file;
  }
  const anew = (text: string): string =>
    text.replaceAll('runHook preConfigure', `: ${Date.now()}; runHook preConfigure`);

  it('hello builds, and again to the same bits', async () => {
    const hello = join(examples, 'hello');
    assert.ok((await build(hello)).works);
    const again = await build(hello, '--check');
    assert.ok(again.works, again.log);
    assert.deepEqual(again.phases, [
      'unpackPhase',
      'patchPhase',
      'configurePhase',
      'buildPhase',
      'checkPhase',
      'installPhase',
      'fixupPhase',
      'installCheckPhase',
    ]);
  });

  it('the library and the program that uses it build', async () => {
    const library = await build(join(examples, 'greeting-library'));
    assert.ok(library.works, library.log);
    const greeter = await build(join(examples, 'greeting-library'), '-A', 'greeter', '--check');
    assert.match(greeter.log, /building with the library in .*-greeting-2\.1, language fr/);
  });

  it('broken-configure fails in its configurePhase, at the comparison', async () => {
    const file = await changed('broken-configure', anew);
    const broken = await build(file);
    assert.ok(!broken.works);
    assert.deepEqual(broken.phases, ['unpackPhase', 'patchPhase', 'configurePhase']);
    assert.match(broken.log, /the sources say 0\.3/);
    assert.match(broken.log, /something went wrong in/);
  });

  it('broken-configure builds once the line is corrected', async () => {
    const file = await changed('broken-configure', (text) =>
      text.replace('grep -qx "version = $version" VERSION', 'grep -qx "$version" VERSION'),
    );
    const mended = await build(file);
    assert.ok(mended.works, mended.log);
  });

  it('python fails for its hash, and builds with the hash that Nix got', async () => {
    const failed = await build(join(examples, 'python'));
    assert.ok(!failed.works);
    const got = /got: +(sha256-\S+)/.exec(failed.log)?.[1];
    assert.ok(got, failed.log);
    const file = await changed('python', (text) => text.replace('hash = lib.fakeHash', `hash = "${got}"`));
    const built = await build(file);
    assert.ok(built.works, built.log);
  });
});

describe("the examples' stdenv", () => {
  it('runs all phases in order, with those that packages add between them', async () => {
    const { works, phases, log } = await check('order');
    assert.ok(works, log);
    assert.deepEqual(phases, [
      ...['first', 'patchPhase', 'second', 'configurePhase', 'third', 'buildPhase', 'fourth', 'installPhase'],
      ...['fifth', 'fixupPhase', 'installCheckPhase', 'sixth', 'last'],
    ]);
  });

  it('runs the named phases only, and a phase keeps its locals to itself', async () => {
    const { phases, log } = await check('named');
    assert.deepEqual(phases, ['onePhase', 'twoPhase']);
    assert.match(log, /inside is gone, global is 2/);
  });

  it('leaves out what the flags leave out', async () => {
    const { works, phases } = await check('skipped');
    assert.ok(works);
    assert.deepEqual(phases, ['installPhase']);
  });

  it('runs hooks: the attribute first, then what setup hooks added', async () => {
    const { works, log } = await check('hooks');
    assert.ok(works, log);
    assert.match(log, /attribute of the hook\nhook's function\ntext of the hook\nsourced: yes/);
    assert.match(log, /CPATH: .*-bignum-1\.0\/include/);
    assert.match(log, /env hook saw .*-bignum-1\.0/);
  });

  it('gives structured attributes as arrays', async () => {
    const { works, log } = await check('structured');
    assert.ok(works, log);
    assert.match(log, /words: 2, table: value, SEEN: by programs, text: $/m);
    assert.match(log, /all: a\\ b c d e f default\n/);
  });

  it('unpacks an archive, patches it, and substitutes in it', async () => {
    const { works, log } = await check('patched');
    assert.ok(works, log);
    assert.match(log, /patching file file/);
  });

  it('unpacks with the command that a package brings', async () => {
    assert.ok((await check('unpacked')).works);
  });

  it('lets bash tell where its functions are written', async () => {
    const { works, log } = await check('located');
    assert.ok(works, log);
    assert.match(log, /^buildPhase \d+ \/nix\/store\/.*-stdenv\/setup$/m);
    assert.match(log, /^unpackPhase\npatchPhase\nconfigurePhase\nbuildPhase\ncheckPhase$/m);
  });

  it('overrides attributes, and finalAttrs follows', async () => {
    const { works, log } = await check('overridden');
    assert.ok(works, log);
    assert.match(log, /final version is 1\.1/);
  });

  it('lets phases read variables that are not set', async () => {
    const { works, log } = await check('unsetIsFine');
    assert.ok(works, log);
    assert.match(log, /nothing: \./);
  });

  for (const attr of ['pipeline', 'substitution', 'nested', 'notReplaced']) {
    it(`stops at the first command that fails (${attr})`, async () => {
      const { works, log } = await check(attr);
      assert.ok(!works);
      assert.doesNotMatch(log, /not reached/);
    });
  }

  it('runs failure hooks and keeps the exit code', async () => {
    const { works, log } = await check('handlers');
    assert.ok(!works);
    assert.match(log, /from the array/);
    assert.match(log, /exit code 7/);
  });

  it('tells Nix which phase begins', async () => {
    const { log } = await build(
      ...[conventions, '-A', 'skipped', '--argstr', 'nonce', `json ${Date.now()}`],
      ...['--log-format', 'internal-json'],
    );
    assert.match(log, /"fields":\["installPhase"\],"id":\d+,"type":104/);
  });
});
