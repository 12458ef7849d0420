/** Setup hooks of tools that configure and build. Source: each hook's own script, and the Nixpkgs manual, "Hooks reference". */
import { flag, text, words, wordsOr } from '../attributes/kinds';
import { setupHook, type KnownSetupHook } from './setupHook';

const configure = { phase: 'configurePhase' } as const;
const build = { phase: 'buildPhase' } as const;
const check = { phase: 'checkPhase' } as const;
const install = { phase: 'installPhase' } as const;

export const buildSystemHooks: readonly KnownSetupHook[] = [
  setupHook(
    ['cmake', 'cmakeMinimal', 'extra-cmake-modules'],
    'pkgs/by-name/cm/cmake/setup-hook.sh',
    ['configurePhase'],
    [
      [
        { ...words, ...configure },
        { cmakeFlags: 'What is given to cmake. `lib.cmakeBool`, `lib.cmakeFeature` write such flags.' },
      ],
      [
        { ...text, ...configure },
        {
          cmakeDir: 'The folder of `CMakeLists.txt`, seen from the build folder; `..` by default.',
          cmakeBuildDir: 'The folder to build in, `build` by default.',
          cmakeBuildType: 'The build type, `Release` by default.',
        },
      ],
      [
        { ...flag, ...configure },
        {
          dontUseCmakeConfigure:
            'Whether cmake’s hook leaves `configurePhase` alone; for when cmake is only a program to call.',
          dontUseCmakeBuildDir: 'Whether it builds in the source folder.',
          dontFixCmake: 'Whether paths like `/usr` stay in cmake’s files.',
        },
      ],
    ],
  ),
  setupHook(
    ['meson'],
    'pkgs/by-name/me/meson/setup-hook.sh',
    ['configurePhase', 'checkPhase', 'installPhase'],
    [
      [
        { ...words, ...configure },
        {
          mesonFlags:
            'What is given to `meson setup`. `lib.mesonBool`, `lib.mesonEnable`, `lib.mesonOption` write such flags.',
        },
      ],
      [{ ...words, ...check }, { mesonCheckFlags: 'What is given to `meson test`.' }],
      [
        { ...words, ...install },
        {
          mesonInstallFlags: 'What is given to `meson install`.',
        },
      ],
      [
        { ...wordsOr, ...install },
        { mesonInstallTags: 'The tags to install, as `"runtime"`; all without it.' },
      ],
      [
        { ...text, ...configure },
        {
          mesonBuildType: 'The build type, `plain` by default.',
          mesonBuildDir: 'The folder to build in, `build` by default.',
          mesonAutoFeatures:
            'What features that are `auto` are taken for: `enabled` by default, so that none is silently left out.',
          mesonWrapMode:
            'Whether subprojects are downloaded; `nodownload` by default, for there is no network.',
        },
      ],
      [
        { ...flag, ...configure },
        {
          dontUseMesonConfigure: 'Whether meson’s hook leaves `configurePhase` alone.',
          dontUseMesonCheck: 'Whether meson’s hook leaves `checkPhase` to ninja.',
          dontUseMesonInstall: 'Whether meson’s hook leaves `installPhase` to ninja.',
        },
      ],
      [
        { ...flag, ...check },
        {
          dontAddTimeoutMultiplier: 'Whether tests keep their time limits, which a busy machine may exceed.',
        },
      ],
    ],
  ),
  setupHook(
    ['ninja', 'samurai'],
    'pkgs/by-name/ni/ninja/setup-hook.sh',
    ['buildPhase', 'checkPhase', 'installPhase'],
    [
      [{ ...words, ...build }, { ninjaFlags: 'What is given to ninja.' }],
      [{ ...flag, ...build }, { dontUseNinjaBuild: 'Whether ninja’s hook leaves `buildPhase` alone.' }],
      [{ ...flag, ...check }, { dontUseNinjaCheck: 'Whether ninja’s hook leaves `checkPhase` alone.' }],
      [{ ...flag, ...install }, { dontUseNinjaInstall: 'Whether ninja’s hook leaves `installPhase` alone.' }],
    ],
  ),
  setupHook(
    ['autoreconfHook', 'autoreconfHook269', 'autoreconfHook271'],
    'pkgs/build-support/setup-hooks/autoreconf.sh',
    ['autoreconfPhase'],
    [
      [
        { ...wordsOr, phase: 'autoreconfPhase' },
        { autoreconfFlags: 'What is given to `autoreconf`; `--install --force --verbose` without it.' },
      ],
      [
        { type: 'bash', snippet: "''\n  $0\n''", phase: 'autoreconfPhase' },
        {
          preAutoreconf: 'Commands that run before `autoreconf`.',
          postAutoreconf: 'Commands that run after `autoreconf`, before `configurePhase`.',
        },
      ],
    ],
  ),
  setupHook(
    ['qmake', 'qmake4Hook'],
    'pkgs/development/libraries/qt-6/hooks/qmake-hook.sh',
    ['configurePhase', 'qmakePrePhase'],
    [
      [{ ...words, ...configure }, { qmakeFlags: 'What is given to qmake: variables and the `.pro` file.' }],
      [
        { ...flag, ...configure },
        { dontUseQmakeConfigure: 'Whether qmake’s hook leaves `configurePhase` alone.' },
      ],
    ],
  ),
  setupHook(
    ['scons'],
    'pkgs/by-name/sc/scons/setup-hook.sh',
    ['buildPhase', 'checkPhase', 'installPhase'],
    [
      [{ ...words, ...build }, { sconsFlags: 'What is given to every call of scons.' }],
      [{ ...flag, ...build }, { dontUseSconsBuild: 'Whether scons’ hook leaves `buildPhase` alone.' }],
      [{ ...flag, ...check }, { dontUseSconsCheck: 'Whether scons’ hook leaves `checkPhase` alone.' }],
      [{ ...flag, ...install }, { dontUseSconsInstall: 'Whether scons’ hook leaves `installPhase` alone.' }],
    ],
  ),
  setupHook(
    // nixpkgs has it as `waf.hook`, formerly `wafHook`.
    ['waf', 'wafHook'],
    'pkgs/by-name/wa/waf/setup-hook.sh',
    ['configurePhase', 'buildPhase', 'installPhase'],
    [
      [
        { ...text, ...configure },
        {
          wafPath: 'The waf to run: `./waf` by default; nixpkgs’ own is put there where the source has none.',
        },
      ],
      [
        { ...words, ...configure },
        {
          wafConfigureFlags: 'What is given to `waf configure`.',
          wafFlags: 'What is given to waf to build and to install.',
        },
      ],
      [
        { ...wordsOr, ...configure },
        { wafConfigureTargets: 'The commands of waf that configure; `configure` without it.' },
      ],
      [{ ...words, ...build }, { wafBuildFlags: 'What is given to `waf build`.' }],
      [{ ...wordsOr, ...build }, { wafBuildTargets: 'The commands of waf that build; `build` without it.' }],
      [{ ...words, ...install }, { wafInstallFlags: 'What is given to `waf install`.' }],
      [
        { ...wordsOr, ...install },
        { wafInstallTargets: 'The commands of waf that install; `install` without it.' },
      ],
      [
        { ...flag, ...configure },
        {
          dontUseWafConfigure: 'Whether waf’s hook leaves `configurePhase` alone.',
          dontAddWafCrossFlags: 'Whether no flags for cross-compiling are added.',
        },
      ],
      [{ ...flag, ...build }, { dontUseWafBuild: 'Whether waf’s hook leaves `buildPhase` alone.' }],
      [{ ...flag, ...install }, { dontUseWafInstall: 'Whether waf’s hook leaves `installPhase` alone.' }],
    ],
  ),
  setupHook(
    ['just'],
    'pkgs/by-name/ju/just/setup-hook.sh',
    ['buildPhase', 'checkPhase', 'installPhase'],
    [
      [{ ...words, ...build }, { justFlags: 'What is given to every call of just.' }],
      [{ ...flag, ...build }, { dontUseJustBuild: 'Whether just’s hook leaves `buildPhase` alone.' }],
      [{ ...flag, ...check }, { dontUseJustCheck: 'Whether just’s hook leaves `checkPhase` alone.' }],
      [{ ...flag, ...install }, { dontUseJustInstall: 'Whether just’s hook leaves `installPhase` alone.' }],
    ],
  ),
  setupHook(
    // nixpkgs has it as `zig.hook`.
    ['zig'],
    'pkgs/development/compilers/zig/setup-hook.sh',
    ['configurePhase', 'buildPhase', 'checkPhase', 'installPhase'],
    [
      [{ ...words, ...build }, { zigBuildFlags: 'What is given to `zig build`.' }],
      [{ ...words, ...check }, { zigCheckFlags: 'What is given to `zig build test`.' }],
      [{ ...words, ...install }, { zigInstallFlags: 'What is given to `zig build install`.' }],
      [
        { ...flag, ...build },
        {
          dontUseZigConfigure: 'Whether zig’s hook leaves `configurePhase` alone.',
          dontUseZigBuild: 'Whether zig’s hook leaves `buildPhase` alone.',
          dontSetZigDefaultFlags: 'Whether the flags for optimising and for the processor are not added.',
        },
      ],
      [{ ...flag, ...check }, { dontUseZigCheck: 'Whether zig’s hook leaves `checkPhase` alone.' }],
      [{ ...flag, ...install }, { dontUseZigInstall: 'Whether zig’s hook leaves `installPhase` alone.' }],
    ],
  ),
  setupHook(
    ['bmake'],
    'pkgs/by-name/bm/bmake/setup-hook.sh',
    ['buildPhase', 'checkPhase', 'installPhase', 'distPhase'],
    [
      [{ ...flag, ...build }, { dontUseBmakeBuild: 'Whether bmake’s hook leaves `buildPhase` alone.' }],
      [{ ...flag, ...check }, { dontUseBmakeCheck: 'Whether bmake’s hook leaves `checkPhase` alone.' }],
      [{ ...flag, ...install }, { dontUseBmakeInstall: 'Whether bmake’s hook leaves `installPhase` alone.' }],
      [
        { ...flag, phase: 'distPhase' },
        { dontUseBmakeDist: 'Whether bmake’s hook leaves `distPhase` alone.' },
      ],
    ],
  ),
  setupHook(
    ['xcbuildHook', 'xcbuild'],
    'pkgs/by-name/xc/xcbuild/setup-hook.sh',
    ['buildPhase', 'installPhase'],
    [
      [{ ...words, ...build }, { xcbuildFlags: 'What is given to `xcodebuild`.' }],
      [{ ...flag, ...build }, { dontUseXcbuild: 'Whether xcbuild’s hook leaves the phases alone.' }],
    ],
  ),
  setupHook(
    ['gradle'],
    'pkgs/development/tools/build-managers/gradle/setup-hook.sh',
    ['configurePhase', 'buildPhase', 'checkPhase'],
    [
      [{ ...words, ...build }, { gradleFlags: 'What is given to every call of gradle.' }],
      [
        { ...text, ...build },
        {
          gradleBuildTask: 'The task that builds, `assemble` by default.',
          gradleUpdateTask: 'The task that downloads all that is needed, `nixDownloadDeps` by default.',
          gradleInitScript: 'A script of gradle’s that makes archives reproducible by default.',
        },
      ],
      [{ ...text, ...check }, { gradleCheckTask: 'The task that tests, `test` by default.' }],
      [
        { ...flag, ...build },
        {
          dontUseGradleConfigure: 'Whether gradle’s hook leaves `configurePhase` alone.',
          dontUseGradleBuild: 'Whether gradle’s hook leaves `buildPhase` alone.',
        },
      ],
      [{ ...flag, ...check }, { dontUseGradleCheck: 'Whether gradle’s hook leaves `checkPhase` alone.' }],
    ],
  ),
];
