import assert from 'node:assert/strict';
import { drawEvaluated } from '../../../server/src/derivation/drawEvaluated';
import { drawStatic } from '../../../server/src/derivation/drawStatic';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';
import type { EvaluatedDerivation, NixPosition } from '../../../server/src/nix/nix';
import type { Derivation } from '../../../server/src/protocol/model';
import { LineIndex } from '../../../server/src/syntax/lineIndex';
import { parsed } from '../../support/syntax';

const file = '/p/default.nix';
const stdenvArgs = [
  '-e',
  '/nix/store/00000000000000000000000000000000-source-stdenv.sh',
  '/nix/store/00000000000000000000000000000001-default-builder.sh',
];

interface Given {
  readonly text?: string;
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
  readonly positions?: Record<string, NixPosition>;
  readonly position?: NixPosition | null;
  readonly attr?: string;
  readonly selected?: boolean;
  /** Texts of other files. */
  readonly others?: Readonly<Record<string, string>>;
}

async function draw(given: Given): Promise<Derivation> {
  const tree = await parsed(given.text ?? '');
  const store: StoreDerivation = {
    path: '/nix/store/x.drv',
    name: 'a',
    outputs: {},
    inputDerivations: {},
    inputSources: [],
    system: 'x86_64-linux',
    builder: '/bin/bash',
    args: given.args ?? stdenvArgs,
    env: { stdenv: '/nix/store/s', ...given.env },
  };
  const evaluated: EvaluatedDerivation = {
    attr: given.attr ?? '',
    name: 'a-1',
    system: 'x86_64-linux',
    drvPath: '/nix/store/x.drv',
    outputs: { out: '/nix/store/o' },
    position: given.position ?? null,
    attributePositions: given.positions ?? {},
  };
  const packages = new Map<string, readonly Derivation[]>();
  for (const [name, text] of Object.entries(given.others ?? {})) {
    packages.set(name, drawStatic(await parsed(text), name));
  }
  return drawEvaluated({
    statics: drawStatic(tree, file),
    evaluated,
    store,
    sourceOf: (name) => {
      if (name === file) return tree;
      const other = given.others?.[name];
      return other === undefined ? null : { text: other, lines: new LineIndex(other) };
    },
    file,
    selected: given.selected ?? false,
    drawnIn: (name) => packages.get(name) ?? [],
  });
}
const phases = (d: Derivation): string[] =>
  d.phases.map(({ name, skipReason }) => `${name} ${skipReason ?? '-'}`);

