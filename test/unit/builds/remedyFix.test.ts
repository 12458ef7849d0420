import { equal, ok, deepEqual } from 'node:assert/strict';
import type { TextRemedy } from '../../../server/src/builds/explanations/rule';
import { remedyFix } from '../../../server/src/builds/remedyFix';
import { findDerivations } from '../../../server/src/derivation/findDerivations';
import { replaced } from '../../../server/src/syntax/replacement';
import { parsed } from '../../support/syntax';

/** The text after the fix; the text itself when there is none. */
async function mended(text: string, remedy: TextRemedy): Promise<string> {
  const tree = await parsed(text);
  const [found] = findDerivations(tree);
  ok(found !== undefined, 'a derivation');
  const fix = remedyFix(tree, found, remedy);
  if (fix === null) return text;
  const result = replaced(text, fix.edits);
  deepEqual((await parsed(result)).faults, [], result);
  return result;
}

const of = (attributes: string): string => `stdenv.mkDerivation {\n  pname = "p";\n${attributes}}`;

describe('what mends a failure by the text alone', () => {
  it('makes a file executable', async () => {
    equal(
      await mended(of(''), { kind: 'executable', path: './configure' }),
      of("  postPatch = ''\n    chmod +x configure\n  '';\n"),
    );
  });

  describe('an attribute', () => {
    const remedy = { kind: 'attribute', attribute: 'vendorHash', value: 'null' } as const;
    it('gets another value', async () => {
      equal(await mended(of('  vendorHash = "x";\n'), remedy), of('  vendorHash = null;\n'));
      equal(await mended(of('  vendorHash = (f x);\n'), remedy), of('  vendorHash = null;\n'));
    });
    it('is written where there is none', async () => {
      equal(await mended(of(''), remedy), of('  vendorHash = null;\n'));
    });
    it('stays as it is where it comes from elsewhere', async () => {
      for (const text of [of('  inherit vendorHash;\n'), 'a.overrideAttrs (old: { name = "n"; })']) {
        equal(await mended(text, remedy), text);
      }
    });
  });

  describe('a flag for a configuring tool', () => {
    const remedy = { kind: 'flag', attribute: 'cmakeFlags', flag: '-DX=OFF' } as const;
    for (const [where, before, after] of [
      ['of its own', '', '  cmakeFlags = [ "-DX=OFF" ];\n'],
      ['beside others', '  cmakeFlags = [ "-DA=ON" ];\n', '  cmakeFlags = [ "-DA=ON" "-DX=OFF" ];\n'],
      ['behind what is computed', '  cmakeFlags = f x;\n', '  cmakeFlags = f x ++ [ "-DX=OFF" ];\n'],
      ['in no string', '  cmakeFlags = "-DA=ON";\n', '  cmakeFlags = "-DA=ON";\n'],
    ] as const)
      it(where, async () => equal(await mended(of(before), remedy), of(after)));
  });

  describe('an argument of what fetches the source', () => {
    const remedy = { kind: 'fetcher', argument: 'fetchSubmodules', value: 'true' } as const;
    const hash = '"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="';
    const source = (inside: string) => of(`  src = fetchFromGitHub { ${inside} };\n`);
    for (const [what, before, after] of [
      [
        'is set, and the hash emptied',
        source(`owner = "o"; rev = "v1"; hash = ${hash};`),
        source('owner = "o"; rev = "v1"; fetchSubmodules = true; hash = "";'),
      ],
      [
        'takes the place of its contrary',
        source(`rev = "v1"; fetchSubmodules = false; hash = ${hash};`),
        source('rev = "v1"; fetchSubmodules = true; hash = "";'),
      ],
      [
        'is set beside a stand-in, which stays',
        source('rev = "v1"; hash = lib.fakeHash;'),
        source('rev = "v1"; fetchSubmodules = true; hash = lib.fakeHash;'),
      ],
      [
        'stays as it is',
        source('rev = "v1"; fetchSubmodules = true;'),
        source('rev = "v1"; fetchSubmodules = true;'),
      ],
      [
        'is for no archive',
        of('  src = fetchurl { url = "u"; };\n'),
        of('  src = fetchurl { url = "u"; };\n'),
      ],
      ['is for no folder', of('  src = ./.;\n'), of('  src = ./.;\n')],
    ] as const)
      it(what, async () => equal(await mended(before, remedy), after));
    it('is found behind a name', async () => {
      const text = (inside: string) =>
        `let src = fetchgit { url = "u"; ${inside} }; in\nstdenv.mkDerivation {\n  inherit src;\n}`;
      equal(await mended(text(`hash = ${hash};`), remedy), text('fetchSubmodules = true; hash = "";'));
    });
  });

  describe('a flag for the compiler', () => {
    const remedy = { kind: 'compilerFlag', flag: '-Wno-error=x' } as const;
    const cases: readonly (readonly [where: string, before: string, after: string])[] = [
      ['of its own', '', '  env.NIX_CFLAGS_COMPILE = "-Wno-error=x";\n'],
      [
        'beside others',
        '  env.NIX_CFLAGS_COMPILE = "-O1";\n',
        '  env.NIX_CFLAGS_COMPILE = "-O1 -Wno-error=x";\n',
      ],
      ['outside of env', '  NIX_CFLAGS_COMPILE = "-O1";\n', '  NIX_CFLAGS_COMPILE = "-O1 -Wno-error=x";\n'],
      [
        'before another variable',
        '  env.A = "1";\n',
        '  env.NIX_CFLAGS_COMPILE = "-Wno-error=x";\n  env.A = "1";\n',
      ],
      ['in a set', '  env = { A = "1"; };\n', '  env = { NIX_CFLAGS_COMPILE = "-Wno-error=x"; A = "1"; };\n'],
      [
        'in a set that has one',
        '  env = { NIX_CFLAGS_COMPILE = ""; };\n',
        '  env = { NIX_CFLAGS_COMPILE = "-Wno-error=x"; };\n',
      ],
      ['in no list', '  env.NIX_CFLAGS_COMPILE = flags;\n', '  env.NIX_CFLAGS_COMPILE = flags;\n'],
      ['in no set from elsewhere', '  env = common;\n', '  env = common;\n'],
    ];
    for (const [where, before, after] of cases) {
      it(where, async () => equal(await mended(of(before), remedy), of(after)));
    }
  });

  describe('a patch', () => {
    const remedy = { kind: 'listed', attribute: 'patches', name: 'fix.patch' } as const;
    const fetched = '(fetchpatch { url = "https://x/fix.patch?full=1"; hash = ""; })';
    const named = '(fetchpatch { name = "fix.patch"; url = "https://x/1.diff"; })';
    for (const [what, before, after] of [
      ['a path', '[ ./a.patch ./fix.patch ]', '[ ./a.patch ]'],
      ['a path in a folder', '[\n    ./p/fix.patch\n    ./b.patch\n  ]', '[\n    ./b.patch\n  ]'],
      ['fetched', `[ ./a.patch ${fetched} ]`, '[ ./a.patch ]'],
      ['fetched by a name', `[ ${named} ./a.patch ]`, '[ ./a.patch ]'],
      ['of a sum', 'common ++ [ ./fix.patch ]', 'common ++ [ ]'],
    ] as const) {
      it(`is taken out: ${what}`, async () =>
        equal(await mended(of(`  patches = ${before};\n`), remedy), of(`  patches = ${after};\n`)));
    }
    it('goes with its attribute when it is the only one', async () => {
      equal(await mended(of('  patches = [ ./fix.patch ];\n'), remedy), of(''));
    });
    it('stays when it is not there, or may be either of two', async () => {
      for (const list of ['[ ./a.patch ]', 'common', '[ ./a/fix.patch ./b/fix.patch ]']) {
        const text = of(`  patches = ${list};\n`);
        equal(await mended(text, remedy), text);
      }
    });
  });

  it('takes an output out', async () => {
    equal(
      await mended(of('  outputs = [ "out" "dev" ];\n'), {
        kind: 'listed',
        attribute: 'outputs',
        name: 'dev',
      }),
      of('  outputs = [ "out" ];\n'),
    );
  });

  describe('a hash of dependencies that are not those of the lock', () => {
    const stale = `"sha256-${'x'.repeat(43)}="`;
    const remedy = { kind: 'staleHash', attributes: ['cargoHash', 'cargoDeps'] } as const;
    for (const [where, text] of [
      ['an attribute', (hash: string) => of(`  src = f { hash = ${stale}; };\n  cargoHash = ${hash};\n`)],
      ['what fetches them', (hash: string) => of(`  cargoDeps = fetchCargoVendor { hash = ${hash}; };\n`)],
      ['a name', (hash: string) => `let h = ${hash}; in ${of('  cargoHash = h;\n')}`],
    ] as const) {
      it(`is emptied: ${where}`, async () => equal(await mended(text(stale), remedy), text('""')));
    }
    it('stays when there is none, or it is empty already', async () => {
      for (const text of [of('  cargoHash = "";\n'), of('  vendorHash = "x";\n')]) {
        equal(await mended(text, remedy), text);
      }
    });
  });
});
