/** What a new package is made of: its address, the files of its source, the text. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { licensesOf } from '../../../server/src/derivation/newPackage/licenses';
import { readOrigin } from '../../../server/src/derivation/newPackage/origin';
import { packageSkeleton, type PackageSource } from '../../../server/src/derivation/newPackage/skeleton';
import type { SourceFiles } from '../../../server/src/derivation/newPackage/source';
import { readToml } from '../../../server/src/derivation/newPackage/toml';
import { textFindings } from '../../../server/src/derivation/textFindings';
import { parsed } from '../../support/syntax';

const mit = 'MIT License\n\nPermission is hereby granted, free of charge, to any person\nobtaining a copy';

function filesOf(texts: Readonly<Record<string, string>>, heads: readonly string[] = []): SourceFiles {
  return { names: new Set(Object.keys(texts)), text: (name) => texts[name] ?? null, heads };
}

function fetchedFrom(url: string): PackageSource {
  const origin = readOrigin(url);
  ok(origin.ok, url);
  return {
    kind: 'fetched',
    origin: origin.value,
    hash: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  };
}

const folder: PackageSource = { kind: 'folder', path: './.', name: 'thing-0.3' };

/** Files of a source, and lines that its package has. */
const built: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  [
    'meson',
    {
      'meson.build':
        "# project('no')\nproject('Thing', ['c'],\n  version: '1.2',\n  license: 'GPL-3.0-or-later')\nd = dependency('glib')",
    },
    [
      'pname = "thing";',
      'version = "1.2";',
      '    meson\n    ninja\n    pkg-config\n',
      'license = lib.licenses.gpl3Plus;',
    ],
  ],
  [
    'CMake',
    {
      'CMakeLists.txt':
        'cmake_minimum_required(VERSION 3.10)\nproject(thing VERSION 2.0.1\n DESCRIPTION "Does it (well)" HOMEPAGE_URL "https://a.b/")',
    },
    [
      'version = "2.0.1";',
      'nativeBuildInputs = [ cmake ];',
      'description = "Does it (well)";',
      '"https://a.b/"',
    ],
  ],
  [
    'autotools',
    {
      configure: "PACKAGE_TARNAME='thing'\nPACKAGE_VERSION='7.1'\nPACKAGE_URL='https://thing.org'",
      Makefile: '',
    },
    ['version = "7.1";', 'homepage = "https://thing.org";'],
  ],
  [
    'autotools',
    {
      'configure.ac':
        'AC_INIT([Thing], [4.5], [a@b.c], [thing], [https://thing.org])\nPKG_CHECK_MODULES(X, [x])',
    },
    ['version = "4.5";', '    autoreconfHook\n    pkg-config\n', 'homepage = "https://thing.org";'],
  ],
  ['autotools', { 'autogen.sh': '' }, ['preConfigure', 'version = "0.3";']],
  [
    'cargo',
    {
      'Cargo.toml':
        '[workspace.package]\nversion = "0.9.1"\n[package]\nname = "thing"\nversion.workspace = true\nlicense = "MIT OR Apache-2.0"\ndescription = "A thing."\nrepository = "https://x.y/z"',
      'Cargo.lock': '',
    },
    [
      'rustPlatform.buildRustPackage {',
      'version = "0.9.1";',
      'cargoHash = lib.fakeHash;',
      '      lib.licenses.mit\n      lib.licenses.asl20\n',
      'description = "Thing";',
    ],
  ],
  [
    'go',
    { 'go.mod': 'module example.org/a/thing/v2\n\nrequire (\n\tx v1\n)' },
    [
      'buildGoModule {',
      'pname = "thing";',
      'vendorHash = lib.fakeHash;',
      'homepage = "https://example.org/a/thing";',
    ],
  ],
  ['go', { 'go.mod': 'module thing\n' }, ['vendorHash = null;']],
  [
    'python',
    {
      'pyproject.toml':
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "Thing.Py"\nversion = "1.0"\nlicense = {text = "MIT"}\ndependencies = [\n  "requests[socks]>=2 # not a comment",\n  # a comment\n  \'Zope_Interface; python_version < "3"\',\n]\n[project.scripts]\nthing = "thing:main"\n[project.urls]\nHomepage = "https://thing.org"',
    },
    [
      'python3Packages.buildPythonApplication {',
      'pyproject = true;',
      'build-system = [ python3Packages.hatchling ];',
      '    python3Packages.requests\n    python3Packages.zope-interface\n',
      'pythonImportsCheck = [ "thing_py" ];',
      'license = lib.licenses.mit;',
      'homepage = "https://thing.org";',
    ],
  ],
  [
    'python',
    { 'setup.py': "setup(\n    name='thing',\n    version=\"3.1\",\n    license='BSD-3-Clause',\n)" },
    [
      'python3Packages.buildPythonPackage {',
      'version = "3.1";',
      '[ python3Packages.setuptools ]',
      'lib.licenses.bsd3',
    ],
  ],
  [
    'python',
    {
      'pyproject.toml':
        '[build-system]\nrequires = ["maturin>=1,<2"]\nbuild-backend = "maturin"\n[project]\nname = "thing"\nversion = "1.0"\ndependencies = []',
      'Cargo.toml': '[package]\nname = "thing"\nversion = "0.1.0"',
      'Cargo.lock': '',
    },
    [
      'python3Packages.buildPythonPackage rec {',
      '    rustPlatform.cargoSetupHook\n    rustPlatform.maturinBuildHook\n',
      'cargoDeps = rustPlatform.fetchCargoVendor {\n    inherit pname version src;\n    hash = lib.fakeHash;',
      'version = "1.0";',
    ],
  ],
  [
    'python',
    {
      'pyproject.toml':
        '[build-system]\nrequires = ["meson-python>=0.15", "Cython ~= 3.0", "oldest-supported-numpy"]\nbuild-backend = "mesonpy"\n[project]\nname = "thing"\nversion = "1.0"',
      'meson.build': "project('thing', 'c')\nx = dependency('blas')",
    },
    [
      'nativeBuildInputs = [ pkg-config ];',
      '    python3Packages.meson-python\n    python3Packages.cython\n    python3Packages.numpy\n',
    ],
  ],
  [
    'python',
    {
      'pyproject.toml':
        '[build-system]\nrequires = ["scikit-build-core", "pybind11"]\nbuild-backend = "scikit_build_core.build"\n[project]\nname = "thing"\nversion = "1.0"',
      'CMakeLists.txt': 'project(thing)',
    },
    [
      '    cmake\n    ninja\n',
      'dontUseCmakeConfigure = true;',
      '    python3Packages.scikit-build-core\n    python3Packages.pybind11\n',
    ],
  ],
  [
    'python',
    {
      'pyproject.toml':
        '[build-system]\nrequires = ["setuptools>=61", "wheel", "setuptools_scm[toml]>=8"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "thing"\nversion = "1.0"',
    },
    ['    python3Packages.setuptools\n    python3Packages.setuptools-scm\n'],
  ],
  [
    'python',
    {
      'pyproject.toml':
        '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n[project]\nname = "thing"\nversion = "1.0"',
    },
    ['    python3Packages.hatchling\n    python3Packages.hatch-vcs\n'],
  ],
  [
    'python',
    {
      'pyproject.toml':
        '[build-system]\nrequires = ["own_backend"]\nbuild-backend = "own_backend.build"\n[project]\nname = "thing"\nversion = "1.0"',
    },
    ['build-system = [ python3Packages.own-backend ];'],
  ],
  [
    'CMake',
    {
      'CMakeLists.txt': 'project(thing)',
      'pyproject.toml': '[tool.black]\nline-length = 100\n[project]\nname = "x"',
    },
    ['nativeBuildInputs = [ cmake ];'],
  ],
  [
    'npm',
    {
      'package.json':
        '{"name":"@a/thing","version":"5.0.0","license":"ISC","description":"d ${x} \\"y\\"","scripts":{"test":"x"}}',
      'package-lock.json': '{}',
    },
    [
      'buildNpmPackage {',
      'pname = "thing";',
      'npmDepsHash = lib.fakeHash;',
      'dontNpmBuild = true;',
      'lib.licenses.isc',
    ],
  ],
  [
    'make',
    { Makefile: 'PREFIX ?= /usr/local\ninstall: all\n' },
    ['makeFlags = [ "PREFIX=$(out)" ];', 'stdenv.mkDerivation {'],
  ],
];

