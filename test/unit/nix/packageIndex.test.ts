import { deepEqual } from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexedPackages, locatedPackages, suggestedPackages } from '../../../server/src/nix/packageIndex';
import { createProcessRunner } from '../../../server/src/nix/process';

describe('an index of packages', () => {
  it('is read as nix-locate --minimal prints it', () => {
    const text =
      'zlib.dev\n(zlib-ng.dev)\nemscripten.out\npython312Packages.x.out\nlibsForQt5.kio.dev\n\nwarning: old\n';
    deepEqual(locatedPackages(text), ['zlib', 'emscripten', 'python312Packages.x', 'libsForQt5.kio']);
  });

  it('is read as command-not-found prints it', () => {
    const several = `The program 'cowsay' is not in your PATH. It is provided by several packages.
You can make it available in an ephemeral shell by typing one of the following:
  nix-shell -p cowsay
  nix-shell -p neo-cowsay
`;
    deepEqual(suggestedPackages(several), ['cowsay', 'neo-cowsay']);
    const older = `It is provided by several packages. You can install it by typing one of the following:\n  nix-env -iA nixos.cowsay\n`;
    deepEqual(suggestedPackages(older), ['cowsay']);
    deepEqual(
      suggestedPackages("Command 'cowsay' not found, but can be installed with:\napt install cowsay\n"),
      [],
    );
  });

  describe('where programs of these names are installed', () => {
    const never = new AbortController().signal;
    let folder: string;
    let env: Record<string, string>;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'phasewise-index-'));
      env = { PATH: `${folder}:/usr/bin:/bin`, NIX_AUTO_RUN: '1' };
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));
    const program = async (name: string, script: string): Promise<void> => {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, name), 0o755);
    };
    const ask = (kind: 'command' | 'header' | 'pkgConfig', name: string) =>
      indexedPackages(createProcessRunner(), env, { kind, name }, never);

    it('is asked for the file, and the likeliest package is named first', async () => {
      const wanted = '--minimal --type x --type s --whole-name --at-root /bin/frob';
      await program(
        'nix-locate',
        `[ "$*" = '${wanted}' ] && printf '%s\\n' a.b.out frobber.out frob.bin '(x.out)'`,
      );
      deepEqual(await ask('command', 'frob'), [['frob'], ['frobber'], ['a', 'b']]);
      await program(
        'nix-locate',
        `case "$*" in *'--type r --type s'*/share/pkgconfig/x.pc) echo x.dev;; esac`,
      );
      deepEqual(await ask('pkgConfig', 'x'), [['x']]);
    });

    it('is asked of the other where nix-locate is not there, which must run nothing itself', async () => {
      await program(
        'command-not-found',
        `[ -z "$NIX_AUTO_RUN" ] && echo "  nix-shell -p $1er" >&2; exit 127`,
      );
      deepEqual(await ask('command', 'frob'), [['frober']]);
      deepEqual(await ask('header', 'frob.h'), []);
    });

    it('is not asked for names that are no files', async () => {
      await program('nix-locate', 'echo all.out');
      for (const name of ['', '-h', 'a b', "a'; x", '$x']) deepEqual(await ask('command', name), []);
    });
  });
});
