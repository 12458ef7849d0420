import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';
import {
  cutPhases,
  isLeftBy,
  readKeptDirectory,
  restoringExports,
} from '../../../server/src/phases/keptDirectory';
import { parseDeclarations } from '../../../server/src/phases/shellDeclarations';
import type { ShellState } from '../../../server/src/phases/shellState';

const out = '/nix/store/00000000000000000000000000000000-test';
const derivation: StoreDerivation = {
  ...{ path: '/nix/store/11111111111111111111111111111111-test.drv', name: 'test', system: 'x' },
  outputs: { out: { path: out, hashAlgo: '', hash: '' } },
  ...{ inputDerivations: {}, inputSources: [], builder: '/bin/bash', args: [], env: {} },
};

function stateWith(variables: string): ShellState {
  const none = { functions: '', functionAttributes: '', options: '', traps: '', aliases: '' };
  const declarations = parseDeclarations(variables);
  ok(declarations !== null);
  return { bashVersion: '', directory: '/', umask: '', directoryStack: [], ...none, variables: declarations };
}

describe('a directory that Nix kept', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'phasewise-kept-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const at = (...names: string[]): string => {
    const path = join(folder, ...names);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const read = async (path: string) => {
    const found = await readKeptDirectory(path);
    return found.ok ? found.value : found.error.code;
  };
  const variables = `declare -x NIX_BUILD_TOP="/build"\ndeclare -x PWD="/build/a b"\ndeclare -x out="${out}"\n`;

  it('is the builder’s own, or holds it', async () => {
    for (const names of [['nix-build-test.drv-0'], ['nix-12-34', 'build'], ['moved by somebody']]) {
      const top = at(...names);
      writeFileSync(join(top, 'env-vars'), variables);
      for (const path of new Set([top, join(folder, names[0] ?? '')])) {
        const found = await read(path);
        ok(typeof found === 'object');
        deepEqual([found.top, found.builtAt, found.environment?.length], [top, '/build', 3]);
      }
    }
  });

  it('may lack what its shell exported, but not the name that Nix gave it', async () => {
    const found = await read(at('nix-build-test.drv-3'));
    ok(typeof found === 'object' && found.environment === null && found.builtAt === null);
    equal(await read(at('home')), 'no-kept-directory');
    equal(await read(join(folder, 'nix-build-gone.drv-0')), 'no-kept-directory');
  });

  it('is of the derivation whose outputs its shell was told', async () => {
    const top = at('nix-build-test.drv-0');
    const isOfIt = async (text: string) => {
      writeFileSync(join(top, 'env-vars'), text);
      const found = await read(top);
      return typeof found === 'object' && isLeftBy(found, derivation, '/nix/store');
    };
    equal(await isOfIt(variables), true);
    equal(await isOfIt(variables.replace('-test', '-other')), false);
  });

  it('tells which phases a build had that was to end after one', () => {
    const of = (phases: string) =>
      cutPhases({ top: '/', builtAt: null, environment: parseDeclarations(`declare -x phases="${phases}"`) });
    deepEqual(of('unpackPhase buildPhase phasewiseEnd'), ['unpackPhase', 'buildPhase']);
    equal(of('unpackPhase buildPhase'), null);
    equal(of(''), null);
  });

  it('gives a shell what it exported, takes what it did not, and leaves alone what cannot be set', () => {
    const environment = parseDeclarations(
      'declare -x A="in /build/x"\ndeclare -rx R="fixed"\ndeclare -x OLDPWD\ndeclare -x PWD="/build/it\'s"\ndeclare -x N="1\n2"',
    );
    const state = stateWith(
      'declare -x A="before"\ndeclare -x GONE="x"\ndeclare -ax LIST=()\ndeclare -- own="x"\ndeclare -x PWD="/"',
    );
    const kept = { top: '/tmp/kept', environment, builtAt: '/build' };
    const script = restoringExports(kept, state, '/tmp/abc/build', [['/build', '/tmp/abc/build']]) ?? '';
    deepEqual(script.split('\n').slice(0, 4), [
      'unset -v GONE',
      'declare -gx A="in /tmp/abc/build/x"',
      'declare -gx N="1',
      '2"',
    ]);
    match(script, /\nbuiltin cd -- '\/tmp\/abc\/build\/it'\\''s' 2> \/dev\/null \|\| builtin cd -- /);
    equal(restoringExports({ ...kept, environment: null }, state, '/b', []), null);
  });
});
