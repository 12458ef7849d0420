/** Wordings of tools and versions that are not here, each as its own source has it; of recorded texts see explanations.test.ts. */
import { equal, match } from 'node:assert/strict';
import { explainFailure } from '../../../server/src/builds/explanations/explainFailure';
import type { Finding } from '../../../server/src/builds/explanations/rule';

function explain(text: string): Finding | null {
  const lines = text.replace(/^\n/, '').split('\n');
  return explainFailure({ message: '', hashMismatch: null, phase: 'buildPhase', lines, fetches: false });
}

/** Tool and version, its text, the input that is wanted in which list. */
const wanted: readonly (readonly [tool: string, text: string, input: string])[] = [
  [
    'cargo 1.80 that prints what a build script says, indented; pkg-config 0.29',
    `
error: failed to run custom build command for \`openssl-sys v0.9.104\`

Caused by:
  process didn't exit successfully: \`/build/target/release/build/openssl-sys-1/build-script-main\` (exit status: 101)
  --- stderr
  Package openssl was not found in the pkg-config search path.
  Perhaps you should add the directory containing \`openssl.pc'
  to the PKG_CONFIG_PATH environment variable
  No package 'openssl' found
warning: build failed, waiting for other jobs to finish...`,
    'buildInputs: pkgConfig openssl',
  ],
  [
    'the crate pkg-config 0.3.30',
    `
  pkg-config exited with status code 1
  > PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 pkg-config --libs --cflags openssl

  The system library \`openssl\` required by crate \`openssl-sys\` was not found.
  The file \`openssl.pc\` needs to be installed and the PKG_CONFIG_PATH environment variable must contain its parent directory.
  The PKG_CONFIG_PATH environment variable is not set.`,
    'buildInputs: pkgConfig openssl',
  ],
  [
    'the crate pkg-config 0.3.30 without pkg-config',
    `
  Could not run \`PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 pkg-config --libs --cflags alsa\`
  The pkg-config command could not be found.

  Most likely, you need to install a pkg-config package for your OS.`,
    'nativeBuildInputs: command pkg-config',
  ],
  [
    'meson 1.0 that also tried CMake, without pkg-config',
    `
Did not find pkg-config by name 'pkg-config'
Found Pkg-config: NO
Found CMake: /bin/cmake (3.29.6)
Run-time dependency gtk4 found: NO (tried pkgconfig and cmake)

meson.build:2:0: ERROR: Dependency "gtk4" not found, tried pkgconfig and cmake`,
    'nativeBuildInputs: command pkg-config',
  ],
  [
    'meson 1.4 without pkg-config',
    `
Did not find pkg-config by name 'pkg-config'
Found pkg-config: NO
meson.build:2:0: ERROR: Dependency lookup for gtk4 with method 'pkgconfig' failed: Pkg-config for machine host machine not found. Giving up.`,
    'nativeBuildInputs: command pkg-config',
  ],
  [
    'meson 1.4, a dependency of what it found',
    `
meson.build:2:0: ERROR: Dependency lookup for glib-2.0 with method 'pkgconfig' failed: Could not generate cflags for glib-2.0:
Package libpcre2-8 was not found in the pkg-config search path.
Perhaps you should add the directory containing \`libpcre2-8.pc'`,
    'buildInputs: pkgConfig libpcre2-8',
  ],
  [
    'meson that does not say what it tried',
    'meson.build:2:0: ERROR: Dependency "libfoo" not found',
    'buildInputs: pkgConfig libfoo',
  ],
  [
    'meson that asked another tool',
    'meson.build:2:0: ERROR: Dependency "pcap" not found, tried config-tool',
    'buildInputs: pkgConfig pcap',
  ],
  [
    'CMake 3.25, the headers of Python',
    `
CMake Error at /share/cmake-3.25/Modules/FindPackageHandleStandardArgs.cmake:230 (message):
  Could NOT find Python3 (missing: Python3_INCLUDE_DIRS Python3_LIBRARIES
  Development Development.Module Development.Embed) (found version "3.11.2")`,
    'buildInputs: cmakePackage Python3',
  ],
  [
    'CMake 3.25, the interpreter of Python',
    `
CMake Error at /share/cmake-3.25/Modules/FindPackageHandleStandardArgs.cmake:230 (message):
  Could NOT find Python3 (missing: Python3_EXECUTABLE Interpreter)`,
    'nativeBuildInputs: cmakePackage Python3',
  ],
  [
    'CMake 3.29, a dependency of a package',
    `
CMake Error at CMakeLists.txt:3 (find_package):
  Found package configuration file:

    /lib/cmake/foo/foo-config.cmake

  but it set foo_FOUND to FALSE so package "foo" is considered to be NOT
  FOUND.  Reason given by package:

  foo could not be found because dependency Boost could not be found.`,
    'buildInputs: cmakePackage Boost',
  ],
  [
    'autoPatchelfHook of nixpkgs 24.11',
    `
error: auto-patchelf could not satisfy dependency libX11.so.6 wanted by /nix/store/00000000000000000000000000000000-app-1.0/bin/app
auto-patchelf failed to find all the required dependencies.
Add the missing dependencies to --libs or use \`--ignore-missing="foo.so.1 bar.so etc.so"\`.`,
    'buildInputs: library X11',
  ],
  ['ld64.lld 18', 'ld64.lld: error: library not found for -lpng', 'buildInputs: library png'],
  ["Apple's ld of Xcode 15", "ld: library 'png' not found", 'buildInputs: library png'],
];

