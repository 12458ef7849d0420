/**
 * Which part of a build reads a variable first. Used to tell what an edit can reach; a phase whose text mentions the
 * variable earlier goes before what is said here.
 *
 * Source of all: nixpkgs' `pkgs/stdenv/generic/setup.sh` and `make-derivation.nix`, and the Nixpkgs manual, "The Standard
 * Environment" (Specifying dependencies; Phases); for cmake, meson, … the tools' own `setup-hook.sh`.
 */

/** Read before the first phase, with why. */
const readAtSetup: readonly (readonly [string, readonly string[]])[] = [
  [
    'the stdenv is sourced before the first phase',
    ['stdenv', 'initialPath', 'defaultNativeBuildInputs', 'defaultBuildInputs'],
  ],
  ['it says which program builds', ['builder', 'shell', 'SHELL', 'CONFIG_SHELL']],
  ['it is another platform', ['system']],
  [
    'the list of outputs is set up before the first phase',
    [
      'outputs',
      'outputDev',
      'outputBin',
      'outputLib',
      'outputInclude',
      'outputDoc',
      'outputMan',
      'outputDevdoc',
      'outputDevman',
      'outputInfo',
      'outputDevinfo',
      'separateDebugInfo',
    ],
  ],
  ['output paths carry it', ['name']],
  [
    'inputs are put on PATH, and their setup hooks run, before the first phase',
    [
      'buildInputs',
      'nativeBuildInputs',
      'propagatedBuildInputs',
      'propagatedNativeBuildInputs',
      'depsBuildBuild',
      'depsBuildBuildPropagated',
      'depsBuildTarget',
      'depsBuildTargetPropagated',
      'depsHostHost',
      'depsHostHostPropagated',
      'depsTargetTarget',
      'depsTargetTargetPropagated',
      'checkInputs',
      'nativeCheckInputs',
      'installCheckInputs',
      'nativeInstallCheckInputs',
      'buildCommandPath',
      'strictDeps',
      'PATH',
      'HOST_PATH',
    ],
  ],
  [
    'it decides which phases there are',
    [
      'phases',
      'prePhases',
      'preConfigurePhases',
      'preBuildPhases',
      'preInstallPhases',
      'preFixupPhases',
      'preDistPhases',
      'postPhases',
      'buildCommand',
    ],
  ],
  [
    'it runs before the first phase',
    ['preHook', 'postHook', 'userHook', 'addInputsHook', 'envBuildBuildHook'],
  ],
  [
    'compilers are set up with it before the first phase',
    ['hardeningEnable', 'hardeningDisable', 'NIX_HARDENING_ENABLE', 'crossConfig', 'prefix'],
  ],
  [
    'it decides how the builder gets its attributes',
    [
      'passAsFile',
      '__structuredAttrs',
      '__json',
      'exportReferencesGraph',
      'impureEnvVars',
      '__impure',
      '__noChroot',
      '__sandboxProfile',
      '__propagatedSandboxProfile',
      '__impureHostDeps',
      '__propagatedImpureHostDeps',
    ],
  ],
];

/** By the phase of the usual name that reads them first; hooks, the phases' own texts and their skip flags are not here. */
const readByPhase: Readonly<Record<string, readonly string[]>> = {
  unpackPhase: ['src', 'srcs', 'sourceRoot', 'setSourceRoot', 'dontMakeSourcesWritable', 'unpackCmd'],
  patchPhase: ['patches', 'patchFlags'],
  configurePhase: [
    'configureFlags',
    'configureFlagsArray',
    'configureScript',
    'setOutputFlags',
    'dontPatchShebangsInConfigure',
    'configurePlatforms',
    'dontAddPrefix',
    'prefixKey',
    'dontAddStaticConfigureFlags',
    'dontAddDisableDepTrack',
    'dontDisableStatic',
    'dontFixLibtool',
    'cmakeFlags',
    'cmakeFlagsArray',
    'cmakeDir',
    'cmakeBuildDir',
    'cmakeBuildType',
    'dontUseCmakeBuildDir',
    'dontFixCmake',
    'mesonFlags',
    'mesonFlagsArray',
    'mesonBuildType',
    'qmakeFlags',
    'wafConfigureFlags',
  ],
  buildPhase: [
    'makeFlags',
    'makeFlagsArray',
    'makefile',
    'buildFlags',
    'buildFlagsArray',
    'enableParallelBuilding',
    'ninjaFlags',
    'ninjaFlagsArray',
    'cargoBuildFlags',
    'cargoBuildType',
  ],
  checkPhase: ['checkTarget', 'checkFlags', 'checkFlagsArray', 'enableParallelChecking', 'mesonCheckFlags'],
  installPhase: [
    'installTargets',
    'installFlags',
    'installFlagsArray',
    'enableParallelInstalling',
    'mesonInstallFlags',
  ],
  fixupPhase: [
    'dontStrip',
    'dontStripHost',
    'dontStripTarget',
    'stripAllList',
    'stripDebugList',
    'stripAllListTarget',
    'stripDebugListTarget',
    'stripExclude',
    'stripAllFlags',
    'stripDebugFlags',
    'dontPatchELF',
    'dontPatchShebangs',
    'dontMoveSbin',
    'dontMoveLib64',
    'dontGzipMan',
    'dontPruneLibtoolFiles',
    'forceShare',
    'noAuditTmpdir',
    'dontCheckForBrokenSymlinks',
    'dontRewriteSymlinks',
    'moveToDev',
    'setupHook',
    'setupHooks',
    'propagatedUserEnvPkgs',
  ],
  installCheckPhase: ['installCheckTarget', 'installCheckFlags', 'installCheckFlagsArray'],
  distPhase: ['distTarget', 'distFlags', 'distFlagsArray', 'tarballs', 'dontCopyDist'],
};

const setupReasons = new Map(
  readAtSetup.flatMap(([why, names]) => names.map((name) => [name, why] as const)),
);
const phasesByVariable = new Map(
  Object.entries(readByPhase).flatMap(([phase, names]) => names.map((name) => [name, phase] as const)),
);

/** Why a change of the variable reaches everything, as the end of a sentence; null when it is not read at setup. */
export function setupReason(variable: string): string | null {
  return setupReasons.get(variable) ?? null;
}

/** The phase of the usual name that reads the variable first; null when that is not known. */
export function phaseThatReads(variable: string): string | null {
  return phasesByVariable.get(variable) ?? null;
}
