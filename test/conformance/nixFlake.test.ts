import assert from 'node:assert/strict';
import { join } from 'node:path';
import { StoreCopies } from '../../server/src/nix/storeCopies';
import { NixTestbed } from './nixTestbed';

describe('a flake evaluated by the real Nix', () => {
  let bed: NixTestbed;
  before(async () => {
    bed = await NixTestbed.open();
  });
  after(() => bed.close());

  const flake = (body: string) => `{ outputs = { self }: ${body}; }`;
  const make = (name: string) => `derivation { name = "${name}"; system = "x"; builder = "/bin/sh"; }`;
  const system = () => bed.nix.installation.system;

  it('gives its default package, another package, or any attribute', async () => {
    await bed.write(
      'a flake/flake.nix',
      flake(
        `{ packages.${system()} = { default = ${make('standard')}; other = ${make('other')}; };\n legacyPackages.${system()}.old = ${make('old')}; nested.x = ${make('nested')}; }`,
      ),
    );
    const folder = join(bed.folder, 'a flake');
    for (const [attr, name, path] of [
      ['', 'standard', `packages.${system()}.default`],
      ['other', 'other', `packages.${system()}.other`],
      ['old', 'old', `legacyPackages.${system()}.old`],
      ['nested.x', 'nested', 'nested.x'],
    ] as const) {
      const result = await bed.evaluate({ file: folder, kind: 'flake', attr });
      if (!result.ok) assert.fail(result.error.message);
      assert.deepEqual(
        result.value.derivations.map((one) => [one.name, one.attr]),
        [[name, path]],
      );
      assert.equal(result.value.derivations[0]?.position?.file, join(folder, 'flake.nix'));
    }
  });

  it('gives all packages when there is no default one', async () => {
    await bed.write(
      'all/flake.nix',
      flake(`{ packages.${system()} = { a = ${make('a')}; b = ${make('b')}; }; }`),
    );
    const result = await bed.evaluate({ file: join(bed.folder, 'all'), kind: 'flake' });
    assert.deepEqual(result.ok && result.value.derivations.map(({ name }) => name), ['a', 'b']);
  });

  it('tells errors in copies at the places of what was copied', async () => {
    const broken = `{ }:\n1 + "x"\n`;
    await bed.write('copied/nix/pkg.nix', broken);
    const pkg = join(bed.folder, 'copied/nix/pkg.nix');
    const inner = await bed.write('copied/outer/inner/pkg.nix', broken);
    const outer = await bed.write('copied/outer/outer.nix', `{ }:\nimport "\${./inner}/pkg.nix" { }\n`);
    const single = await bed.write('copied/single.nix', broken);
    const self = await bed.write(
      'copied/flake.nix',
      flake(`{ packages.${system()}.default =\n import "\${self}/nix/pkg.nix" { }; }`),
    );
    const entry = {
      file: self,
      attrs: [],
      sure: true,
      scope: null,
      args: null,
      local: null,
      open: false,
      builder: null,
      takes: [],
      saved: true,
    };
    const cases = [
      { file: self, entry, blamed: pkg },
      { file: await bed.write('copied/folder.nix', 'import "${./nix}/pkg.nix" { }'), blamed: pkg },
      { file: await bed.write('copied/file.nix', 'import "${./single.nix}" { }'), blamed: single },
      {
        file: await bed.write('copied/two.nix', 'import "${./outer}/outer.nix" { }'),
        blamed: inner,
        also: outer,
      },
    ];
    for (const { file, blamed, also, ...source } of cases) {
      const result = await bed.evaluate({ file, ...source });
      const found = result.ok ? result.value.failures[0] : result.error;
      assert.deepEqual(
        found?.position && [found.position.file, found.position.line],
        [blamed, 2],
        `${file}: ${JSON.stringify(found)}`,
      );
      if (also !== undefined) assert.ok(found?.trace.some(({ position }) => position?.file === also));
    }
    await bed.write('copied/nix/pkg.nix', broken.replace('"x"', '"changed"'));
    const stale = new StoreCopies('/nix/store');
    stale.learn(self);
    const elsewhere = { file: `/nix/store/${'a'.repeat(32)}-nix/pkg.nix`, line: 1, column: 1 };
    assert.deepEqual(stale.place(elsewhere), elsewhere, 'what is not there is left as it is');
  });

  it('tells errors at their places in the folder', async () => {
    const file = await bed.write('broken/flake.nix', flake(`{ packages.${system()}.default =\n 1 + "x"; }`));
    const result = await bed.evaluate({ file: join(bed.folder, 'broken'), kind: 'flake' });
    assert.ok(!result.ok);
    assert.deepEqual(result.error.position && [result.error.position.file, result.error.position.line], [
      file,
      2,
    ]);
    const syntax = await bed.write('syntax/flake.nix', '{ outputs = ; }');
    const refused = await bed.evaluate({ file: join(bed.folder, 'syntax'), kind: 'flake' });
    assert.ok(!refused.ok);
    assert.match(refused.error.message, /^syntax error/);
    assert.equal(refused.error.position?.file, syntax);
  });

  it('finds its places when it lies inside a git work tree', async () => {
    const file = await bed.write(
      'tree/deep/flake.nix',
      flake(`{ packages.${system()}.default =\n ${make('deep')}; }`),
    );
    for (const args of [
      ['init', '-q', '.'],
      ['add', '.'],
    ]) {
      const git = await bed.runner.run('git', args, { cwd: join(bed.folder, 'tree') });
      assert.equal(git.exitCode, 0, git.stderr);
    }
    const result = await bed.evaluate({ file: join(bed.folder, 'tree/deep'), kind: 'flake' });
    if (!result.ok) assert.fail(result.error.message);
    assert.equal(result.value.derivations[0]?.position?.file, file);
  });

  it('says which attribute is missing', async () => {
    await bed.write('small/flake.nix', flake(`{ packages.${system()}.one = ${make('one')}; }`));
    const result = await bed.evaluate({ file: join(bed.folder, 'small'), kind: 'flake', attr: 'two' });
    assert.ok(!result.ok);
    assert.match(result.error.message, /'two' in selection path .* not found/);
  });
});