/** Tool and version, its text, what is said. */
const said: readonly (readonly [tool: string, text: string, words: RegExp])[] = [
  [
    'pkg-config 0.29',
    "Requested 'glib-2.0 >= 2.90' but version of GLib is 2.76.0",
    /^The build wants glib-2\.0 >= 2\.90, and the one among the inputs is 2\.76\.0\. /,
  ],
  [
    'CMake 3.31 and pkgconf 2.3',
    `
-- Checking for module 'glib-2.0>=2.90'
--   Package dependency requirement 'glib-2.0 >= 2.90' could not be satisfied.
--   Package 'glib-2.0' has version '2.76.0', required version is '>= 2.90'
CMake Error at /share/cmake-3.31/Modules/FindPkgConfig.cmake:645 (message):
  The following required packages were not found:

   - glib-2.0>=2.90`,
    /^The build wants glib-2\.0 >= 2\.90, and the one among the inputs is 2\.76\.0\. /,
  ],
  [
    'CMake 4.0',
    `
CMake Error at CMakeLists.txt:1 (cmake_minimum_required):
  Compatibility with CMake < 3.5 has been removed from CMake.

  Update the VERSION argument <min> value.  Or, use the <min>...<max> syntax
  to tell CMake that the project requires at least <min> but has been updated
  to work with policies introduced by <max> or earlier.

  Or, add -DCMAKE_POLICY_VERSION_MINIMUM=3.5 to try configuring anyway.`,
    /cmakeFlags = \[ "-DCMAKE_POLICY_VERSION_MINIMUM=3\.5" \]/,
  ],
  [
    "Meson 1.0's feature.require()",
    'meson.build:12:46: ERROR: Feature jack cannot be enabled: libjack is needed',
    /^The configuration stopped: libjack is needed\. .*"-Djack=disabled" in mesonFlags/,
  ],
  [
    'autoPatchelfHook of nixpkgs 24.11, the library of the compiler',
    'error: auto-patchelf could not satisfy dependency libstdc++.so.6 wanted by /nix/store/00000000000000000000000000000000-app-1.0/bin/app',
    /^app needs libstdc\+\+\.so\.6, .*stdenv\.cc\.cc\.lib/,
  ],
  [
    "Apple's ld",
    'ld: framework not found CoreAudio',
    /^The framework CoreAudio of macOS is not found\..*apple-sdk/,
  ],
  ['ld64.lld 18', 'ld64.lld: error: framework not found CoreAudio', /^The framework CoreAudio/],
  [
    'gcc 14',
    `
m.c: In function 'main':
m.c:1:25: error: implicit declaration of function 'f' [-Wimplicit-function-declaration]
    1 | int main(void) { return f(); }
      |                         ^`,
    /older C than the compiler takes: implicit-function-declaration was a warning.*-Wno-error=implicit-function-declaration/s,
  ],
  [
    'clang 16',
    `
m.c:1:25: error: call to undeclared function 'f'; ISO C99 and later do not support implicit function declarations [-Wimplicit-function-declaration]
int main(void) { return f(); }
                        ^
1 error generated.`,
    /older C than the compiler takes/,
  ],
  [
    'clang 14, a file beside the one that includes it',
    `
m.c:1:10: error: 'zlib.h' file not found with <angled> include; use "quotes" instead
#include <zlib.h>
         ^~~~~~~~
         "zlib.h"
1 error generated.`,
    /^The compiler looks for the header zlib\.h among the libraries, and it is one of the sources’ own\. /,
  ],
  [
    'pbr 6',
    "Exception: Versioning for this project requires either an sdist tarball, or access to an upstream git repository. It's also possible that there is a mismatch between the package name in setup.cfg and the argument given to pbr.version.VersionInfo. Project name p was given, but was not able to be found.",
    /takes its version from git.*env\.PBR_VERSION = version/,
  ],
  [
    'meson, where CC names a compiler that is not there',
    "meson.build:1:0: ERROR: Unknown compiler(s): [['x86_64-linux-gnu-gcc']]",
    /^No compiler for C is there\./,
  ],
  [
    'automake 1.13 in bash',
    `
/build/p/missing: line 81: aclocal-1.13: command not found
WARNING: 'aclocal-1.13' is missing on your system.
make: *** [Makefile:400: aclocal.m4] Error 127`,
    /make configure and the Makefiles anew, and aclocal-1\.13, .*autoreconfHook/s,
  ],
];

/** What others say that is none of these tools’. */
const others: readonly (readonly [tool: string, text: string])[] = [
  ['npmConfigHook of nixpkgs', '\nERROR: npmDepsHash is out of date\n'],
  [
    'noBrokenSymlinks of nixpkgs',
    'ERROR: noBrokenSymlinks: found 1 dangling symlinks, 0 reflexive symlinks and 0 unreadable symlinks',
  ],
  ['configure', 'checking for library containing tgetent... no\nchecking for gcc... gcc'],
  ['pkg-config in a test', 'ok 3 - Package foo was not found in the pkg-config search path'],
];

describe('wordings', () => {
  for (const [tool, text, input] of wanted) {
    it(`of ${tool}: ${input}`, () => {
      const remedy = explain(text)?.remedy;
      equal(
        remedy?.kind === 'input' && `${remedy.attribute}: ${remedy.wanted.kind} ${remedy.wanted.name}`,
        input,
      );
    });
  }
  for (const [tool, text, words] of said) {
    it(`of ${tool}`, () => {
      const { cause = '', advice = '' } = explain(text) ?? {};
      match(`${cause} ${advice}`, words);
    });
  }
  for (const [tool, text] of others) {
    it(`of ${tool} are not taken for a configuring tool's`, () => {
      const { cause = '' } = explain(text) ?? {};
      equal(/configuration stopped|library|pkg-config/.test(cause), false, cause);
    });
  }
});