describe('a new package', () => {
  for (const [index, [builder, texts, lines]] of built.entries())
    it(`is built by ${builder} where its files say so (${index + 1}), and has no finding`, async () => {
      const license = { LICENSE: mit };
      const withUrl = fetchedFrom('https://x.org/thing-1.2.tar.gz');
      for (const source of [folder, withUrl]) {
        const made = packageSkeleton(source, filesOf({ ...license, ...texts }));
        equal(made.builder, builder);
        if (source === folder)
          for (const line of lines) ok(made.text.includes(line), `${line}\nis not in\n${made.text}`);
        const tree = await parsed(made.text);
        deepEqual(tree.faults, [], made.text);
        const found = textFindings(tree)
          .filter(({ code }) => code !== 'fake-hash' && !/^incomplete-meta/.test(code))
          .map(({ code, message }) => `${code}: ${message}`);
        deepEqual(found, [], made.text);
        const isLeft = made.text.includes('lib.fakeHash');
        equal(
          textFindings(tree).some(({ code }) => code === 'fake-hash'),
          isLeft,
          made.text,
        );
      }
    });

  it('is written as nixfmt writes it, with the version once', () => {
    const source = fetchedFrom('https://github.com/someone/thing/releases/tag/v1.2.3');
    const { text, notes } = packageSkeleton(
      source,
      filesOf({ 'CMakeLists.txt': 'project(thing DESCRIPTION "A thing")', LICENSE: mit }),
    );
    equal(
      text,
      `{
  lib,
  stdenv,
  fetchFromGitHub,
  cmake,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "thing";
  version = "1.2.3";

  src = fetchFromGitHub {
    owner = "someone";
    repo = "thing";
    tag = "v\${finalAttrs.version}";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  nativeBuildInputs = [ cmake ];

  meta = {
    description = "Thing";
    homepage = "https://github.com/someone/thing";
    license = lib.licenses.mit;
    maintainers = [ ];
  };
})
`,
    );
    deepEqual(notes, []);
  });

  it('lets no letter of an address be read as Nix', async () => {
    const source = fetchedFrom('https://github.com/a/b/tree/v1.0%22%24%7Bx%7D');
    const { text } = packageSkeleton(source, filesOf({}));
    ok(text.includes(String.raw`"v1.0\"\${x}"`), text);
    deepEqual((await parsed(text)).faults, []);
  });

  it('says what it could not find out', () => {
    const { text, notes, version } = packageSkeleton({ ...folder, name: 'thing' }, filesOf({ README: '' }));
    equal(version, '0-unstable');
    equal(notes.length, 3, notes.join('\n'));
    ok(!text.includes('license'));
  });

  it('gives what registries are asked for by its own names', () => {
    const crate = fetchedFrom('https://crates.io/crates/thing/1.2');
    const { text } = packageSkeleton(
      crate,
      filesOf({ 'Cargo.toml': '[package]\nname = "thing"', 'Cargo.lock': '' }),
    );
    ok(text.includes('rustPlatform.buildRustPackage rec {'), text);
    ok(text.includes('src = fetchCrate {\n    inherit pname version;\n    hash ='), text);
    const sdist = fetchedFrom('https://files.pythonhosted.org/packages/a/Thing_Py-1.2.tar.gz');
    const python = packageSkeleton(sdist, filesOf({ 'setup.py': 'setup()' })).text;
    ok(python.includes('    inherit version;\n    pname = "Thing_Py";\n'), python);
  });
});

