import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BuildEvent } from '../../server/src/nix/buildEvents';
import type { BuildOptions } from '../../server/src/nix/nix';
import { physicalPath } from '../../server/src/nix/storePlace';
import { commandLinesWith, leftOver } from '../support/processes';
import { NixTestbed, shellDerivation, unique } from './nixTestbed';

describe('builds by the real Nix', () => {
  let bed: NixTestbed;
  const never = new AbortController().signal;
  before(async () => {
    bed = await NixTestbed.open();
  });
  after(() => bed.close());

  const plain = { rebuild: false, keepFailed: false };
  const build = async (drvPath: string, options: BuildOptions = plain, signal = never) => {
    const events: BuildEvent[] = [];
    const outcome = await bed.nix.build(drvPath, options, (event) => events.push(event), signal);
    return { outcome, events };
  };
  const phased = (name: string, end: string) =>
    shellDerivation(
      `${name}-${unique}`,
      `echo first; echo '@nix { "action": "setPhase", "phase": "buildPhase" }' >&2; printf 'red \\033[31mred\\033[0m\\n'; ${end}`,
    );

  it('tell the start, the phases, each line with its colours, and the end', async () => {
    const drvPath = await bed.instantiate(phased('told', 'echo done > $out'));
    const { outcome, events } = await build(drvPath);
    assert.equal(outcome.status, 'built');
    assert.deepEqual(
      events.filter(({ type }) => type !== 'message' && type !== 'totals'),
      [
        { type: 'buildStarted', drvPath, machine: null },
        { type: 'lines', drvPath, texts: ['first'] },
        { type: 'phase', drvPath, phase: 'buildPhase' },
        { type: 'lines', drvPath, texts: ['red \u001b[31mred\u001b[0m'] },
        { type: 'buildStopped', drvPath },
      ],
    );
    const output = outcome.outputs['out'] ?? '';
    assert.equal(await readFile(physicalPath(output, bed.nix.installation), 'utf8'), 'done\n');
    assert.equal(await bed.nix.areValid([output, drvPath], never), true);
    assert.deepEqual(await bed.nix.deriver(output, never), { ok: true, value: drvPath });
  });

  it('tell how many of how many derivations are built', async () => {
    const names = ['one', 'two', 'three'].map((name) => `counted-${name}-${unique}`);
    const inputs = names.map((name) => `(${shellDerivation(name, 'echo x > $out')})`).join(' ');
    const drvPath = await bed.instantiate(
      shellDerivation(`counted-${unique}`, 'echo x > $out', `inputs = [ ${inputs} ];`),
    );
    const { outcome, events } = await build(drvPath);
    assert.equal(outcome.status, 'built');
    const told = events.flatMap((event) => (event.type === 'totals' ? [event.totals] : []));
    assert.ok(told.some(({ done, expected }) => done === 2 && expected === 4));
    assert.deepEqual(told.at(-1), { work: 'build', done: 4, expected: 4, running: 0, failed: 0 });
  });

  it('say that nothing was built when all is there, and build again when asked', async () => {
    const drvPath = await bed.instantiate(phased('again', 'echo x > $out'));
    assert.equal((await build(drvPath, { rebuild: true, keepFailed: false })).outcome.status, 'built');
    assert.equal((await build(drvPath)).outcome.status, 'valid');
    const { outcome, events } = await build(drvPath, { rebuild: true, keepFailed: false });
    assert.equal(outcome.status, 'built');
    assert.ok(events.some(({ type }) => type === 'lines'));
  });

  it('fail with Nix’s words, and keep the build directory when asked', async () => {
    const drvPath = await bed.instantiate(phased('fails', 'echo kept > file; exit 3'));
    const { outcome, events } = await build(drvPath, { rebuild: false, keepFailed: true });
    assert.equal(outcome.status, 'failed');
    assert.match(outcome.message ?? '', /failed with exit code 3/);
    assert.deepEqual(outcome.outputs, {});
    const kept = events.find((event) => event.type === 'keptBuildDirectory');
    assert.ok(kept, 'the kept directory is told');
    assert.ok(existsSync(kept.folder));
    if (process.getuid?.() === 0) await rm(kept.folder, { recursive: true, force: true });
    assert.equal((await build(drvPath)).events.filter(({ type }) => type === 'keptBuildDirectory').length, 0);
  });

  it('tell a wrong hash in the same words in every version', async () => {
    const drvPath = await bed.instantiate(
      shellDerivation(
        `fixed-${unique}`,
        'echo x > $out',
        'outputHashMode = "flat"; outputHashAlgo = "sha256"; outputHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";',
      ),
    );
    const { outcome } = await build(drvPath);
    assert.equal(outcome.status, 'failed');
    assert.match(
      outcome.message ?? '',
      /hash mismatch in fixed-output derivation '.*'[\s\S]*specified: sha256-A{43}=\s+got: +sha256-[A-Za-z0-9+/]{43}=/,
    );
  });

  it('build the inputs alone, and tell which one failed', async () => {
    const pair = (end: string) =>
      `let input = ${phased(`input-${end.length}`, end)}; in ${shellDerivation(`user-${unique}`, 'cat $input > $out', 'inherit input;')}`;
    const good = await bed.nix.readDerivation(await bed.instantiate(pair('echo x > $out')));
    assert.ok(good.ok);
    const events: BuildEvent[] = [];
    const first = await bed.nix.realiseInputs(good.value, (event) => events.push(event), never);
    assert.equal(first.status, 'built');
    const [input] = Object.keys(good.value.inputDerivations);
    assert.deepEqual(
      events.filter(({ type }) => type === 'buildStarted'),
      [{ type: 'buildStarted', drvPath: input, machine: null }],
    );
    assert.equal((await bed.nix.realiseInputs(good.value, () => undefined, never)).status, 'valid');
    assert.equal(await bed.nix.areValid([good.value.outputs['out']!.path], never), false);

    const bad = await bed.nix.readDerivation(await bed.instantiate(pair('exit 7')));
    assert.ok(bad.ok);
    const failed = await bed.nix.realiseInputs(bad.value, () => undefined, never);
    assert.equal(failed.status, 'failed');
    assert.match(failed.message ?? '', /input-6[\s\S]*exit code 7/);
    const whole = await build(bad.value.path);
    assert.match(whole.outcome.message ?? '', /exit code 7[\s\S]*dependenc/);
  });

  // An ordinary user's Nix needs namespaces for it, and a daemon builds in its own store alone.
  const asRoot = process.getuid?.() === 0 && process.env['NIX_REMOTE'] !== 'daemon' ? it : () => undefined;
  asRoot(
    'go to another store when one is named, with the derivation, and leave the usual one as it is',
    async () => {
      const drvPath = await bed.instantiate(phased('elsewhere', 'echo there > $out'));
      const store = await mkdtemp(join(tmpdir(), 'phasewise-store-'));
      // For a store that is not where its paths say builds have a sandbox in any case.
      const flags = ['--option', 'sandbox-paths', '/bin /usr /lib /lib64'];
      const elsewhere = { ...plain, store, flags };
      try {
        const { outcome, events } = await build(drvPath, elsewhere);
        assert.equal(outcome.message, null);
        assert.equal(outcome.status, 'built');
        assert.ok(events.some((event) => event.type === 'lines' && event.texts.includes('first')));
        const output = outcome.outputs['out'] ?? '';
        assert.equal(await readFile(join(store, output), 'utf8'), 'there\n');
        assert.equal(await bed.nix.areValid([output], never), false);
        const again = await build(drvPath, elsewhere);
        assert.equal(again.outcome.status, 'valid');
      } finally {
        await promisify(execFile)('chmod', ['-R', 'u+w', store]);
        await rm(store, { recursive: true, force: true });
      }
    },
  );

  asRoot('go to another machine when one is named, whose name is told, and bring what it built', async () => {
    const drvPath = await bed.instantiate(phased('remote', 'echo there > $out'));
    const machine = await mkdtemp(join(tmpdir(), 'phasewise-machine-'));
    const store = `local?root=${machine}`;
    const flags = ['--option', 'sandbox-paths', '/bin /usr /lib /lib64'];
    try {
      const { outcome, events } = await build(drvPath, { ...plain, builders: `${store} - - 1 1`, flags });
      assert.equal(outcome.message, null);
      assert.equal(outcome.status, 'built');
      const builds = events.filter(({ type }) => /^(?:build(?:Started|Stopped)|phase|lines)$/.test(type));
      // Newer ones write the store's address out.
      const told = [store, store.replace('local?', 'local://?')];
      const [started, printed] = builds;
      assert.ok(started?.type === 'buildStarted' && told.includes(started.machine ?? ''));
      assert.equal(started.drvPath, drvPath);
      assert.deepEqual(printed, { type: 'lines', drvPath, texts: ['first'] });
      assert.deepEqual(
        builds.flatMap(({ type }) => (type === 'buildStarted' || type === 'buildStopped' ? [type] : [])),
        ['buildStarted', 'buildStopped'],
      );
      const output = outcome.outputs['out'] ?? '';
      assert.equal(await readFile(physicalPath(output, bed.nix.installation), 'utf8'), 'there\n');
    } finally {
      await promisify(execFile)('chmod', ['-R', 'u+w', machine]);
      await rm(machine, { recursive: true, force: true });
    }
  });

  it('end with their builder when cancelled, and the log up to then is there', async () => {
    const mark = `sleep 7${String(process.pid).padStart(7, '0')}`;
    const drvPath = await bed.instantiate(phased('cancelled', `echo before; ${mark}; echo x > $out`));
    const controller = new AbortController();
    const outcome = await bed.nix.build(
      drvPath,
      plain,
      (event) => {
        if (event.type === 'lines' && event.texts.includes('before')) controller.abort();
      },
      controller.signal,
    );
    assert.equal(outcome.status, 'cancelled');
    // Through a daemon the builder is the daemon's, which ends it when it sees us gone.
    for (let tries = 0; tries < 50 && commandLinesWith(mark).length > 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(await leftOver(mark), []);
  });

  it('keep the log of what failed', async () => {
    const drvPath = await bed.instantiate(phased('logged', 'exit 1'));
    const before = await bed.nix.log(drvPath, () => undefined, never);
    assert.equal(!before.ok && before.error.code, 'log-missing');
    await build(drvPath);
    const chunks: Uint8Array[] = [];
    const read = await bed.nix.log(drvPath, (chunk) => chunks.push(chunk), never);
    assert.ok(read.ok);
    assert.match(Buffer.concat(chunks).toString(), /^first\n@nix \{ "action": "setPhase".*\nred /);
  });

  it('answer questions about paths that are none', async () => {
    const absent = `${bed.nix.installation.storeDir}/00000000000000000000000000000000-absent`;
    assert.equal(await bed.nix.areValid([absent], never), false);
    assert.equal((await bed.nix.references(absent, never)).ok, false);
    assert.equal((await bed.nix.deriver(absent, never)).ok, false);
    assert.equal((await bed.nix.log('/etc/passwd', () => undefined, never)).ok, false);
    const unread = await bed.nix.readDerivation(`${absent}.drv`);
    assert.equal(!unread.ok && unread.error.code, 'derivation-missing');
    const { outcome } = await build(`${absent}.drv`);
    assert.equal(outcome.status, 'failed');
    assert.ok((outcome.message ?? '').includes('absent'));
  });

  it('print a megabyte without newline and bytes that are no text', async () => {
    const drvPath = await bed.instantiate(
      shellDerivation(
        `noisy-${unique}`,
        "head -c 1000000 /dev/zero | tr '\\\\0' x; printf '\\\\n\\\\377\\\\376\\\\0nul\\\\n'; echo x > $out",
      ),
    );
    const { outcome, events } = await build(drvPath);
    assert.equal(outcome.message, null);
    assert.equal(outcome.status, 'built');
    const lengths = events.flatMap((event) =>
      event.type === 'lines' ? event.texts.map(({ length }) => length) : [],
    );
    assert.ok(Math.max(...lengths) >= 1_000_000, `longest ${Math.max(...lengths)}`);
  });

  it('references of an output are those of its text', async () => {
    const drvPath = await bed.instantiate(
      `let input = ${phased('referenced', 'echo x > $out')}; in ${shellDerivation(`refers-${unique}`, 'echo $input > $out', 'inherit input;')}`,
    );
    const { outcome } = await build(drvPath);
    const found = await bed.nix.references(outcome.outputs['out'] ?? '', never);
    assert.ok(found.ok);
    assert.equal(found.value.length, 1);
    assert.match(found.value[0] ?? '', /-referenced-/);
    const roots = await bed.nix.roots([outcome.outputs['out'] ?? ''], never);
    assert.ok(roots.ok);
  });
});
