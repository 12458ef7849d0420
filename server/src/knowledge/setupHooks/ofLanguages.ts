/** Setup hooks of languages, for derivations that no builder of the language makes. Source: each hook's own script, and the Nixpkgs manual, "Languages and frameworks". */
import { bash, flag, packages, text, words, wordsOr } from '../attributes/kinds';
import { setupHook, type KnownSetupHook } from './setupHook';

const build = { phase: 'buildPhase' } as const;
const check = { phase: 'checkPhase' } as const;
const install = { phase: 'installPhase' } as const;

const python: readonly KnownSetupHook[] = [
  setupHook(
    ['pytestCheckHook', 'pytest7CheckHook'],
    'pkgs/development/interpreters/python/hooks/pytest-check-hook.sh',
    ['pytestCheckPhase'],
    [
      [{ ...words, phase: 'pytestCheckPhase' }, { pytestFlags: 'What is given to pytest.' }],
      [
        { ...wordsOr, phase: 'pytestCheckPhase' },
        {
          enabledTests: 'Tests to run, by names; all without it.',
          disabledTests: 'Tests that are not run, by names.',
          enabledTestPaths: 'Files and folders of tests to run; all without it.',
          disabledTestPaths: 'Files and folders of tests that are not run.',
          enabledTestMarks: 'Marks of pytest whose tests are run; all without it.',
          disabledTestMarks: 'Marks of pytest whose tests are not run.',
        },
      ],
      [
        { ...flag, phase: 'pytestCheckPhase' },
        { dontUsePytestCheck: 'Whether pytest’s hook leaves the tests alone.' },
      ],
    ],
  ),
  setupHook(
    ['unittestCheckHook'],
    'pkgs/development/interpreters/python/hooks/unittest-check-hook.sh',
    ['unittestCheckPhase'],
    [
      [
        { ...words, phase: 'unittestCheckPhase' },
        { unittestFlags: 'What is given to `python -m unittest`.' },
      ],
      [
        { ...flag, phase: 'unittestCheckPhase' },
        { dontUseUnittestCheck: 'Whether unittest’s hook leaves the tests alone.' },
      ],
    ],
  ),
  setupHook(
    ['pytest-xdist'],
    'pkgs/development/python-modules/pytest-xdist/setup-hook.sh',
    [],
    [
      [
        { ...flag, phase: 'pytestCheckPhase' },
        { dontUsePytestXdist: 'Whether the tests are not spread over several processes.' },
      ],
    ],
  ),
  setupHook(
    ['sphinxHook'],
    'pkgs/development/interpreters/python/hooks/sphinx-hook.sh',
    ['buildSphinxPhase', 'installSphinxPhase'],
    [
      [
        { ...wordsOr, phase: 'buildSphinxPhase' },
        { sphinxBuilders: 'The builders of sphinx that are run, as `"man"`; `html` without it.' },
      ],
      [
        { ...text, phase: 'buildSphinxPhase' },
        { sphinxRoot: 'The folder of `conf.py`; usual ones are tried without it.' },
      ],
    ],
  ),
  setupHook(
    ['venvShellHook'],
    'pkgs/development/interpreters/python/hooks/venv-shell-hook.sh',
    [],
    [
      [{ ...text }, { venvDir: 'The folder of the virtual environment, which is made where there is none.' }],
      [{ ...bash }, { postVenvCreation: 'Commands that run when the virtual environment was made.' }],
      [{ ...flag }, { dontUseVenvShellHook: 'Whether no virtual environment is made.' }],
    ],
  ),
  setupHook(
    ['wrapPython'],
    'pkgs/development/interpreters/python/wrap.sh',
    [],
    [
      [
        { ...packages, phase: 'fixupPhase' },
        {
          pythonPath:
            'Packages whose modules `wrapPythonPrograms` gives to the programs; no dependent gets them.',
        },
      ],
    ],
  ),
];