describe('the license of a source', () => {
  const gpl = {
    COPYING: '                    GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007',
  };
  const table: readonly (readonly [string, SourceFiles, string | null, readonly string[]])[] = [
    ['what is stated', filesOf({ LICENSE: mit }), 'Apache-2.0', ['asl20']],
    ['the text', filesOf({ 'LICENSE.md': mit }), null, ['mit']],
    ['the text where what is stated is not known', filesOf({ LICENSE: mit }), 'My Own', ['mit']],
    [
      'both texts',
      filesOf({ 'LICENSE-MIT': mit, 'LICENSE-APACHE': 'Apache License\n Version 2.0' }),
      null,
      ['asl20', 'mit'],
    ],
    ['a GPL alone', filesOf(gpl), null, ['gpl3Only']],
    [
      'a GPL whose notices allow later ones',
      filesOf(gpl, ['/* either version 3, or\n * any later\n * version. */']),
      null,
      ['gpl3Plus'],
    ],
    ['an old name', filesOf({}), 'GPLv2+', ['gpl2Plus']],
    ['an exception', filesOf({}), '(Apache-2.0 WITH LLVM-exception)', ['asl20']],
    ['what code is marked with', filesOf({}, ['// SPDX-License-Identifier: Zlib']), null, ['zlib']],
    ['none', filesOf({ README: '' }), null, []],
  ];
  for (const [what, files, stated, expected] of table)
    it(what, () => deepEqual(licensesOf(files, stated), expected));
});

it('takes no longer for a source that is made to be slow to read', () => {
  const blanks = ' '.repeat(200_000);
  const list = `[project]\nname = "a"\nlist = [${'\n# a comment of some length, and more of it'.repeat(40)}\n[ "b" ] ]\nversion = "1.0"\n`;
  const texts = {
    LICENSE: `${blanks}x${blanks}`,
    'pyproject.toml': list,
    'meson.build': `project('a'${" 'b".repeat(20_000)}`,
    'configure.ac': `AC_INIT([${'(['.repeat(20_000)}`,
  };
  const begun = performance.now();
  readOrigin(`https://x.org/a-1${'_'.repeat(200)}-.tar.gz`);
  for (const name of Object.keys(texts))
    packageSkeleton(folder, filesOf({ LICENSE: texts.LICENSE, [name]: texts[name as keyof typeof texts] }));
  ok(performance.now() - begun < 2000);
  equal(readToml(list).get('project.version'), '1.0');
});

it('lets no requirement be read as Nix', async () => {
  const text = '[project]\nname = "a"\ndependencies = ["; x = 1", "2captcha", "ok"]\n';
  const made = packageSkeleton(folder, filesOf({ 'pyproject.toml': text }));
  deepEqual((await parsed(made.text)).faults, []);
  ok(made.text.includes('    python3Packages."2captcha"\n    python3Packages.ok\n'), made.text);
});

it('reads the plain keys of TOML', () => {
  const text = `a = 'x' # y\n[t]\nb = "q\\"r"\n"c-d" = [ "1", # no\n '2' ]\ne = { f = "g", h = 1 }\n[[l]]\nb = "no"`;
  deepEqual(Object.fromEntries(readToml(text)), {
    a: 'x',
    't.b': 'q"r',
    't.c-d': ['1', '2'],
    't.e.f': 'g',
    'l[].b': 'no',
  });
});
