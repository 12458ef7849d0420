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
};

export const saidCauses: Readonly<Record<string, RegExp>> = {
  'configure-stopped/meson': /stopped: Problem encountered: The backend is unknown\. /,
  'python-requirement/runtime-version':
    /wants numpy<2, and the one among the inputs is 2\.3\.4\..*pythonRelaxDeps = \[ "numpy" \]/,
};

/** Nothing is known of what went wrong; what was said before it is not to blame. */
export const unexplained: readonly string[] = [
  'configure-stopped/unittest',
];