describe('drawEvaluated', () => {
  it('takes order, skips and texts from the environment', async () => {
    const d = await draw({
      env: {
        prePhases: 'one  two',
        dontBuild: '1',
        doCheck: '1',
        doDist: '',
        buildPhase: 'make',
        preBuild: 'x',
      },
    });
    assert.deepEqual(phases(d), [
      'one -',
      'two -',
      'unpackPhase -',
      'patchPhase -',
      'configurePhase -',
      'buildPhase dontBuild is set',
      'checkPhase -',
      'installPhase -',
      'fixupPhase -',
      'installCheckPhase doInstallCheck is not set',
      'distPhase doDist is not set',
    ]);
    assert.equal(d.phases[5]?.body, 'make');
    assert.deepEqual(d.phases[5].hooks, []);
    assert.equal(d.source, 'evaluated');
    assert.deepEqual(d.outputs, { out: '/nix/store/o' });
  });

  it('takes only the derivation’s own phases when it names them', async () => {
    assert.deepEqual(phases(await draw({ env: { phases: 'unpackPhase\n buildPhase' } })), [
      'unpackPhase -',
      'buildPhase -',
    ]);
  });

  it('reads structured attributes', async () => {
    const d = await draw({
      env: {
        __json: JSON.stringify({
          stdenv: 's',
          prePhases: ['p', 'q'],
          dontBuild: true,
          doCheck: false,
          installPhase: 'runHook preInstall',
          preInstall: 'x',
          n: { deep: 1 },
          __proto__: 1,
        }),
      },
    });
    assert.deepEqual(phases(d).slice(0, 2), ['p -', 'q -']);
    assert.ok(
      phases(d).includes('buildPhase dontBuild is set') &&
        phases(d).includes('checkPhase doCheck is not set'),
    );
    assert.deepEqual(
      d.phases.find(({ name }) => name === 'installPhase')?.hooks.map(({ name, when }) => [name, when]),
      [['preInstall', 'pre']],
    );
  });

  it('survives structured attributes that are no JSON', async () => {
    assert.equal((await draw({ env: { __json: '{' } })).structure, 'phases');
  });

  it('tells stdenv’s builder, one script and a raw builder apart', async () => {
    assert.equal((await draw({})).structure, 'phases');
    assert.equal((await draw({ args: ['-c', 'source $stdenv/setup; genericBuild'] })).structure, 'phases');
    assert.equal((await draw({ env: { buildCommand: 'x' } })).structure, 'buildCommand');
    assert.equal((await draw({ env: { buildCommandPath: '/x' } })).structure, 'buildCommand');
    const raw = await draw({ args: ['-c', 'echo hi'], env: { buildCommand: 'x' } });
    assert.deepEqual(
      [raw.structure, raw.phases.map(({ name, body }) => [name, body])],
      ['builder', [['builder', 'echo hi']]],
    );
  });

  it('places attributes where the evaluator says, in UTF-16 columns', async () => {
    const text = '{ é = 1; a = stdenv.mkDerivation { buildPhase = "x"; }; }';
    const column = Buffer.byteLength(text.slice(0, text.indexOf('buildPhase'))) + 1;
    const d = await draw({
      text,
      attr: 'a',
      env: { buildPhase: 'x' },
      positions: { buildPhase: { file, line: 1, column } },
    });
    const start = { line: 0, character: text.indexOf('buildPhase') };
    const place = { file, range: { start, end: { line: 0, character: start.character + 10 } } };
    assert.deepEqual(d.attributes['buildPhase'], place);
    assert.deepEqual(d.phases.find(({ name }) => name === 'buildPhase')?.origin, {
      kind: 'attribute',
      ...place,
      input: null,
    });
    assert.deepEqual(d.range?.start, { line: 0, character: 9 });
  });

  it('keeps this file’s place of an attribute that another file passes on', async () => {
    const text = 'runCommand "a" { } "echo"';
    const d = await draw({
      text,
      env: { buildCommand: 'echo', x: '1' },
      positions: {
        buildCommand: { file: '/nixpkgs/t.nix', line: 9, column: 9 },
        x: { file: '/nixpkgs/t.nix', line: 3, column: 2 },
      },
    });
    assert.equal(d.attributes['buildCommand']?.file, file);
    assert.deepEqual(d.attributes['x'], {
      file: '/nixpkgs/t.nix',
      range: { start: { line: 2, character: 1 }, end: { line: 2, character: 2 } },
    });
  });

  it('takes the place where another file says the value itself, not where this one did', async () => {
    const d = await draw({
      text: '(mkDerivation { buildPhase = "mine"; installPhase = "mine"; preBuild = x; }).overrideAttrs f',
      env: { buildPhase: 'theirs', installPhase: 'mine', preBuild: 'theirs' },
      others: {
        '/q/f.nix':
          "old: {\n  buildPhase = ''theirs'';\n  inherit (old) installPhase;\n  preBuild = old.preBuild or \"x\";\n}",
      },
      positions: {
        buildPhase: { file: '/q/f.nix', line: 2, column: 3 },
        installPhase: { file: '/q/f.nix', line: 3, column: 17 },
        preBuild: { file: '/q/f.nix', line: 4, column: 3 },
      },
    });
    assert.deepEqual(
      ['buildPhase', 'installPhase', 'preBuild'].map((name) => d.attributes[name]?.file),
      ['/q/f.nix', file, file],
    );
  });

  it('says of a builder with a script where it is, and of a raw one its command', async () => {
    const script = await draw({ env: { buildCommandPath: '/x/my script.sh' } });
    assert.deepEqual(
      script.phases.map(({ name, body }) => [name, body]),
      [['buildCommand', "source '/x/my script.sh'"]],
    );
    const raw = await draw({ args: ['-e', "/x/it's.sh"] });
    assert.equal(raw.phases[0]?.body, "/bin/bash -e '/x/it'\\''s.sh'");
  });

  it('takes the evaluator’s place of a derivation that the text does not show', async () => {
    const d = await draw({
      text: 'import ./x',
      attr: 'b.hello',
      position: { file: '/q/x.nix', line: 4, column: 3 },
    });
    assert.deepEqual(
      [d.file, d.range],
      ['/q/x.nix', { start: { line: 3, character: 2 }, end: { line: 3, character: 7 } }],
    );
    assert.equal((await draw({ attr: 'b' })).range, null);
  });

  describe('where a derivation that callPackage makes is placed', () => {
    const own = '/p/hello/default.nix';
    const text = '{ stdenv }:\nstdenv.mkDerivation {\n  pname = "hello";\n  version = "1";\n}';
    const given = {
      text: '{ hello = callPackage ./hello { }; }',
      attr: 'hello',
      others: { [own]: text },
      positions: { pname: { file: own, line: 3, column: 3 } },
    };
    const here = { file, line: 1, column: 3 };
    const placed = async (more: Partial<Given>): Promise<string> => {
      const { file: place, range } = await draw({ ...given, ...more });
      return `${place} ${range?.start.line}:${range?.start.character}-${range?.end.character}`;
    };

    it('is its attribute, in a file that is drawn as a whole', async () =>
      assert.equal(await placed({ position: here }), `${file} 0:2-7`));
    it('is the call in its own file, when it alone is asked for', async () =>
      assert.equal(await placed({ position: here, selected: true }), `${own} 1:0-19`));
    it('is the call in its own file, when its attribute is written elsewhere', async () => {
      assert.equal(await placed({ position: { file: '/p/all.nix', line: 9, column: 1 } }), `${own} 1:0-19`);
      assert.equal(await placed({}), `${own} 1:0-19`);
    });
    it('is the right one of several calls', async () => {
      const two = `{ stdenv }: { a = stdenv.mkDerivation { pname = "a"; };\nb = stdenv.mkDerivation {\n  pname = "b"; }; }`;
      assert.equal(await placed({ selected: true, others: { [own]: two } }), `${own} 1:0-1`);
    });
    it('is the attribute that it writes, when its file shows no such call', async () => {
      assert.equal(await placed({ selected: true, others: {} }), `${own} 2:2-7`);
      assert.equal(
        await placed({ selected: true, others: { [own]: 'x: {\n  y = 1;\n  pname = "hello";\n}' } }),
        `${own} 2:2-7`,
      );
    });
  });
});
