/** What the fixes of the lints make of a text, and what the lints leave alone. docs/diagnostics.md has an example of each as well. */
import assert from 'node:assert/strict';
import { withSeverities } from '../../../server/src/analysis/severities';
import { lintsOf } from '../../../server/src/derivation/lints';
import { replaced } from '../../../server/src/syntax/replacement';
import { parsed } from '../../support/syntax';

/** The text after the first fix of this code. */
async function fixed(code: string, text: string): Promise<string> {
  const found = lintsOf(await parsed(text)).find((each) => each.code === code);
  assert.ok(found !== undefined, `${code} is not found`);
  const [fix] = found.fixes;
  assert.ok(fix !== undefined, `${code} has no fix`);
  const result = replaced(text, fix.edits);
  const tree = await parsed(result);
  assert.deepEqual(tree.faults, [], result);
  assert.ok(!lintsOf(tree).some((each) => each.code === code), `still ${code}: ${result}`);
  return result;
}

const dontAll = 'dontUnpack = true;\n  dontPatch = true;\n  dontConfigure = true;\n  dontBuild = true;';

/** Of the derivation in both texts only its attributes are written. */
const fixes: readonly (readonly [string, string, string])[] = [
  ['misspelt-attribute', 'instalPhase = "";', 'installPhase = "";'],
  ['misspelt-attribute', 'buildinputs = [ ];', 'buildInputs = [ ];'],
  [
    'hook-never-runs',
    "preBuild = a;\n  buildPhase = ''\n    make\n  '';",
    "preBuild = a;\n  buildPhase = ''\n    runHook preBuild\n    make\n  '';",
  ],
  [
    'hook-never-runs',
    "postBuild = a;\n  buildPhase = ''\n    make\n  '';",
    "postBuild = a;\n  buildPhase = ''\n    make\n    runHook postBuild\n  '';",
  ],
  [
    'phase-without-hooks',
    "buildPhase = ''\n    make ${x}\n  '';",
    "buildPhase = ''\n    runHook preBuild\n    make ${x}\n    runHook postBuild\n  '';",
  ],
  ['replaced-phase', 'patchPhase = a;', 'postPatch = a;'],
  [
    'build-tool-in-build-inputs',
    'buildInputs = [ zlib cmake ];',
    'nativeBuildInputs = [ cmake ];\n  buildInputs = [ zlib ];',
  ],
  [
    'build-tool-in-build-inputs',
    'nativeBuildInputs = [ perl ]; buildInputs = with pkgs; [\n    pkgs.meson\n    zlib\n  ];',
    'nativeBuildInputs = [ perl pkgs.meson ]; buildInputs = with pkgs; [\n    zlib\n  ];',
  ],
  [
    'input-twice',
    'nativeBuildInputs = [ perl ]; nativeCheckInputs = [ which perl ];',
    'nativeBuildInputs = [ perl ]; nativeCheckInputs = [ which ];',
  ],
  ['flags-array', 'makeFlagsArray = [ ];', 'makeFlags = [ ];'],
  [
    'meson-and-cmake',
    'nativeBuildInputs = [ meson cmake ];',
    'nativeBuildInputs = [ meson cmake ];\n  dontUseCmakeConfigure = true;',
  ],
  [
    'needless-parallel-building',
    'nativeBuildInputs = [ cmake ]; cmakeFlags = [ ];\n  enableParallelBuilding = true;\n',
    'nativeBuildInputs = [ cmake ]; cmakeFlags = [ ];\n',
  ],
  [
    'needless-parallel-building',
    'nativeBuildInputs = [ pkgs.meson.configurePhaseHook ];\n  enableParallelBuilding = true;\n',
    'nativeBuildInputs = [ pkgs.meson.configurePhaseHook ];\n',
  ],
  ['hard-coded-name', 'name = "a-b-1.2";', 'pname = "a-b";\n  version = "1.2";'],
  [
    'unclear-gpl',
    'meta = { license = with lib.licenses; [ mit gpl2 ]; };',
    'meta = { license = with lib.licenses; [ mit gpl2Plus ]; };',
  ],
  [
    'unclear-gpl',
    'meta.license = lib.licenses.gpl3; meta.description = "A";',
    'meta.license = lib.licenses.gpl3Plus; meta.description = "A";',
  ],
  ['environment-outside-env', 'NIX_CFLAGS_COMPILE = "-O2";', 'env.NIX_CFLAGS_COMPILE = "-O2";'],
  ['hard-coded-name', 'name = "xf86-video-2024-05-06";', 'pname = "xf86-video";\n  version = "2024-05-06";'],
  ['hook-never-runs', 'preCheck = a;', 'preCheck = a;\n  doCheck = true;'],
  ['hook-never-runs', 'preFixup = a;\n  dontFixup = true;\n', 'preFixup = a;\n'],
  [
    'hook-never-runs',
    'preBuild = a; buildPhase = "make";',
    'preBuild = a; buildPhase = "runHook preBuild; make";',
  ],
  [
    'phase-without-hooks',
    "buildPhase = ''make'';",
    "buildPhase = ''runHook preBuild; make; runHook postBuild'';",
  ],
  [
    'phase-without-hooks',
    'buildPhase = "\n    make # all\n  ";',
    'buildPhase = "\n    runHook preBuild\n    make # all\n    runHook postBuild\n  ";',
  ],
  ['attribute-without-effect', 'checkTarget = "test";', 'checkTarget = "test";\n  doCheck = true;'],
  [
    'attribute-without-effect',
    'nativeBuildInputs = [ pkgs.meson ]; cmakeFlags = [ "-DX=1" ];\n',
    'nativeBuildInputs = [ pkgs.meson ]; \n',
  ],
  ['explicit-phases', 'phases = [ "installPhase" ];', dontAll],
  [
    'explicit-phases',
    'phases = [ "unpackPhase" "buildPhase" "installPhase" "fixupPhase" ];',
    'dontPatch = true;\n  dontConfigure = true;',
  ],
  [
    'flag-with-spaces',
    'makeFlags = [ "A=b c" "D=e" ];',
    'makeFlags = [ "D=e" ];\n  preBuild = \'\'\n    makeFlagsArray+=("A=b c")\n  \'\';',
  ],
  [
    'incomplete-meta',
    'meta = { description = "A"; license = b; };',
    'meta = { description = "A"; license = b; maintainers = [ ]; };',
  ],
];

