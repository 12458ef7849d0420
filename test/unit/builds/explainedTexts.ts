/** What is said of recorded texts, by their names: those about what a configuring tool, Python or a linker wants, and of whole logs. */

/** What of an input is missing, in which list it belongs. */
export const wantedInputs: Readonly<Record<string, string>> = {
  'network/pip': 'dependencies: pythonModule left-pad',
  'python-requirement/pip-build': 'build-system: pythonModule setuptools',
  'python-requirement/setup-requires': 'build-system: pythonModule pbr',
  'python-requirement/easy-install': 'build-system: pythonModule pbr',
  'python-requirement/build-1.2': 'build-system: pythonModule hatch-vcs',
  'python-requirement/build-1.6': 'build-system: pythonModule hatch-vcs',
  'python-requirement/runtime': 'dependencies: pythonModule requests',
  'cmake-package/config-dependency': 'buildInputs: cmakePackage absl',
  'cmake-package/doxygen': 'nativeBuildInputs: cmakePackage Doxygen',
  'cmake-package/header': 'buildInputs: header readline/readline.h',
  'cmake-package/openssl': 'buildInputs: cmakePackage OpenSSL',
  'cmake-package/program': 'nativeBuildInputs: command flex',
  'missing-header/meson': 'buildInputs: header zstd.h',
  'missing-library/archive': 'buildInputs: library zstd',
  'missing-library/meson': 'buildInputs: library zstd',
  'missing-library/mold': 'buildInputs: library zstd',
  'missing-library/rust-static': 'buildInputs: library sqlite3',
  'missing-pc/cmake-no-pkg-config': 'nativeBuildInputs: command pkg-config',
  'missing-pc/meson-no-pkg-config': 'nativeBuildInputs: command pkg-config',
  'no-compiler/meson-rust': 'nativeBuildInputs: command rustc',
  'said-in-passing/python-reraised': 'dependencies: pythonModule ujson',
};

export const saidCauses: Readonly<Record<string, RegExp>> = {
  'absolute-program/bash': /^The build calls \/usr\/bin\/perl, which does not exist/,
  'absolute-program/make': /^The build calls \/usr\/bin\/perl, which .*--replace-fail \/usr\/bin\/perl perl/s,
  'autotools/missing':
    /^make wants to make configure and the Makefiles anew, and aclocal-1\.15, .*autoreconfHook/s,
  'bad-interpreter/store': /^tools-1\.0\/bin\/gen cannot be started: .*overrideAttrs/s,
  'cmake-package/config-not-found': /^CMake finds foo, and it says .*: foo was built without a backend\. /,
  'cmake-package/config-version':
    /^CMake wants fmt in version 10, and the one among the inputs is 9\.1\.0\. /,
  'cmake-package/unsuitable-version':
    /^CMake wants Git in version at least 99, and the one among the inputs is 2\.39\.5\. /,
  'missing-configure/autogen': /^The source has no \.\/autogen\.sh\. /,
  'missing-library/import': /^A Python module that is imported does not find the library libGL\.so\./,
  'missing-library/search-libs': /^configure finds no library that has tgetent: /,
  'missing-pc/meson-version': /^The build wants zlib >= 99, and the one among the inputs is 1\.2\.13\. /,
  'missing-submodule/empty': /^CMake is to build \/build\/third_party\/fmt, and .*fetchSubmodules = true/s,
  'missing-submodule/none': /^CMake is to build third_party\/fmt, and .*fetchSubmodules = true/s,
  'no-compiler/meson': /^No compiler for C is there\..*stdenvNoCC/s,
  'offered-option/cmake':
    /^The configuration stopped: libjack was not found\..* buildInputs, or .*"-DWITH_JACK=OFF" in cmakeFlags/s,
  'python-requirement/version-from-git': /takes its version from git.*SETUPTOOLS_SCM_PRETEND_VERSION/s,
  'too-old/automake': /want Automake with 99\.1, and the one among the inputs is 1\.16\.5/,
  'undefined-reference/dso': /^The sources use libg, and do not name it.*"-lg"/s,
  'configure-stopped/meson': /stopped: Problem encountered: The backend is unknown\. /,
  'said-in-passing/cmake-optional': /^The configuration stopped: Please specify a backend\. /,
  'said-in-passing/cmake-pkg-config': /^The configuration stopped: The backend is unknown\. /,
  'said-in-passing/cmake-warning': /^The configuration stopped: No SOURCES given to target: p\. /,
  'python-requirement/runtime-version':
    /wants numpy<2, and the one among the inputs is 2\.3\.4\..*pythonRelaxDeps = \[ "numpy" \]/,
};

/** Nothing is known of what went wrong; what was said before it is not to blame. */
export const unexplained: readonly string[] = [
  'configure-stopped/unittest',
  'said-in-passing/cmake-configured',
  'said-in-passing/git-home',
  'said-in-passing/make-shell',
  'said-in-passing/node-tests',
  'said-in-passing/python-caught',
  'said-in-passing/shell',
];
