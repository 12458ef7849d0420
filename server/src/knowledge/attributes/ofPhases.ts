/**
 * What stdenv's own phases read. Source: the Nixpkgs manual, "The Standard Environment" (each phase's variables), nixpkgs'
 * `pkgs/stdenv/generic/setup.sh` and the setup hooks in `pkgs/build-support/setup-hooks` that stdenv itself brings.
 */
import { alike, type KnownAttribute } from './attribute';
import { bash, flag, text, words, wordsOr } from './kinds';

const unpack: readonly KnownAttribute[] = [
  ...alike(
    { ...text, phase: 'unpackPhase' },
    {
      sourceRoot:
        'The folder to go to when all is unpacked, as `"source/subfolder"`; found by itself when one folder only comes of the sources.',
    },
  ),
  {
    name: 'setSourceRoot',
    ...bash,
    says: 'Commands that set the variable `sourceRoot`, where its name is not known before unpacking.',
    phase: 'unpackPhase',
  },
  ...alike(
    { ...flag, phase: 'unpackPhase' },
    { dontMakeSourcesWritable: 'Whether the unpacked files stay read-only.' },
  ),
];

const patch: readonly KnownAttribute[] = [
  {
    name: 'patches',
    type: 'list of paths or derivations',
    says: 'Patches that `patchPhase` applies in this order; compressed ones, too. Write above each why it is there.',
    phase: 'patchPhase',
    default: '[ ]',
    snippet: '[ $0 ]',
  },
  {
    name: 'patchFlags',
    ...wordsOr,
    says: 'What is given to `patch`.',
    phase: 'patchPhase',
    default: '[ "-p1" ]',
  },
];

const configure: readonly KnownAttribute[] = [
  ...alike(
    { ...words, phase: 'configurePhase' },
    {
      configureFlags:
        'What is given to `./configure`, a string for each. A value with spaces in it needs `configureFlagsArray` in `preConfigure`, or `__structuredAttrs`.',
    },
  ),
  {
    name: 'configurePlatforms',
    ...wordsOr,
    says: 'For which of `build`, `host` and `target` the flag `--build=…` and so on is added to `configureFlags`.',
    choices: {
      build: 'The platform that builds.',
      host: 'The platform that runs the result.',
      target: 'The platform that the result makes programs for.',
    },
    default: '`[ "build" "host" ]` when cross-compiling, else `[ ]`',
  },
  ...alike(
    { ...text, phase: 'configurePhase' },
    {
      configureScript: 'The script to run, `./configure` by default.',
      prefixKey:
        'How the prefix is told to the script, `--prefix=` by default; with its last character, which may be a space.',
    },
  ),
  ...alike(
    { ...flag, phase: 'configurePhase' },
    {
      dontAddPrefix: 'Whether no `--prefix=` is added to the flags.',
      dontAddDisableDepTrack: 'Whether `--disable-dependency-tracking` is not added to the flags.',
      dontDisableStatic:
        'Whether `--disable-static` is not added to the flags, so that static libraries are built as well.',
      dontFixLibtool:
        'Whether libtool’s scripts stay as they are; otherwise paths like `/usr/lib` are removed from them.',
      dontPatchShebangsInConfigure: 'Whether the `#!` line of `./configure` stays as it is.',
    },
  ),
  {
    name: 'prefix',
    ...text,
    says: 'The prefix to install to, `$out` by default.',
  },
  {
    name: 'dontAddStaticConfigureFlags',
    ...flag,
    says: 'Whether a static stdenv adds no flags that ask for static libraries.',
  },
  {
    name: 'dontUpdateAutotoolsGnuConfigScripts',
    ...flag,
    says: 'Whether old `config.guess` and `config.sub` are not replaced by newer ones.',
    phase: 'updateAutotoolsGnuConfigScriptsPhase',
  },
];

const build: readonly KnownAttribute[] = [
  ...alike(
    { ...words, phase: 'buildPhase' },
    {
      makeFlags:
        'What is given to make in `buildPhase`, `checkPhase`, `installPhase` and others, as `"PREFIX=${placeholder "out"}"`. `$(out)` is also understood; `$out` is not, for no shell reads it.',
      buildFlags: 'What is given to make in `buildPhase` only: flags or targets.',
    },
  ),
  { name: 'makefile', ...text, says: 'The makefile to use, when it has another name.', phase: 'buildPhase' },
];

const check: readonly KnownAttribute[] = [
  {
    name: 'checkFlags',
    ...wordsOr,
    says: 'What is given to make in `checkPhase`, and to the test programs of other hooks.',
    phase: 'checkPhase',
    default: '[ "VERBOSE=y" ]',
  },
  {
    name: 'checkTarget',
    ...text,
    says: 'The target that tests, `check` or `test` by default.',
    phase: 'checkPhase',
  },
  {
    name: 'enableParallelChecking',
    type: 'boolean',
    says: 'Whether tests may run side by side. With `enableParallelBuilding` they do; hooks of build tools let them do so anyway.',
    phase: 'checkPhase',
    default: 'as `enableParallelBuilding`',
    snippet: 'false',
  },
];