const withCmake = 'nativeBuildInputs = [ cmake ]; cmakeFlags = [ ]; enableParallelBuilding = true;';

/** Nothing of this code is said of a derivation with these attributes. */
const quiet: readonly (readonly [string, string])[] = [
  // The author’s own variable, which a script reads.
  ['misspelt-attribute', 'buildInput = a; buildPhase = "cp $buildInput .";'],
  ['misspelt-attribute', 'buildInputs = [ ]; buildInput = a;'],
  ['misspelt-attribute', 'MAKEFLAGS = "-s";'],
  ['misspelt-attribute', 'data = 1; src2 = 2;'],
  // What a tool’s setup hook reads, whether it is known or not.
  ['misspelt-attribute', 'nativeBuildInputs = [ qmake ]; qmakeFlags = [ ]; dontUseQmakeConfigure = true;'],
  ['misspelt-attribute', 'nativeBuildInputs = [ cmake qmake ]; qmakeDir = "x"; bmakeFlags = [ ];'],
  ['misspelt-attribute', 'nativeBuildInputs = [ meson ]; mesonInstallTags = [ "runtime" ];'],
  ['misspelt-attribute', 'nativeBuildInputs = [ xcbuildHook ]; xcbuildFlags = [ ]; makeFlagsArray = [ ];'],
  // What no input reads is meant for nobody’s hook.
  ['misspelt-attribute', 'mesonFlagz = [ ];'],
  // Another text calls the hook.
  ['hook-never-runs', 'preBuild = a; buildPhase = "eval \\"$preBuild\\"";'],
  ['hook-never-runs', 'preConfigure = a; configurePhase = "cmakeConfigurePhase";'],
  ['hook-never-runs', 'preBuild = a; buildPhase = b;'],
  ['hook-never-runs', 'preCheck = a; doCheck = b;'],
  // Tests that are switched off on purpose, or on by an override.
  ['hook-never-runs', 'preCheck = a; doCheck = false;'],
  ['hook-never-runs', 'preCheck = a; passthru.tests.unit = self.overrideAttrs { doCheck = true; };'],
  ['attribute-without-effect', 'checkPhase = a; doCheck = false;'],
  [
    'attribute-without-effect',
    'checkFlags = a; passthru.tests.unit = self.overrideAttrs { doCheck = true; };',
  ],
  ['attribute-without-effect', 'dontConfigure = true; dontUpdateAutotoolsGnuConfigScripts = true;'],
  ['attribute-without-effect', 'dontWrapQtApps = true; buildInputs = [ kirigami ];'],
  ['attribute-without-effect', 'gappsWrapperArgs = [ ]; nativeBuildInputs = [ wrapGAppsHook4 ];'],
  ['phase-without-hooks', 'buildPhase = "ninjaBuildPhase";'],
  ['phase-without-hooks', 'installPhase = lib.concatLines x;'],
  ['build-tool-in-build-inputs', 'buildInputs = [ zlib ] ++ cmake;'],
  ['incomplete-meta', 'meta.license = a; meta.description = b; meta.maintainers = [ ];'],
  ['incomplete-meta', 'meta = { inherit (a) license description maintainers; };'],
  ['incomplete-meta', 'meta = { description = a; license = b; }; meta.maintainers = [ ];'],
  ['incomplete-meta', 'inherit (a) meta;'],
  ['flags-array', '__structuredAttrs = true; makeFlagsArray = [ ];'],
  ['flag-with-spaces', '__structuredAttrs = true; makeFlags = [ "A=b c" ];'],
  ['flag-with-spaces', 'NIX_CFLAGS = [ "a b" ]; makeFlags = [ " a " "b" ];'],
  ['attribute-without-effect', 'cmakeFlags = [ ]; nativeBuildInputs = [ cmake.configurePhaseHook ];'],
  ['attribute-without-effect', 'cmakeFlags = [ ]; nativeBuildInputs = tools;'],
  ['attribute-without-effect', 'cmakeFlags = [ ]; configurePhase = "cmake $cmakeFlags .";'],
  ['attribute-without-effect', 'dontBuild = true; makeFlags = [ ];'],
  ['hard-coded-name', 'name = "hello";'],
  ['hard-coded-name', 'name = "a-${x}";'],
  ['unclear-gpl', 'meta.license = lib.licenses.gpl3Only;'],
  ['needless-parallel-building', 'enableParallelBuilding = true;'],
  // Where cmake may be a program only, make builds.
  ['needless-parallel-building', 'nativeBuildInputs = [ cmake ]; enableParallelBuilding = true;'],
  ['needless-parallel-building', 'nativeBuildInputs = [ ninja ]; enableParallelBuilding = true;'],
  ['needless-parallel-building', `${withCmake} dontUseCmakeConfigure = true;`],
  ['needless-parallel-building', `${withCmake} configurePhase = "./configure";`],
  [
    'needless-parallel-building',
    'nativeBuildInputs = [ cmake meson.configurePhaseHook ]; dontUseMesonConfigure = true; cmakeFlags = [ ]; enableParallelBuilding = true;',
  ],
  // It can be switched on from elsewhere, which the text asks for.
  ['hook-never-runs', 'preCheck = a; configureFlags = lib.optional finalAttrs.finalPackage.doCheck "b";'],
  ['attribute-without-effect', 'checkTarget = a; passthru.tests.b = c.overrideAttrs { doCheck = true; };'],
  // It is read in `preConfigurePhases`, which `dontConfigure` does not skip.
  ['attribute-without-effect', 'dontConfigure = true; dontUpdateAutotoolsGnuConfigScripts = true;'],
  // Meant to be split.
  ['flag-with-spaces', 'makeFlags = [ "-C src" "PREFIX=a DESTDIR=b" ]; cmakeFlags = [ "-DA=b -DC=d" ];'],
  ['flag-with-spaces', 'configureFlags = [ "--with-a --with-b" "--with-a=b --with-c" ];'],
  ['fake-hash', 'src = { a ? "" }: if a == "" then { outputHash = ""; } else { outputHash = a; };'],
  // Packages link with libraries of these.
  ['build-tool-in-build-inputs', 'buildInputs = [ flex libtool vala rpm util-linux bzip2 ];'],
  // Its users run it, or it is the package’s own.
  ['build-tool-in-build-inputs', 'propagatedBuildInputs = [ m4 ]; buildInputs = [ finalAttrs.setupHook ];'],
  ['input-twice', 'buildInputs = lib.optionals a [ b ]; propagatedBuildInputs = [ b ];'],
  [
    'attribute-ordering',
    'pname = a; version = b; src = c; nativeBuildInputs = [ ]; doCheck = true; own = d; meta = { };',
  ],
  ['attribute-ordering', 'inherit pname version; inherit (a) src meta;'],
];