const rust: readonly KnownSetupHook[] = [
  setupHook(
    ['cargoSetupHook'],
    'pkgs/build-support/rust/hooks/cargo-setup-hook.sh',
    [],
    [
      [
        { type: 'derivation', phase: 'unpackPhase' },
        { cargoDeps: 'The crates, as `rustPlatform.fetchCargoVendor` fetches them.' },
      ],
      [
        { ...text, phase: 'unpackPhase' },
        {
          cargoRoot: 'The folder of `Cargo.lock` where it is not that of the source.',
          cargoVendorDir: 'The folder of the source that has the crates, in place of `cargoDeps`.',
        },
      ],
    ],
  ),
  setupHook(
    ['cargoBuildHook', 'maturinBuildHook', 'cargoCheckHook', 'cargoInstallHook'],
    'pkgs/build-support/rust/hooks/cargo-build-hook.sh',
    ['buildPhase'],
    [
      [
        { ...text, ...build },
        {
          cargoBuildType: 'The profile to build with, as `release`.',
          buildAndTestSubdir: 'The folder of the crate in a workspace.',
        },
      ],
      [
        { ...words, ...build },
        {
          cargoBuildFlags: 'What is given to `cargo build`.',
          cargoBuildFeatures: 'Features to build with.',
        },
      ],
      [
        { ...flag, ...build },
        {
          cargoBuildNoDefaultFeatures: 'Whether the default features are left out.',
          dontCargoBuild: 'Whether cargo’s hook leaves `buildPhase` alone.',
        },
      ],
    ],
  ),
  setupHook(
    ['cargoCheckHook', 'cargoNextestHook'],
    'pkgs/build-support/rust/hooks/cargo-check-hook.sh',
    ['checkPhase'],
    [
      [{ ...text, ...check }, { cargoCheckType: 'The profile to test with.' }],
      [
        { ...words, ...check },
        { cargoTestFlags: 'What is given to `cargo test`.', cargoCheckFeatures: 'Features to test with.' },
      ],
      [
        { ...flag, ...check },
        {
          cargoCheckNoDefaultFeatures: 'Whether the default features are left out of the tests.',
          dontCargoCheck: 'Whether cargo’s hook leaves `checkPhase` alone.',
          dontUseCargoParallelTests: 'Whether tests run one after another.',
        },
      ],
    ],
  ),
  setupHook(
    ['cargoInstallHook'],
    'pkgs/build-support/rust/hooks/cargo-install-hook.sh',
    ['installPhase'],
    [[{ ...flag, ...install }, { dontCargoInstall: 'Whether cargo’s hook leaves `installPhase` alone.' }]],
  ),
  setupHook(
    ['maturinBuildHook'],
    'pkgs/build-support/rust/hooks/maturin-build-hook.sh',
    ['buildPhase'],
    [[{ ...words, ...build }, { maturinBuildFlags: 'What is given to `maturin build`.' }]],
  ),
];

