/**
 * What the setup hooks of tools read. Source: the Nixpkgs manual, "Hooks reference", and the `setup-hook.sh` of each package.
 */
import { alike, type KnownAttribute } from './attribute';

const words = { type: 'list of strings', default: '[ ]', snippet: '[ "$0" ]' };
const flag = { type: 'boolean', default: 'false', snippet: 'true' };
const text = { type: 'string', snippet: '"$0"' };

const cmake: readonly KnownAttribute[] = [
  ...alike(
    { ...words, phase: 'configurePhase', needs: 'cmake' },
    {
      cmakeFlags: 'What is given to cmake. `lib.cmakeBool`, `lib.cmakeFeature` write such flags.',
    },
  ),
  ...alike(
    { ...text, phase: 'configurePhase', needs: 'cmake' },
    {
      cmakeDir: 'The folder of `CMakeLists.txt`, seen from the build folder; `..` by default.',
      cmakeBuildDir: 'The folder to build in, `build` by default.',
      cmakeBuildType: 'The build type, `Release` by default.',
    },
  ),
  ...alike(
    { ...flag, phase: 'configurePhase', needs: 'cmake' },
    {
      dontUseCmakeConfigure:
        'Whether cmake’s hook leaves `configurePhase` alone; for when cmake is only a program to call.',
      dontUseCmakeBuildDir: 'Whether it builds in the source folder.',
      dontFixCmake: 'Whether paths like `/usr` stay in cmake’s files.',
    },
  ),
];

const meson: readonly KnownAttribute[] = [
  ...alike(
    { ...words, needs: 'meson' },
    {
      mesonFlags:
        'What is given to `meson setup`. `lib.mesonBool`, `lib.mesonEnable`, `lib.mesonOption` write such flags.',
    },
  ).map((each) => ({ ...each, phase: 'configurePhase' })),
  {
    name: 'mesonCheckFlags',
    ...words,
    says: 'What is given to `meson test`.',
    phase: 'checkPhase',
    needs: 'meson',
  },
  {
    name: 'mesonInstallFlags',
    ...words,
    says: 'What is given to `meson install`.',
    phase: 'installPhase',
    needs: 'meson',
  },
  {
    name: 'mesonBuildType',
    ...text,
    says: 'The build type, `plain` by default.',
    phase: 'configurePhase',
    needs: 'meson',
  },
  {
    name: 'dontUseMesonConfigure',
    ...flag,
    says: 'Whether meson’s hook leaves `configurePhase` alone.',
    phase: 'configurePhase',
    needs: 'meson',
  },
];

const ninja: readonly KnownAttribute[] = [
  { name: 'ninjaFlags', ...words, says: 'What is given to ninja.', phase: 'buildPhase', needs: 'ninja' },
  ...alike(
    { ...flag, needs: 'ninja' },
    {
      dontUseNinjaBuild: 'Whether ninja’s hook leaves `buildPhase` alone.',
      dontUseNinjaCheck: 'Whether ninja’s hook leaves `checkPhase` alone.',
      dontUseNinjaInstall: 'Whether ninja’s hook leaves `installPhase` alone.',
    },
  ),
];

const others: readonly KnownAttribute[] = [
  { name: 'autoreconfFlags', ...words, says: 'What is given to `autoreconf`.', needs: 'autoreconfHook' },
  ...alike(
    { ...flag, phase: 'fixupPhase' },
    {
      dontWrapGApps:
        'Whether programs are not wrapped; call `wrapGApp` yourself, or give `gappsWrapperArgs` to another wrapper.',
      dontWrapQtApps:
        'Whether programs are not wrapped; call `wrapQtApp` yourself, or give `qtWrapperArgs` to another wrapper.',
      dontAutoPatchelf: 'Whether nothing is patched by itself; call `autoPatchelf` yourself.',
    },
  ),
  {
    name: 'qtWrapperArgs',
    ...words,
    says: 'What is given to the wrapper of Qt’s programs.',
    phase: 'fixupPhase',
    needs: 'wrapQtAppsHook',
  },
  {
    name: 'autoPatchelfIgnoreMissingDeps',
    ...words,
    says: 'Libraries that may be missing, as `"libcuda.so.1"`.',
    phase: 'fixupPhase',
    needs: 'autoPatchelfHook',
  },
  {
    name: 'runtimeDependencies',
    type: 'list of packages',
    says: 'Packages whose libraries are put on the rpath though nothing is linked with them.',
    phase: 'fixupPhase',
    default: '[ ]',
    snippet: '[ $0 ]',
    needs: 'autoPatchelfHook',
  },
  {
    name: 'desktopItems',
    type: 'list of derivations',
    says: 'Desktop entries to install, of `makeDesktopItem`.',
    phase: 'installPhase',
    snippet: '[ $0 ]',
    needs: 'copyDesktopItems',
  },
];

export const attributesOfTools: readonly KnownAttribute[] = [...cmake, ...meson, ...ninja, ...others];