/** Something of this code is said of a derivation with these attributes. */
const said: readonly (readonly [string, string])[] = [
  ['flag-with-spaces', 'makeFlags = [ "CFLAGS=-O2 -g" ];'],
  ['flag-with-spaces', 'makeFlags = [ "CFLAGS=\\"-O2\\" -DX=1" ];'],
  ['flag-with-spaces', 'cmakeFlags = [ "-DA=b c" ];'],
  ['flag-with-spaces', 'cmakeFlags = [ "-DCMAKE_C_FLAGS=-O2 -g" ];'],
  ['flag-with-spaces', 'configureFlags = [ "--with-name=a b" ];'],
  ['build-tool-in-build-inputs', 'buildInputs = [ zip xvfb-run yarn asciidoc ];'],
  ['build-tool-in-build-inputs', 'buildInputs = [ git ];'],
  ['build-tool-in-build-inputs', 'buildInputs = [ rustPlatform.cargoSetupHook ];'],
  ['build-tool-in-build-inputs', 'buildInputs = [ zlib ] ++ lib.optionals a [ cmake ];'],
  ['build-tool-in-build-inputs', 'buildInputs = if a then [ zlib ] else with b; [ cmake ];'],
  ['build-tool-in-build-inputs', 'buildInputs = [ zlib ] ++ lib.optional a cmake;'],
  ['misspelt-attribute', 'pythonImportTests = [ "a" ];'],
  ['misspelt-attribute', 'pythonImportCheck = [ "a" ];'],
  ['misspelt-attribute', 'pythonImportsTest = [ "a" ];'],
  ['misspelt-attribute', 'pythonCheckImports = [ "a" ];'],
  ['input-twice', 'propagatedBuildInputs = [ a ]; checkInputs = [ a ];'],
  ['input-twice', 'dependencies = [ a ]; nativeCheckInputs = [ a ];'],
  ['attribute-ordering', 'pname = a; meta = { }; version = b;'],
  ['attribute-ordering', 'pname = a; buildPhase = b; buildInputs = [ ];'],
  ['incomplete-meta', 'meta.license = a;'],
];

