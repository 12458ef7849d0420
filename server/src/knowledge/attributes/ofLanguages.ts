/**
 * What the builders of languages take besides what `mkDerivation` takes. Source: the Nixpkgs manual, "Languages and frameworks" (Python, Rust,
 * Go, JavaScript), and the builders' own files: `pkgs/development/interpreters/python/mk-python-derivation.nix`,
 * `pkgs/build-support/rust/build-rust-package`, `pkgs/build-support/go/module.nix`, `pkgs/build-support/node/build-npm-package`.
 */
import { alike, type KnownAttribute } from './attribute';
import { flag, hash, packages, text, words, wordsOr } from './kinds';

const python: readonly KnownAttribute[] = [
  {
    name: 'pyproject',
    type: 'boolean',
    says: 'Whether the source has a `pyproject.toml` that says how it is built; `build-system` then names the build backend.',
    snippet: 'true',
  },
  {
    name: 'format',
    type: 'string',
    says: 'How it is built: `"setuptools"`, `"wheel"`, `"other"`, …. `pyproject = true` has taken its place for most.',
    snippet: '"$0"',
    choices: {
      setuptools: 'By `setup.py`.',
      pyproject: 'As `pyproject = true` says.',
      wheel: 'The source is a wheel already.',
      egg: 'The source is an egg already.',
      flit: 'By flit.',
      other: 'By phases of your own.',
    },
  },
  ...alike(packages, {
    'build-system':
      'The build backend and what it needs, as `[ setuptools ]`: what `[build-system] requires` in `pyproject.toml` lists.',
    dependencies:
      'The Python modules that it imports: what `[project] dependencies` in `pyproject.toml` lists. They are passed on to dependents.',
  }),
  {
    name: 'optional-dependencies',
    type: 'set of lists of packages',
    says: 'Modules for each of its extras; they are not installed by themselves.',
    snippet: '{ $0 }',
  },
  {
    name: 'pythonImportsCheck',
    ...words,
    says: 'Modules to import when it is installed. A quick test that nothing is missing.',
    phase: 'pythonImportsCheckPhase',
  },
  ...alike(words, {
    pythonRelaxDeps: 'Dependencies whose version constraints are removed; `true` for all.',
    pythonRemoveDeps: 'Dependencies that are removed from what the package says it needs.',
    makeWrapperArgs: 'What is given to the wrapper of its programs.',
    pypaBuildFlags: 'What is given to `python -m build`.',
    setupPyBuildFlags: 'What is given to `setup.py build`.',
    setupPyGlobalFlags: 'What is given to `setup.py` before its command.',
    pipBuildFlags: 'What is given to `pip wheel`.',
    pipInstallFlags: 'What is given to `pip install`.',
    pythonNamespaces: 'Namespaces whose `__init__.py` is not installed, as `"google"`.',
  }),
  {
    name: 'pythonPath',
    ...packages,
    says: 'Packages whose modules the programs get by their wrappers; no dependent gets them.',
  },
  ...alike(flag, {
    disabled: 'Whether the package is not there for this Python, as `pythonOlder "3.9"`.',
    dontUsePythonImportsCheck: 'Whether `pythonImportsCheck` is left out.',
    dontUsePypaBuild: 'Whether the hook of `build` leaves `buildPhase` alone.',
    dontUsePypaInstall: 'Whether the hook of `installer` leaves `installPhase` alone.',
    dontUseSetuptoolsBuild: 'Whether setuptools’ hook leaves `buildPhase` alone.',
    dontUsePipBuild: 'Whether pip’s hook leaves `buildPhase` alone.',
    dontUsePipInstall: 'Whether pip’s hook leaves `installPhase` alone.',
    dontUsePythonCatchConflicts: 'Whether nothing looks for two versions of a module.',
    dontUsePythonRemoveTestsDir: 'Whether a folder `tests` among the modules is kept.',
    dontUsePythonRemoveBinBytecode: 'Whether bytecode in `bin` is kept.',
    dontUsePythonRecompileBytecode: 'Whether bytecode is not compiled anew.',
    dontUsePythonNamespacesHook: 'Whether `pythonNamespaces` is left out.',
    dontWrapPythonPrograms: 'Whether its programs are not wrapped.',
    dontCheckRuntimeDeps: 'Whether nothing compares what is installed with what the package says it needs.',
    permitUserSite: 'Whether its programs see modules of the user.',
  }),
  {
    name: 'catchConflicts',
    type: 'boolean',
    says: 'Whether two versions of a module in the closure are a failure.',
    default: 'true',
    snippet: 'false',
  },
];