const node: readonly KnownSetupHook[] = [
  setupHook(
    ['npmConfigHook', 'npmHooks'],
    'pkgs/build-support/node/build-npm-package/hooks/npm-config-hook.sh',
    [],
    [
      [
        { type: 'derivation', phase: 'patchPhase' },
        { npmDeps: 'The packages, as `fetchNpmDeps` or `importNpmLock` gives them.' },
      ],
      [
        { ...text, phase: 'patchPhase' },
        { npmRoot: 'The folder of `package.json` where it is not that of the source.' },
      ],
      [
        { ...words, phase: 'patchPhase' },
        {
          npmFlags: 'What is given to every call of npm.',
          npmInstallFlags: 'What is given to `npm ci`.',
          npmRebuildFlags: 'What is given to `npm rebuild`.',
        },
      ],
      [{ ...flag, phase: 'patchPhase' }, { makeCacheWritable: 'Whether npm may write to its cache.' }],
    ],
  ),
  setupHook(
    ['npmBuildHook', 'npmHooks'],
    'pkgs/build-support/node/build-npm-package/hooks/npm-build-hook.sh',
    ['buildPhase'],
    [
      [
        { ...text, ...build, default: '"build"' },
        { npmBuildScript: 'The script of `package.json` that builds.' },
      ],
      [{ ...text, ...build }, { npmWorkspace: 'The workspace to build and install.' }],
      [{ ...words, ...build }, { npmBuildFlags: 'What is given to `npm run build`.' }],
      [{ ...flag, ...build }, { dontNpmBuild: 'Whether no script is run to build.' }],
    ],
  ),
  setupHook(
    ['npmInstallHook', 'npmHooks'],
    'pkgs/build-support/node/build-npm-package/hooks/npm-install-hook.sh',
    ['installPhase'],
    [
      [
        { ...words, ...install },
        {
          npmPackFlags: 'What is given to `npm pack`.',
          npmPruneFlags: 'What is given to `npm prune`.',
        },
      ],
      [
        { ...flag, ...install },
        {
          dontNpmInstall: 'Whether `installPhase` is left to you.',
          dontNpmPrune: 'Whether packages that are for development only are kept.',
        },
      ],
    ],
  ),
  setupHook(
    ['pnpmConfigHook', 'pnpm', 'pnpmBuildHook'],
    'pkgs/build-support/node/pnpm/pnpm-config-hook.sh',
    [],
    [
      [
        { type: 'derivation', phase: 'configurePhase' },
        { pnpmDeps: 'The packages, as `fetchPnpmDeps` fetches them.' },
      ],
      [
        { ...text, phase: 'configurePhase' },
        { pnpmRoot: 'The folder of `pnpm-lock.yaml` where it is not that of the source.' },
      ],
      [
        { ...words, phase: 'configurePhase' },
        {
          pnpmInstallFlags: 'What is given to `pnpm install`.',
        },
      ],
      [
        { ...wordsOr, phase: 'configurePhase' },
        { pnpmWorkspaces: 'The workspaces to install and build; all without it.' },
      ],
    ],
  ),
  setupHook(
    ['pnpmBuildHook'],
    'pkgs/build-support/node/pnpm/pnpm-build-hook.sh',
    ['buildPhase'],
    [
      [
        { ...text, ...build, default: '"build"' },
        { pnpmBuildScript: 'The script of `package.json` that builds.' },
      ],
      [{ ...words, ...build }, { pnpmBuildFlags: 'What is given to `pnpm run`.' }],
      [{ ...flag, ...build }, { dontPnpmBuild: 'Whether pnpm’s hook leaves `buildPhase` alone.' }],
    ],
  ),
  setupHook(
    ['yarnConfigHook'],
    'pkgs/build-support/node/fetch-yarn-deps/yarn-config-hook.sh',
    [],
    [
      [
        { type: 'derivation', phase: 'configurePhase' },
        { yarnOfflineCache: 'The packages, as `fetchYarnDeps` fetches them.' },
      ],
      [
        { ...flag, phase: 'configurePhase' },
        { dontYarnInstallDeps: 'Whether the packages are not installed after `configurePhase`.' },
      ],
    ],
  ),
  setupHook(
    ['yarnBuildHook'],
    'pkgs/build-support/node/fetch-yarn-deps/yarn-build-hook.sh',
    ['buildPhase'],
    [
      [
        { ...text, ...build, default: '"build"' },
        { yarnBuildScript: 'The script of `package.json` that builds.' },
      ],
      [{ ...words, ...build }, { yarnBuildFlags: 'What is given to the script.' }],
      [{ ...flag, ...build }, { dontYarnBuild: 'Whether yarn’s hook leaves `buildPhase` alone.' }],
    ],
  ),
  setupHook(
    ['yarnInstallHook'],
    'pkgs/build-support/node/fetch-yarn-deps/yarn-install-hook.sh',
    ['installPhase'],
    [
      [
        { ...flag, ...install },
        {
          yarnKeepDevDeps: 'Whether packages that are for development only are kept.',
          dontYarnInstall: 'Whether yarn’s hook leaves `installPhase` alone.',
        },
      ],
    ],
  ),
];

export const languageHooks: readonly KnownSetupHook[] = [...python, ...rust, ...node];