describe('the lints of derivations', () => {
  const derivation = (attributes: string) => `stdenv.mkDerivation {\n  ${attributes}\n}`;

  for (const [code, before, after] of fixes) {
    it(`${code} makes ${JSON.stringify(after)} of ${JSON.stringify(before)}`, async () =>
      assert.equal(
        (await fixed(code, derivation(before))).replace(/^.*\n {2}/, '').replace(/\n\}$/, ''),
        after,
      ));
  }

  for (const [code, attributes] of quiet) {
    it(`${code} says nothing of ${JSON.stringify(attributes)}`, async () => {
      const codes = lintsOf(await parsed(derivation(attributes))).map((each) => each.code);
      assert.ok(!codes.includes(code), codes.join(' '));
    });
  }

  for (const [code, attributes] of said) {
    it(`${code} speaks of ${JSON.stringify(attributes)}`, async () => {
      const codes = lintsOf(await parsed(derivation(attributes))).map((each) => each.code);
      assert.ok(codes.includes(code), codes.join(' '));
    });
  }

  const python = (attributes: string) =>
    `{ python3Packages }:\npython3Packages.buildPythonPackage {\n  ${attributes}\n}`;

  it('python-check-phase gives the tests to the hook, with the paths that pytest was given', async () =>
    assert.equal(
      await fixed('python-check-phase', python("pname = \"a\";\n  checkPhase = ''\n    pytest tests\n  '';")),
      python(
        'pname = "a";\n  nativeCheckInputs = [ python3Packages.pytestCheckHook ];\n  enabledTestPaths = [ "tests" ];',
      ),
    ));

  it('python-without-tests has the module imported that is called as the package is', async () =>
    assert.equal(
      await fixed('python-without-tests', python('pname = "a-b";')),
      python('pname = "a-b";\n  pythonImportsCheck = [ "a_b" ];'),
    ));

  it('python-check-phase has no fix where pytest has options', async () => {
    const found = lintsOf(await parsed(python("checkPhase = ''\n    pytest -k 'not net'\n  '';")));
    assert.deepEqual(
      found.filter(({ code }) => code === 'python-check-phase').map(({ fixes: offered }) => offered),
      [[]],
    );
  });

  it('python-inconsistent-interpreters takes the module from the Python that builds the package', async () => {
    const text = (list: string, formals: string) =>
      `{ ${formals} }:\nbuildPythonPackage {\n  pname = "a";\n  dependencies = ${list};\n}`;
    const code = 'python-inconsistent-interpreters';
    assert.equal(
      await fixed(code, text('[ python3Packages.numpy ]', 'buildPythonPackage, python3Packages')),
      text('[ numpy ]', 'buildPythonPackage, python3Packages, numpy'),
    );
    const others = [
      python('dependencies = with python312.pkgs; [ numpy ];'),
      python('dependencies = [ python312Packages.numpy ];'),
      text('with python3Packages; [ numpy ]', 'buildPythonPackage, python3Packages'),
    ];
    for (const other of others)
      assert.ok(
        lintsOf(await parsed(other)).some((one) => one.code === code),
        other,
      );
    const right = [
      python('dependencies = [ python3Packages.numpy ];'),
      python('dependencies = with python3Packages; [ numpy ];'),
      python('dependencies = [ numpy pkgs.zlib ];'),
      text('[ numpy ]', 'buildPythonPackage, numpy'),
    ];
    for (const one of right) assert.ok(!lintsOf(await parsed(one)).some((each) => each.code === code), one);
  });

  it('are ignored by the names of nixpkgs-hammering, too', async () => {
    const text = 'stdenv.mkDerivation {\n  # phasewise: ignore attribute-typo\n  instalPhase = a;\n}';
    assert.ok(!lintsOf(await parsed(text)).some(({ code }) => code === 'misspelt-attribute'));
    const found = lintsOf(await parsed(derivation('instalPhase = a;')));
    const severities = (wanted: Record<string, string>) =>
      withSeverities(found, wanted).map(({ code, severity }) => [code, severity]);
    assert.deepEqual(severities({ 'attribute-typo': 'error' }), [['misspelt-attribute', 'error']]);
    assert.deepEqual(severities({ 'attribute-typo': 'off', 'license-missing': 'hint' }), [
      ['incomplete-meta', 'hint'],
    ]);
    // Its own name counts for more.
    assert.deepEqual(severities({ 'attribute-typo': 'off', 'misspelt-attribute': 'error' }), [
      ['misspelt-attribute', 'error'],
    ]);
  });

  it('say once what several derivations of one text share, and nothing where a comment forbids it', async () => {
    const text = 'let f = x: stdenv.mkDerivation { instalPhase = x; }; in { a = f 1; b = f 2; }';
    assert.deepEqual(
      lintsOf(await parsed(text)).map(({ code }) => code),
      ['incomplete-meta', 'misspelt-attribute'],
    );
    const ignored = 'stdenv.mkDerivation {\n  # phasewise: ignore misspelt-attribute\n  instalPhase = a;\n}';
    assert.ok(!lintsOf(await parsed(ignored)).some(({ code }) => code === 'misspelt-attribute'));
  });

  it('look under conditions, too, and know that what stands there may not be', async () => {
    const codes = async (attributes: string) =>
      lintsOf(await parsed(`stdenv.mkDerivation (${attributes})`)).map(({ code }) => code);
    const typo = 'misspelt-attribute';
    assert.ok((await codes('{ } // lib.optionalAttrs c { instalPhase = a; }')).includes(typo));
    assert.ok((await codes('if c then { } else { instalPhase = a; }')).includes(typo));
    const skipped = '{ makeFlags = [ ]; preBuild = "a"; } // lib.optionalAttrs c { dontBuild = true; }';
    assert.ok(!(await codes(skipped)).includes('hook-never-runs'));
    const own = '{ preBuild = "a"; } // lib.optionalAttrs c { buildPhase = "make"; }';
    assert.ok(!(await codes(own)).includes('hook-never-runs'));
  });

  it('find a misspelling that two derivations of one text share', async () => {
    const text =
      '{ a = stdenv.mkDerivation { buildInput = 1; }; b = stdenv.mkDerivation { buildInput = 2; }; }';
    const found = lintsOf(await parsed(text)).filter(({ code }) => code === 'misspelt-attribute');
    assert.equal(found.length, 2);
  });

  it('say of tests that nothing switches on that they do not run, as a hint only', async () => {
    const found = lintsOf(await parsed('stdenv.mkDerivation { checkTarget = "b"; preCheck = "a"; }'));
    assert.deepEqual(
      found.flatMap(({ code, severity }) => (code === 'incomplete-meta' ? [] : [[code, severity]])),
      [
        ['attribute-without-effect', 'hint'],
        ['hook-never-runs', 'hint'],
      ],
    );
  });

  it('know nothing of a mkDerivation that is given to the file, as Qt’s is', async () => {
    const text = '{ mkDerivation }: mkDerivation { qtWrapperArgs = [ ]; cmakeFlags = [ ]; preCheck = "a"; }';
    assert.deepEqual(
      lintsOf(await parsed(text)).map(({ code }) => code),
      ['incomplete-meta'],
    );
  });

  it('say nothing of a text that does not parse, nor of what is no derivation', async () => {
    assert.deepEqual(lintsOf(await parsed('stdenv.mkDerivation { instalPhase = ; }')), []);
    assert.deepEqual(lintsOf(await parsed('{ instalPhase = 1; }')), []);
    assert.deepEqual(lintsOf(await parsed('derivation { name = "a-1"; phases = 1; }')), []);
  });
});