const rust: readonly KnownAttribute[] = [
  {
    name: 'cargoHash',
    ...hash,
    says: 'The hash of all crates that `Cargo.lock` names. Another `src` needs another: begin with `lib.fakeHash` and take what the build tells.',
  },
  {
    name: 'cargoLock',
    type: 'set',
    says: 'Instead of `cargoHash`: `lockFile = ./Cargo.lock;`, with `outputHashes` for crates from git.',
    snippet: '{\n  lockFile = $0;\n}',
  },
  {
    name: 'cargoDeps',
    type: 'derivation',
    says: 'The crates, when they are fetched elsewhere, as by `rustPlatform.fetchCargoVendor`.',
  },
  ...alike(text, {
    cargoVendorDir: 'The folder of the source that has the crates, in place of `cargoHash`.',
    cargoDepsName: 'The name of the derivation that fetches the crates.',
    logLevel: 'What `cargo` prints, for `RUST_LOG`.',
  }),
  ...alike(
    { type: 'bash', snippet: "''\n  $0\n''" },
    {
      cargoDepsHook: 'Commands that run where the crates are fetched, before.',
      cargoUpdateHook: 'Commands that run where the crates are fetched, before `Cargo.lock` is read.',
    },
  ),
  {
    name: 'depsExtraArgs',
    type: 'set',
    says: 'More attributes of the derivation that fetches the crates.',
    snippet: '{ $0 }',
  },
  {
    name: 'cargoPatches',
    type: 'list of paths',
    says: 'Patches that are applied also where the crates are fetched: those of `Cargo.lock`.',
    snippet: '[ $0 ]',
  },
  ...alike(words, {
    cargoBuildFlags: 'What is given to `cargo build`.',
    cargoTestFlags: 'What is given to `cargo test`.',
    buildFeatures: 'Features to build with.',
  }),
  { name: 'checkFeatures', ...wordsOr, says: 'Features to test with.', default: 'as `buildFeatures`' },
  ...alike(flag, {
    buildNoDefaultFeatures: 'Whether the default features are left out.',
    checkNoDefaultFeatures: 'Whether the default features are left out of the tests.',
    useNextest: 'Whether tests are run by cargo-nextest.',
    useFetchCargoVendor: 'Whether the crates are fetched in the newer way; always so today.',
    dontUseCargoParallelTests: 'Whether tests run one after another.',
    dontCargoBuild: 'Whether cargo’s hook leaves `buildPhase` alone.',
    dontCargoCheck: 'Whether cargo’s hook leaves `checkPhase` alone.',
    dontCargoInstall: 'Whether cargo’s hook leaves `installPhase` alone.',
    dontCargoSetupPostUnpack: 'Whether the crates are not made ready when the source is unpacked.',
  }),
  {
    name: 'auditable',
    type: 'boolean',
    says: 'Whether the program carries a list of its crates.',
    default: 'true',
    snippet: 'false',
  },
  ...alike(text, {
    buildType: 'The profile to build with, `release` by default.',
    checkType: 'The profile to test with; `buildType` without it.',
    buildAndTestSubdir: 'The folder of the crate in a workspace.',
    cargoRoot: 'The folder of `Cargo.toml` where it is not that of the source.',
  }),
];

