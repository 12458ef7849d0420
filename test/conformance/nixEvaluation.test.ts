import assert from 'node:assert/strict';
import { chmod, readdir, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { NixTestbed, shellDerivation } from './nixTestbed';

describe('evaluation by the real Nix', () => {
  let bed: NixTestbed;
  before(async () => {
    bed = await NixTestbed.open();
  });
  after(() => bed.close());

  it('instantiates a derivation and tells its outputs and where its attributes are written', async () => {
    const file = await bed.evaluated(`let
  attributes = { outputs = [ "out" "dev" ]; };
in derivation ({
  name = "plain";
  system = builtins.currentSystem;
  builder = "/bin/sh";
  buildPhase = "make";
} // attributes)
`);
    assert.equal(file.kind, 'derivation');
    const [derivation] = file.derivations;
    assert.equal(derivation?.name, 'plain');
    assert.equal(derivation.attr, '');
    assert.deepEqual(Object.keys(derivation.outputs), ['out', 'dev']);
    assert.match(derivation.outputs['dev'] ?? '', /-plain-dev$/);
    const places = derivation.attributePositions;
    assert.deepEqual(places['buildPhase'], { file: join(bed.folder, 'default.nix'), line: 7, column: 3 });
    assert.deepEqual(places['outputs']?.line, 2);
    const read = await bed.nix.readDerivation(derivation.drvPath);
    assert.ok(read.ok, 'the derivation is in the store');
    assert.equal(read.value.env['buildPhase'], 'make');
  });

  it('calls a function that has only defaults, and gives it --arg and --argstr', async () => {
    const text = `{ name ? "a", n ? 1 }: derivation { name = "\${name}-\${toString n}"; system = "x"; builder = "/bin/sh"; }`;
    assert.equal((await bed.evaluated(text)).derivations[0]?.name, 'a-1');
    const args = [
      { kind: 'string', name: 'name', value: 'b"$x' },
      { kind: 'expression', name: 'n', value: '1 + 1' },
    ] as const;
    const named = text.replace('${name}', '${builtins.substring 0 1 name}');
    assert.equal((await bed.evaluated(named, { args })).derivations[0]?.name, 'b-2');
  });

  it('names the arguments that nobody fills', async () => {
    const found = await bed.refused('{ stdenv, nosuchthing }: stdenv', { callPackage: false });
    assert.equal(found.kind, 'arguments');
    assert.match(found.message, /'nosuchthing', 'stdenv'/);
  });

  it('fills arguments from <nixpkgs> as callPackage does, and names what it lacks', async () => {
    const nixpkgs = await bed.write(
      'pkgs/default.nix',
      `{ ... }: let pkgs = { greeting = "hi"; callPackage = f: args: f (builtins.intersectAttrs (builtins.functionArgs f) pkgs // args); }; in pkgs`,
    );
    const withPath = await NixTestbed.open({
      store: '',
      options: {},
      searchPath: [`nixpkgs=${join(nixpkgs, '..')}`],
    });
    try {
      const text = `{ greeting }: derivation { name = greeting; system = "x"; builder = "/bin/sh"; }`;
      assert.equal((await withPath.evaluated(text)).derivations[0]?.name, 'hi');
      const found = await withPath.refused(`{ greeting, nosuch, other ? 1 }: 1`);
      assert.equal(found.kind, 'arguments');
      assert.match(found.message, /argument 'nosuch'\. <nixpkgs> has no such/);
    } finally {
      await withPath.close();
    }
  });

  it('takes modules, overlays, libraries and other values for what they are', async () => {
    assert.equal(
      (await bed.evaluated('{ config, lib, pkgs, ... }: { services.x.enable = true; }')).kind,
      'function',
    );
    assert.equal((await bed.evaluated('final: prev: { }')).kind, 'function');
    assert.equal((await bed.evaluated('{ id = x: x; const = x: y: x; }')).kind, 'set');
    assert.equal((await bed.evaluated('"text"')).kind, 'other');
    assert.deepEqual((await bed.evaluated('[ 1 2 ]')).derivations, []);
  });

  it('walks a set, and one failing attribute does not hide the others', async () => {
    const file = await bed.evaluated(`{ system ? builtins.currentSystem }:
let make = name: derivation { inherit name system; builder = "/bin/sh"; };
in {
  a = make "a";
  bad = 1 + "x";
  "dotted.name \\" \${"$"}" = make "dotted";
  inner = { recurseForDerivations = true; b = make "b"; c = throw "c is gone"; };
  hidden = { d = make "d"; };
  helper = x: x;
  z = make "z";
}`);
    assert.equal(file.kind, 'set');
    assert.deepEqual(
      file.derivations.map(({ name }) => name),
      ['a', 'dotted', 'b', 'z'],
    );
    assert.deepEqual(
      file.failures.map(({ attr, message }) => [attr, /string|gone/.exec(message)?.[0]]),
      [
        ['bad', 'string'],
        ['inner.c', 'gone'],
      ],
    );
    assert.deepEqual(file.failures[0]?.position, {
      file: join(bed.folder, 'default.nix'),
      line: 5,
      column: 13,
    });
    assert.deepEqual(file.derivations[0]?.position, {
      file: join(bed.folder, 'default.nix'),
      line: 4,
      column: 3,
    });
    // The printed attribute leads back to the derivation.
    const again = await bed.evaluate({
      file: join(bed.folder, 'default.nix'),
      attr: file.derivations[1]!.attr,
    });
    assert.equal(again.ok && again.value.derivations[0]?.drvPath, file.derivations[1]!.drvPath);
  });

  it('keeps its count when failures come after failures, in many attributes', async () => {
    const attributes = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? `a${10 + index} = throw "no ${index}";` : `a${10 + index} = make "n${index}";`,
    );
    const file = await bed.evaluated(
      `let make = name: derivation { inherit name; system = "x"; builder = "/bin/sh"; }; in { ${attributes.join(' ')} }`,
    );
    assert.equal(file.derivations.length, 10);
    assert.equal(new Set(file.derivations.map(({ attr }) => attr)).size, 10);
    assert.equal(file.failures.length, 10);
  });

  it('looks no further than it was told in a set without end', async () => {
    const file = await bed.evaluated(
      `let set = n: { recurseForDerivations = true; d = derivation { name = "d\${toString n}"; system = "x"; builder = "/bin/sh"; }; next = set (n + 1); }; in set 0`,
    );
    assert.equal(file.derivations.length, 6);
  });

  it('says which attribute of a path is missing and what was near', async () => {
    const found = await bed.refused('{ hello = { world = 1; }; }', {}, 'hello.wrld');
    assert.equal(found.kind, 'nix');
    assert.match(
      found.message,
      /^attribute 'wrld' in selection path 'hello\.wrld' not found\nDid you mean world\?$/,
    );
  });

  describe('errors', () => {
    const cases: readonly {
      readonly what: string;
      readonly text: string;
      readonly message: RegExp;
      /** The place that Nix blames, or that the innermost frame in the file names. */
      readonly line: number;
    }[] = [
      { what: 'a syntax error', text: '{\n  x = ;\n}', message: /^syntax error, unexpected ';'/, line: 2 },
      {
        what: 'an undefined variable',
        text: '{\n  x = foo;\n}',
        message: /^undefined variable 'foo'/,
        line: 2,
      },
      {
        what: 'infinite recursion',
        text: 'let\n  a = b;\n  b = a;\nin a',
        message: /^infinite recursion/,
        line: 2,
      },
      {
        what: 'a missing attribute',
        text: 'let s = { };\nin s.b',
        message: /^attribute 'b' missing/,
        line: 2,
      },
      {
        what: 'a throw below an attribute',
        text: `{\n}: ${shellDerivation('x', 'true', '\nconfigureFlags = throw "no way: é";')}`,
        message: /^no way: é$/,
        line: 2,
      },
      {
        what: 'an absent search path',
        text: '1 +\nimport <nosuchpkgs> {}',
        message: /^file 'nosuchpkgs' was not found/,
        line: 2,
      },
    ];
    for (const { what, text, message, line } of cases) {
      it(`are told with their place: ${what}`, async () => {
        const found = await bed.refused(text);
        assert.equal(found.kind, 'nix');
        assert.match(found.message, message);
        const file = join(bed.folder, 'default.nix');
        const place = found.position ?? found.trace.find(({ position }) => position?.file === file)?.position;
        assert.equal(place?.file, file);
        assert.ok(place.line >= line && place.line <= line + 3, `line ${place.line}`);
        assert.ok(!JSON.stringify(found).includes('\\u001b'), 'no colours');
        assert.ok(!JSON.stringify(found).includes('derivations.nix'), 'no frame of our own expression');
      });
    }

    it('are told without suggestion lost', async () => {
      const found = await bed.refused('let s = { apple = 1; }; in s.aple');
      assert.match(found.message, /Did you mean apple\?/);
    });

    it('name a stack overflow', async () => {
      const found = await bed.refused('let f = x: 1 + f (x + 1); in f 0');
      assert.equal(found.kind, 'stackOverflow');
    });

    it('hold what an evaluation printed as notices, bounded', async () => {
      const file = await bed.evaluated(
        'builtins.trace "hello" (builtins.foldl\' (a: b: builtins.trace "again" a) 1 (builtins.genList (x: x) 5000))',
      );
      assert.equal(file.notices[0], 'trace: hello');
      assert.equal(file.notices.length, 201);
      assert.equal(file.notices[200], '4801 more lines were printed and are left out.');
    });

    it('hold what was printed before an error that ends the whole', async () => {
      const { notices } = await bed.refused('builtins.trace "before" (throw "the end")');
      assert.deepEqual(notices, ['trace: before']);
    });

    it('hold once what is printed again because one attribute failed', async () => {
      const drv = (name: string) => `derivation { name = "${name}"; system = "x"; builder = "x"; }`;
      const file = await bed.evaluated(
        `let all = { a = ${drv('a')}; b = throw "b"; c = ${drv('c')}; }; in builtins.trace "one" (builtins.trace "one" all)`,
      );
      assert.deepEqual(
        file.failures.map(({ attr }) => attr),
        ['b'],
      );
      assert.deepEqual(file.notices, ['trace: one', 'trace: one']);
    });
  });

  it('evaluates the text of a buffer in place of the file, with places mapped back', async () => {
    const file = await bed.write(`it's "here" $x;.nix`, '1');
    const text = `{ a = ${shellDerivation('from-buffer', 'true')};\n  b = 1 + "x"; }`;
    const result = await bed.evaluate({
      file,
      buffer: { text, toOriginal: (position) => ({ ...position, column: position.column + 100 }) },
    });
    if (!result.ok) assert.fail(result.error.message);
    assert.equal(result.value.derivations[0]?.name, 'from-buffer');
    assert.deepEqual(result.value.derivations[0].position, { file, line: 1, column: 103 });
    assert.deepEqual(result.value.failures[0]?.position?.file, file);
    assert.ok(result.value.failures[0].position.column > 100);
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith('phasewise-'));
    const copies = await Promise.all(left.map((name) => readdir(join(tmpdir(), name)).catch(() => [])));
    assert.ok(!copies.flat().includes(basename(file)), 'the copy of the buffer is removed');
  });

  it('evaluates files whose names mean something to shells and to Nix', async () => {
    for (const name of [
      'a b.nix',
      "it's.nix",
      '$HOME.nix',
      'a;b.nix',
      'quote".nix',
      '${x}.nix',
      'é—ü.nix',
      '#q?.nix',
    ]) {
      const result = await bed.evaluate({ file: await bed.write(name, shellDerivation('named', 'true')) });
      assert.equal(result.ok ? result.value.derivations[0]?.name : result.error.message, 'named', name);
    }
  });

  it('tells a file that is not there or may not be read', async () => {
    const absent = await bed.evaluate({ file: join(bed.folder, 'absent.nix') });
    assert.ok(!absent.ok);
    assert.match(absent.error.message, /absent\.nix.*(?:No such file|does not exist)/);
    const locked = await bed.write('locked.nix', '1');
    await chmod(locked, 0o000);
    const result = await bed.evaluate({ file: locked });
    assert.equal(result.ok, process.getuid?.() === 0);
  });

  describe('the parser', () => {
    const signal = new AbortController().signal;
    it('finds nothing in what parses', async () => {
      assert.equal(await bed.nix.parse('{ a ? 1 }: ./x + "é"', signal), null);
    });
    it('tells the first error with line and byte column', async () => {
      const found = await bed.nix.parse('{\n  é = ;\n}', signal);
      assert.equal(found?.kind, 'nix');
      assert.equal(found.position?.file, null);
      assert.equal(found.position.line, 2);
    });
    it('does not hang on an empty text, a binary one, or one of a megabyte', async () => {
      assert.ok((await bed.nix.parse('', signal)) !== null);
      assert.ok((await bed.nix.parse('\u0000\u0001\ufffd"', signal)) !== null);
      assert.equal(await bed.nix.parse(`[ ${'{ a = 1; } '.repeat(100_000)} ]`, signal), null);
    });
    it('tells of many files at once which of them parse, whatever is among them', async () => {
      const good = await bed.write('parsing/é $x;.nix', '{ a = 1; }');
      const broken = await bed.write('parsing/broken.nix', '{ a = ; }');
      const undefinedName = await bed.write('parsing/undefined.nix', '{ a = b; }');
      // Its message has no place.
      const deep = await bed.write('parsing/deep.nix', '['.repeat(300_000) + ']'.repeat(300_000));
      const link = join(bed.folder, 'parsing/link.nix');
      await symlink(broken, link);
      const absent = join(bed.folder, 'parsing/absent.nix');
      const last = await bed.write('parsing/last.nix', 'x: x');
      const files = [good, broken, undefinedName, absent, deep, link, last];
      const parsing = await bed.nix.parsing(files, signal);
      assert.deepEqual([...parsing].filter((file) => file !== deep).sort(), [good, last].sort());
      const alone = await bed.nix.parse(await readFile(deep, 'utf8'), signal);
      assert.equal(parsing.has(deep), alone === null);
      assert.deepEqual([...(await bed.nix.parsing([], signal))], []);
    });
  });
});
