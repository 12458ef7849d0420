/**
 * Packages that are programs or setup hooks for the build, and that nothing links with. Source: the Nixpkgs manual, "Hooks reference", and the packages’
 * own places in nixpkgs (`pkgs/development/tools/build-managers`, `pkgs/build-support/setup-hooks`). Left out are those with libraries that
 * packages link with: bzip2, flex (libfl), gcc, libtool (libltdl), llvm, rpm, subversion, util-linux, vala.
 */
export const buildTools: ReadonlySet<string> = new Set(
  (
    'asciidoc asciidoctor autoconf autoconf-archive autogen automake autoreconfHook autoPatchelfHook bazel bdf2psf bison bmake breakpointHook ' +
    'byacc cargo cmake copyDesktopItems desktop-file-utils docbook2x docbook-xsl-nons docbook-xsl-ns dos2unix doxygen ' +
    'ensureNewerSourcesForZipFilesHook extra-cmake-modules gengetopt gnum4 gnumake gnustep-make go-md2man gogUnpackHook gperf gradle ' +
    'gtk-doc help2man installShellFiles intltool itstool jam m4 makeBinaryWrapper makeWrapper maven meson nasm ninja node-gyp node-gyp-build ' +
    'node-pre-gyp pandoc patchelf pkg-config pkgconf pkgconfig premake4 premake5 qmake ronn rpcsvc-proto rpmextract scons scdoc swig ' +
    'texinfo unzip updateAutotoolsGnuConfigScriptsHook validatePkgConfig wafHook wrapGAppsHook wrapGAppsHook3 wrapGAppsHook4 ' +
    'wrapGAppsNoGuiHook wrapPython wrapQtAppsHook xcbuildHook xcodebuild xmlto xvfb-run xvfb_run yacc yarn yasm zip'
  ).split(' '),
);

/** Programs that a build runs, and that a package’s own scripts may run just as well. */
export const programs: ReadonlySet<string> = new Set(
  'bc docutils gawk getopt git gnused gzip lit lld man patch poetry rsync setuptools-git setuptools-scm sphinx squashfsTools sudo which'.split(
    ' ',
  ),
);

/**
 * Whether an input of this name only runs while building. What is called a hook is a setup hook (`rustPlatform.cargoSetupHook`), but for
 * a package’s own, `finalAttrs.setupHook`.
 */
export function isBuildTool(name: string): boolean {
  return (
    buildTools.has(name) ||
    (/Hook\d?$/.test(name) && name !== 'setupHook') ||
    /^docbook_xml_dtd_\d+$/.test(name)
  );
}