const go: readonly KnownAttribute[] = [
  {
    name: 'vendorHash',
    type: 'hash or null',
    says: 'The hash of all modules that `go.mod` names; `null` when the source brings its `vendor` folder. Another `src` needs another: begin with `lib.fakeHash` and take what the build tells.',
    snippet: '${1:lib.fakeHash}',
  },
  {
    name: 'subPackages',
    ...wordsOr,
    says: 'Packages to build, as `"cmd/tool"`; all without it.',
  },
  ...alike(words, {
    excludedPackages: 'Packages that are not built.',
    ldflags:
      'What is given to the linker, as `"-X main.version=${version}"`. `"-s"` and `"-w"` leave symbols out.',
    tags: 'Build tags.',
    gcflags: 'What is given to the compiler.',
  }),
  { name: 'modRoot', ...text, says: 'The folder of `go.mod`, `"./"` by default.' },
  {
    name: 'goSum',
    type: 'path',
    says: 'The `go.sum` file, as `./go.sum`: the modules are then fetched anew when it changes.',
    snippet: './$0',
  },
  {
    name: 'overrideModAttrs',
    type: 'function',
    says: 'Changes the derivation that fetches the modules.',
    snippet: 'old: {\n  $0\n}',
  },
  {
    name: 'modPostBuild',
    type: 'bash',
    says: 'Commands that run at the end of fetching the modules.',
    snippet: "''\n  $0\n''",
  },
  ...alike(flag, {
    proxyVendor:
      'Whether modules are fetched as the proxy has them: for those with C files, or names that differ in case only.',
    deleteVendor: 'Whether the `vendor` folder of the source is not used.',
    allowGoReference: 'Whether the program may refer to the compiler.',
    buildTestBinaries: 'Whether programs that test are built in place of the packages.',
  }),
];

const npm: readonly KnownAttribute[] = [
  {
    name: 'npmDepsHash',
    ...hash,
    says: 'The hash of all packages that `package-lock.json` names. Another `src` needs another: begin with `lib.fakeHash` and take what the build tells.',
  },
  {
    name: 'npmDeps',
    type: 'derivation',
    says: 'The packages, when they are fetched elsewhere, as by `fetchNpmDeps` or `importNpmLock`.',
  },
  {
    name: 'npmDepsFetcherVersion',
    type: 'number',
    says: 'How the packages are fetched: 2 finds some that 1 misses. Another number needs another `npmDepsHash`.',
    default: '1',
    snippet: '2',
  },
  { name: 'npmRoot', ...text, says: 'The folder of `package.json` where it is not that of the source.' },
  { name: 'npmWorkspace', ...text, says: 'The workspace to build and install.' },
  { name: 'npmBuildScript', ...text, says: 'The script of `package.json` that builds.', default: '"build"' },
  ...alike(words, {
    npmFlags: 'What is given to every call of npm.',
    npmInstallFlags: 'What is given to `npm ci`.',
    npmBuildFlags: 'What is given to `npm run build`.',
    npmPackFlags: 'What is given to `npm pack`.',
    npmPruneFlags: 'What is given to `npm prune`.',
    npmRebuildFlags: 'What is given to `npm rebuild`.',
  }),
  ...alike(flag, {
    dontNpmConfigure: 'Whether the packages are not installed before building.',
    makeCacheWritable: 'Whether npm may write to its cache.',
    dontNpmBuild: 'Whether no script is run to build.',
    dontNpmInstall: 'Whether `installPhase` is left to you.',
    dontNpmPrune: 'Whether packages that are for development only are kept.',
    forceGitDeps: 'Whether packages from git are taken though they run scripts when installed.',
    forceEmptyCache: 'Whether a lock file without any package is fine.',
  }),
];

const shell: readonly KnownAttribute[] = [
  { name: 'packages', ...packages, says: 'Programs of the shell. Added to `nativeBuildInputs`.' },
  { name: 'inputsFrom', ...packages, says: 'Packages whose inputs the shell has, to work on them.' },
  {
    name: 'shellHook',
    type: 'bash',
    says: 'Commands that run when the shell is entered.',
    snippet: "''\n  $0\n''",
  },
];

/** What a builder takes besides stdenv's attributes; by the end of its name. */
export const languageAttributes: readonly {
  readonly language: string;
  readonly maker: RegExp;
  readonly attributes: readonly KnownAttribute[];
}[] = [
  { language: 'Python', maker: /^buildPython(?:Package|Application)$/, attributes: python },
  { language: 'Rust', maker: /^buildRustPackage$/, attributes: rust },
  { language: 'Go', maker: /^buildGo\d*Module$/, attributes: go },
  { language: 'npm', maker: /^buildNpmPackage$/, attributes: npm },
  { language: 'shell', maker: /^mkShell(?:NoCC)?$/, attributes: shell },
];
