import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { probeNix } from '../../server/src/nix/commandLineNix';
import type { NixSettings } from '../../server/src/nix/commandLine';
import { nixEnvironment, onDisk } from '../support/nixEnvironment';
import { expressionsFolder, NixTestbed, noSettings, shellDerivation, unique } from './nixTestbed';

describe('the probe of the real Nix', () => {
  let bed: NixTestbed;
  before(async () => {
    bed = await NixTestbed.open();
  });
  after(async () => {
    await bed.runner.run('chmod', ['-R', 'u+w', bed.folder]);
    await bed.close();
  });

  const probe = (
    path: string,
    environment: Readonly<Record<string, string>> = {},
    settings: NixSettings = noSettings,
  ) =>
    probeNix(
      bed.runner,
      { path, settings, environment: { ...nixEnvironment(), ...environment }, expressionsFolder },
      new AbortController().signal,
    );
  const refused = async (...args: Parameters<typeof probe>) => {
    const result = await probe(...args);
    return result.ok ? assert.fail('it was found') : result.error;
  };
  const fakeNix = async (name: string, script: string) => {
    const folder = join(bed.folder, name);
    await mkdir(folder, { recursive: true });
    for (const program of ['nix-instantiate', 'nix-store']) {
      await writeFile(join(folder, program), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, program), 0o755);
    }
    return folder;
  };

  it('tells version, system and store', () => {
    const { installation } = bed.nix;
    assert.match(installation.version.text, /^2\.\d+/);
    assert.equal(installation.version.major, 2);
    assert.match(installation.system, /^[a-z0-9_]+-[a-z]+$/);
    assert.equal(installation.storeDir, '/nix/store');
    assert.equal(installation.physicalStoreDir, onDisk('/nix/store'));
    assert.equal(installation.storeProblem, null);
  });

  it('finds Nix by a folder, its parent, or the program, also through a link', async () => {
    const { programs } = bed.nix.installation;
    const real = dirname(programs.nixInstantiate);
    await mkdir(join(bed.folder, 'links'), { recursive: true });
    await symlink(programs.nix, join(bed.folder, 'links/nix'));
    await mkdir(join(bed.folder, 'profile'), { recursive: true });
    await symlink(real, join(bed.folder, 'profile/bin'));
    for (const path of [real, programs.nix, join(bed.folder, 'profile'), join(bed.folder, 'links/nix')]) {
      const result = await probe(path, { PATH: '/nosuch' });
      assert.ok(result.ok, path);
    }
  });

  it('says that Nix is missing, and what to do', async () => {
    const path = await refused('/nosuch/folder');
    assert.equal(path.code, 'nix-missing');
    assert.match(path.message, /\/nosuch\/folder/);
    assert.match(path.advice ?? '', /phasewise\.nix\.path/);
    assert.equal((await refused('relative/path')).code, 'nix-missing');
    const none = await refused('', { PATH: '/nosuch', HOME: bed.folder });
    assert.equal(none.code, 'nix-missing');
    assert.match(none.advice ?? '', /apt install nix-bin/);
  });

  it('says that a Nix is unusable: it fails, prints nonsense, is too old', async () => {
    const failing = await refused(await fakeNix('failing', 'echo "cannot open shared object" >&2; exit 127'));
    assert.equal(failing.code, 'nix-unusable');
    assert.match(failing.message, /cannot open shared object/);
    assert.equal((await refused(await fakeNix('nonsense', 'echo hello'))).code, 'nix-unusable');
    const old = await refused(await fakeNix('old', 'echo "nix-instantiate (Nix) 2.3.16"'));
    assert.match(old.message, /2\.3\.16 is too old/);
    const silent = await refused(
      await fakeNix('silent', 'case $1 in --version) echo "nix (Nix) 2.30.1";; *) exit 1;; esac'),
    );
    assert.equal(silent.code, 'nix-unusable');
  });

  it('says what Nix says about a configuration that it refuses', async () => {
    const error = await refused('', { NIX_CONFIG: 'sandbox = maybe' });
    assert.equal(error.code, 'nix-unusable');
    assert.match(error.message, /'sandbox' has invalid value 'maybe'/);
    assert.ok(error.advice);
  });

  it('evaluates without a store that it can use, and says so', async () => {
    await writeFile(join(bed.folder, 'a file'), '');
    for (const [environment, store] of [
      [{ NIX_DAEMON_SOCKET_PATH: join(bed.folder, 'no socket') }, 'daemon'],
      [{}, join(bed.folder, 'a file/below')],
    ] as const) {
      const result = await probe('', environment, { ...noSettings, store });
      assert.ok(result.ok, JSON.stringify(result));
      const nix = result.value;
      assert.equal(nix.installation.storeProblem?.code, 'nix-unusable');
      assert.ok(nix.installation.storeProblem.advice);
      const file = await bed.write(
        'readonly.nix',
        shellDerivation('readonly', 'true', `src = ./readonly.nix;`),
      );
      const evaluated = await nix.evaluate(
        { file, kind: 'file', attr: '', buffer: null },
        { callPackage: false, timeoutMs: 20_000, memoryLimitMb: 1000, args: [] },
        new AbortController().signal,
      );
      assert.ok(evaluated.ok, JSON.stringify(evaluated));
      assert.equal(evaluated.value.derivations[0]?.name, 'readonly');
      assert.match(evaluated.value.notices[0] ?? '', /without being written/);
      const outcome = await nix.build(
        evaluated.value.derivations[0].drvPath,
        { rebuild: false, keepFailed: false },
        () => undefined,
        new AbortController().signal,
      );
      assert.equal(outcome.status, 'failed');
      assert.ok(outcome.message);
    }
  });

  it('finds the files of a store of its own', async () => {
    for (const [settings, environment] of [
      [{ ...noSettings, store: join(bed.folder, 'own store') }, {}],
      [noSettings, { NIX_CONFIG: `${nixEnvironment()['NIX_CONFIG']}\nstore = ${join(bed.folder, 'other')}` }],
    ] as const) {
      const result = await probe('', environment, settings);
      assert.ok(result.ok, JSON.stringify(result));
      const { installation } = result.value;
      assert.equal(installation.storeDir, '/nix/store');
      assert.ok(installation.physicalStoreDir.startsWith(bed.folder), installation.physicalStoreDir);
      const file = await bed.write('own.nix', shellDerivation(`own-${unique}`, 'true'));
      const evaluated = await result.value.evaluate(
        { file, kind: 'file', attr: '', buffer: null },
        { callPackage: false, timeoutMs: 20_000, memoryLimitMb: 1000, args: [] },
        new AbortController().signal,
      );
      assert.ok(evaluated.ok, JSON.stringify(evaluated));
      const read = await result.value.readDerivation(evaluated.value.derivations[0]!.drvPath);
      assert.ok(read.ok);
      assert.equal(read.value.name, `own-${unique}`);
      assert.ok((await readFile(file, 'utf8')).includes(unique));
    }
  });
});