const install: readonly KnownAttribute[] = [
  {
    name: 'installTargets',
    ...wordsOr,
    says: 'The targets that install.',
    phase: 'installPhase',
    default: '[ "install" ]',
  },
  {
    name: 'installFlags',
    ...words,
    says: 'What is given to make in `installPhase` only.',
    phase: 'installPhase',
  },
  {
    name: 'enableParallelInstalling',
    type: 'boolean',
    says: 'Whether installing may run side by side.',
    phase: 'installPhase',
    default: 'as `enableParallelBuilding`',
    snippet: 'false',
  },
];

const fixup: readonly KnownAttribute[] = [
  ...alike(
    { ...flag, phase: 'fixupPhase' },
    {
      dontStrip: 'Whether binaries keep their symbols.',
      dontStripHost: 'As `dontStrip`, for what runs on the host platform.',
      dontStripTarget: 'As `dontStrip`, for what runs on the target platform.',
      dontPatchELF: 'Whether the rpath of binaries keeps folders that they need nothing of.',
      dontPatchShebangs:
        'Whether scripts keep their `#!` lines; otherwise `#!/usr/bin/env python3` and others name the store’s programs.',
      dontMoveSbin: 'Whether programs in `sbin` are not moved to `bin`.',
      dontMoveLib64: 'Whether `lib64` is not moved to `lib`.',
      dontMoveSystemdUserUnits: 'Whether systemd’s user units stay in `lib`.',
      dontGzipMan: 'Whether manual pages are not compressed.',
      dontPruneLibtoolFiles: 'Whether `.la` files keep the list of what they depend on.',
      noAuditTmpdir: 'Whether nothing looks for the build directory in what was installed.',
      dontCheckForBrokenSymlinks: 'Whether links to nothing are no failure.',
      dontRewriteSymlinks: 'Whether links to other files of the same output stay absolute.',
    },
  ),
  {
    name: 'forceShare',
    ...wordsOr,
    says: 'Folders below `$out` to move to `$out/share`.',
    phase: 'fixupPhase',
    default: '[ "man" "doc" "info" ]',
  },
  ...alike(
    { ...words, phase: 'fixupPhase' },
    {
      stripAllList: 'Folders in which binaries lose all symbols.',
      stripAllListTarget: 'As `stripAllList`, for what the target platform runs.',
      stripDebugListTarget: 'As `stripDebugList`, for what the target platform runs.',
      stripExclude: 'Patterns of files that are not stripped.',
    },
  ),
  {
    name: 'stripDebugList',
    ...wordsOr,
    says: 'Folders in which binaries lose their debug information.',
    phase: 'fixupPhase',
    default: '[ "lib" "lib32" "lib64" "libexec" "bin" "sbin" "Applications" "Library/Frameworks" ]',
  },
  {
    name: 'stripAllFlags',
    ...wordsOr,
    says: 'What is given to `strip` for `stripAllList`.',
    phase: 'fixupPhase',
    default: '[ "-s" "-p" ]',
  },
  {
    name: 'stripDebugFlags',
    ...wordsOr,
    says: 'What is given to `strip` for `stripDebugList`.',
    phase: 'fixupPhase',
    default: '[ "-S" "-p" ]',
  },
  // Chosen when `setup` begins, and read in several phases.
  ...alike(
    { ...text },
    {
      outputBin: 'The output for programs; `bin` when there is one, else `out`.',
      outputDev: 'The output for headers and the like; `dev` when there is one, else the first.',
      outputLib: 'The output for libraries; `lib` when there is one, else `out`.',
      outputDoc: 'The output for documentation.',
      outputMan: 'The output for manual pages.',
      outputInfo: 'The output for info pages.',
      outputDevdoc: 'The output for documentation of interest to developers.',
      outputDevman: 'The output for manual pages of section 3.',
      outputInclude: 'The output for headers; `outputDev` by default.',
    },
  ),
  {
    name: 'setOutputFlags',
    type: 'boolean',
    says: 'Whether `./configure` is told where each output’s folders are (`--bindir=…`, …).',
    phase: 'configurePhase',
    default: 'true',
    snippet: 'false',
  },
  {
    name: 'moveToDev',
    type: 'boolean',
    says: 'Whether `.pc` files, cmake’s files and the like move to the output for development.',
    phase: 'fixupPhase',
    default: 'true',
    snippet: 'false',
  },
];

const installCheck: readonly KnownAttribute[] = [
  {
    name: 'installCheckFlags',
    ...words,
    says: 'What is given to make in `installCheckPhase`.',
    phase: 'installCheckPhase',
  },
  {
    name: 'installCheckTarget',
    ...text,
    says: 'The target that tests what was installed, `installcheck` by default.',
    phase: 'installCheckPhase',
  },
];

const dist: readonly KnownAttribute[] = [
  { name: 'distFlags', ...words, says: 'What is given to make in `distPhase`.', phase: 'distPhase' },
  {
    name: 'distTarget',
    ...text,
    says: 'The target that makes the archive.',
    phase: 'distPhase',
    default: '"dist"',
  },
  {
    name: 'tarballs',
    ...wordsOr,
    says: 'The archives to keep; patterns are understood.',
    phase: 'distPhase',
    default: '[ "*.tar.gz" ]',
  },
  {
    name: 'dontCopyDist',
    ...flag,
    says: 'Whether the archives are not copied to `$out`.',
    phase: 'distPhase',
  },
];

export const attributesOfPhases: readonly KnownAttribute[] = [
  ...unpack,
  ...patch,
  ...configure,
  ...build,
  ...check,
  ...install,
  ...fixup,
  ...installCheck,
  ...dist,
];
