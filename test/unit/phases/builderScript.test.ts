import assert from 'node:assert/strict';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';
import { preludePlace, readBuilderScript } from '../../../server/src/phases/builderScript';

const files: Readonly<Record<string, string>> = {
  '/s/source-stdenv.sh':
    'if [ -e "$NIX_ATTRS_SH_FILE" ]; then . "$NIX_ATTRS_SH_FILE"; fi\nsource $stdenv/setup\nsource "$1"\n',
  '/s/default-builder.sh': 'genericBuild\n',
  '/s/old.sh': 'source $stdenv/setup\ngenericBuild\n',
  '/s/own.sh': 'source $stdenv/setup\nbuildPhase() { make; }\n\ngenericBuild # last\n# end\n',
  '/s/oneline.sh': '. $stdenv/setup; genericBuild',
  '/s/after.sh': 'source $stdenv/setup\ngenericBuild\necho after\n',
};

function read(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  builder = '/bin/bash',
) {
  const derivation: StoreDerivation = {
    path: '/nix/store/x.drv',
    name: 'x',
    outputs: {},
    inputDerivations: {},
    inputSources: [],
    system: 's',
    builder,
    args,
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? ''])),
  };
  return readBuilderScript(derivation, args, (path) => Promise.resolve(files[path] ?? null));
}

describe("a builder's script", () => {
  it('is phases when it ends in genericBuild; what comes before is kept', async () => {
    const modern = await read(['-e', '/s/source-stdenv.sh', '/s/default-builder.sh']);
    assert.deepEqual(
      [modern.structure, modern.options, modern.script, modern.parameters],
      ['phases', ['-e'], '/s/source-stdenv.sh', ['/s/default-builder.sh']],
    );
    assert.match(modern.prelude, /^if .*\nsource \$stdenv\/setup\n\s*$/);
    assert.equal((await read(['-e', '/s/old.sh'])).prelude, 'source $stdenv/setup');
    assert.match((await read(['-eu', '-o', 'pipefail', '/s/oneline.sh'])).prelude, /setup$/);
  });
  it('is phases with the package’s own functions before', async () => {
    const own = await read(['/s/own.sh']);
    assert.equal(own.structure, 'phases');
    assert.match(own.prelude, /buildPhase\(\) \{ make; \}/);
    assert.deepEqual(preludePlace(own, 2), { file: '/s/own.sh', line: 2 });
    const behind = await read(['-e', '/s/source-stdenv.sh', '/s/own.sh']);
    const line = behind.prelude.split('\n').indexOf('buildPhase() { make; }') + 1;
    assert.deepEqual(preludePlace(behind, line), { file: '/s/own.sh', line: 2 });
    assert.deepEqual(preludePlace(behind, 2), { file: '/s/source-stdenv.sh', line: 2 });
    assert.equal(preludePlace(behind, 99), null);
  });
  it('is one command when the derivation has one', async () => {
    for (const env of [
      { buildCommand: 'x' },
      { buildCommandPath: '/x' },
      { __json: '{"buildCommand":"x"}' },
    ]) {
      assert.equal((await read(['-e', '/s/old.sh'], env)).structure, 'buildCommand');
    }
    assert.equal((await read(['-e', '/s/old.sh'], { buildCommand: '' })).structure, 'phases');
  });
  it('is opaque for everything else', async () => {
    assert.equal((await read(['-c', 'genericBuild'])).structure, 'builder');
    assert.equal((await read(['-e', '/s/after.sh'])).structure, 'builder');
    assert.equal((await read(['-e', '/s/missing.sh'])).structure, 'builder');
    assert.equal((await read([])).structure, 'builder');
    assert.equal((await read(['/s/old.sh'], {}, '/bin/python3')).structure, 'builder');
  });
});
