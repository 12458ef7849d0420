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
  'said-in-passing/python-reraised': 'dependencies: pythonModule ujson',
};

export const saidCauses: Readonly<Record<string, RegExp>> = {
  'configure-stopped/meson': /stopped: Problem encountered: The backend is unknown\. /,
  'said-in-passing/cmake-optional': /^The configuration stopped: Please specify a backend\. /,
  'said-in-passing/cmake-pkg-config': /^The configuration stopped: add_subdirectory given source "src"/,
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
