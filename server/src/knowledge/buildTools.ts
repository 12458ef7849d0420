/**
 * Packages that are programs or setup hooks for the build, and that nothing links with. Source: the Nixpkgs manual, "Hooks reference", and the packages’
 * own places in nixpkgs (`pkgs/development/tools/build-managers`, `pkgs/build-support/setup-hooks`).
 */
export const buildTools: ReadonlySet<string> = new Set(
  (
    'autoconf autoconf-archive autogen automake autoreconfHook autoPatchelfHook bison bmake byacc cargo cmake copyDesktopItems desktop-file-utils ' +
    'docbook2x doxygen extra-cmake-modules flex gengetopt gnumake gperf gradle ' +
    'gtk-doc help2man installShellFiles intltool itstool jam libtool makeBinaryWrapper makeWrapper maven meson ninja nasm pandoc patchelf ' +
    'pkg-config pkgconf pkgconfig premake4 premake5 qmake ronn rpmextract scons scdoc swig texinfo unzip ' +
    'updateAutotoolsGnuConfigScriptsHook vala validatePkgConfig wafHook wrapGAppsHook wrapGAppsHook3 wrapGAppsHook4 wrapQtAppsHook xmlto yacc yasm'
  ).split(' '),
);
