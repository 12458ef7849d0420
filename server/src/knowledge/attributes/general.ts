/**
 * Attributes that say what a derivation is and what it is made of. Source: the Nixpkgs manual, "The Standard Environment" (Attributes;
 * Specifying dependencies) and "Multiple-output packages"; nixpkgs' `pkgs/stdenv/generic/make-derivation.nix`.
 */
import { alike, type KnownAttribute } from './attribute';
import { packages, words } from './kinds';

/** Source: the Nixpkgs manual, "Hardening in Nixpkgs", and `pkgs/build-support/cc-wrapper/add-hardening.sh`. */
const hardening = {
  all: 'All of them.',
  bindnow: 'Symbols are bound when the program starts.',
  format: 'Formats that are no literals are errors.',
  fortify: 'Calls that overflow buffers are found, as far as the compiler can tell.',
  fortify3: 'As `fortify`, with buffers whose size is known only when it runs.',
  pic: 'Code that does not depend on its place.',
  pie: 'Programs that do not depend on their place.',
  relro: 'Sections that are read-only once relocated.',
  stackprotector: 'Overflows of the stack are found.',
  stackclashprotection: 'The stack cannot grow into other memory unseen.',
  strictoverflow: 'Overflow of signed numbers is defined.',
  zerocallusedregs: 'Registers are cleared when a function returns.',
};

export const generalAttributes: readonly KnownAttribute[] = [
  {
    name: 'pname',
    type: 'string',
    says: 'The name of the package without its version. With `version` it makes the derivation’s name, `pname-version`.',
    snippet: '"$0"',
  },
  {
    name: 'version',
    type: 'string',
    says: 'The version, as upstream counts it. It is the second part of the name and a variable of the builder.',
    snippet: '"$0"',
  },
  {
    name: 'name',
    type: 'string',
    says: 'The whole name of the derivation, which its store paths bear. `pname` and `version` are usually given instead.',
    snippet: '"$0"',
  },
  {
    name: 'src',
    type: 'path or derivation',
    says: 'The source: a path, or what a fetcher gives. `unpackPhase` unpacks it when it is an archive and copies it when it is a folder.',
    phase: 'unpackPhase',
  },
  {
    name: 'srcs',
    type: 'list of paths or derivations',
    says: 'Several sources, all unpacked by `unpackPhase`. With more than one folder unpacked, `sourceRoot` has to name the one to build in.',
    phase: 'unpackPhase',
    snippet: '[ $0 ]',
  },
  {
    name: 'meta',
    type: 'set',
    says: 'What people and tools are told of the package: `description`, `homepage`, `license`, … Nothing of it reaches the builder: an edit rebuilds nothing.',
    snippet: '{\n  description = "$1";\n  homepage = "$2";\n  license = $3;\n  mainProgram = "$4";\n}',
  },
  {
    name: 'passthru',
    type: 'set',
    says: 'Attributes of the package’s value that the builder does not get, as `passthru.tests` and `passthru.updateScript`. An edit rebuilds nothing.',
    snippet: '{\n  $0\n}',
  },
  {
    name: 'outputs',
    type: 'list of strings',
    says: 'The outputs that the builder makes, each a store path of its own and a variable of that name. The first is the default.',
    default: '[ "out" ]',
    snippet: '[\n  "out"\n  "dev"\n]',
    choices: {
      out: 'The default output, and what no other takes.',
      bin: 'Programs.',
      dev: 'Headers, `.pc` files and what else is for building.',
      lib: 'Libraries.',
      static: 'Static libraries.',
      doc: 'Documentation for users.',
      devdoc: 'Documentation for developers.',
      man: 'Manual pages, those of section 3 aside.',
      devman: 'Manual pages of section 3.',
      info: 'Info pages.',
      debug: 'Debug information; `separateDebugInfo` adds it.',
    },
  },
  {
    name: 'env',
    type: 'set of strings',
    says: 'Variables of the builder’s environment. Only strings, booleans, numbers and derivations may stand here; no name may be given both here and outside.',
    snippet: '{\n  $0\n}',
  },
  {
    name: 'stdenv',
    type: 'derivation',
    says: 'The standard environment whose `setup` is sourced; given by `mkDerivation` itself.',
  },
  {
    name: 'builder',
    type: 'path',
    says: 'The program that builds. stdenv gives its bash; with a script of your own, source `$stdenv/setup` in it first.',
    default: 'stdenv’s bash',
  },
  {
    name: 'args',
    type: 'list of strings',
    says: 'The arguments of `builder`.',
    default: '[ "-e" ./default-builder.sh ]',
    snippet: '[ $0 ]',
  },
  {
    name: 'system',
    type: 'string',
    says: 'The platform that builds, as `x86_64-linux`. stdenv gives it.',
  },
  {
    name: 'nativeBuildInputs',
    ...packages,
    says: 'Programs that run while building (compilers’ helpers, `pkg-config`, `cmake`, setup hooks). They are for the platform that builds, and are put on `PATH`.',
  },
  {
    name: 'buildInputs',
    ...packages,
    says: 'Libraries and interpreters that the result is linked with or run by. They are for the platform that runs the result.',
  },
  {
    name: 'propagatedBuildInputs',
    ...packages,
    says: 'As `buildInputs`, and whoever depends on this package gets them, too. Usual for Python modules; for libraries only where headers or `.pc` files need it.',
  },
  {
    name: 'propagatedNativeBuildInputs',
    ...packages,
    says: 'As `nativeBuildInputs`, and whoever has this package among theirs gets them, too.',
  },
  ...alike(packages, {
    depsBuildBuild:
      'Programs that run while building and make what runs while building: build platform for build platform.',
    depsBuildBuildPropagated: 'As `depsBuildBuild`, and passed on to dependents.',
    depsBuildTarget:
      'Programs that run while building and make what the target platform runs; for compilers, when cross-compiling.',
    depsBuildTargetPropagated: 'As `depsBuildTarget`, and passed on to dependents.',
    depsHostHost: 'What runs where the result runs and makes what runs there.',
    depsHostHostPropagated: 'As `depsHostHost`, and passed on to dependents.',
    depsTargetTarget: 'Libraries for the target platform; for compilers.',
    depsTargetTargetPropagated: 'As `depsTargetTarget`, and passed on to dependents.',
  }),
  {
    name: 'nativeCheckInputs',
    ...packages,
    says: 'Programs that `checkPhase` runs. They count as `nativeBuildInputs` when `doCheck` is true, and are not there otherwise.',
  },
  {
    name: 'checkInputs',
    ...packages,
    says: 'Libraries that the tests are linked with. They count as `buildInputs` when `doCheck` is true. Programs belong to `nativeCheckInputs`.',
  },
  {
    name: 'nativeInstallCheckInputs',
    ...packages,
    says: 'Programs that `installCheckPhase` runs, there when `doInstallCheck` is true.',
  },
  {
    name: 'installCheckInputs',
    ...packages,
    says: 'Libraries that the tests of the installed package need, there when `doInstallCheck` is true.',
  },
  {
    name: 'propagatedUserEnvPkgs',
    ...packages,
    says: 'Packages that are installed along when a user installs this one with `nix-env`.',
    phase: 'fixupPhase',
  },
  {
    name: 'strictDeps',
    type: 'boolean',
    says: 'Whether only `nativeBuildInputs` are put on `PATH`, as it is when cross-compiling anyway. It finds inputs that stand in the wrong list.',
    default: 'false',
    snippet: 'true',
  },
  {
    name: 'setupHook',
    type: 'path',
    says: 'A bash script that is sourced in the build of whoever has this package among the inputs; `fixupPhase` puts it into `$out/nix-support/setup-hook`.',
    phase: 'fixupPhase',
  },
  {
    name: 'setupHooks',
    type: 'list of paths',
    says: 'As `setupHook`, with several scripts.',
    phase: 'fixupPhase',
    snippet: '[ $0 ]',
  },
  {
    name: 'separateDebugInfo',
    type: 'boolean',
    says: 'Whether debug information is put into an output `debug` of its own. `mkDerivation` adds the output and a setup hook, which has the package built with `-g`.',
    default: 'false',
    snippet: 'true',
  },
  {
    name: 'enableParallelBuilding',
    type: 'boolean',
    says: 'Whether make may run as many jobs as Nix gives the build cores (`-j$NIX_BUILD_CORES`). The hooks of cmake, meson and qmake set it themselves, and ninja’s has ninja run several jobs anyway.',
    phase: 'buildPhase',
    default: 'false',
    snippet: 'true',
  },
  ...alike(
    { ...words, choices: hardening },
    {
      hardeningDisable:
        'Hardening flags of the compiler wrapper to leave out, as `"format"`, `"fortify"`, `"pic"`, or `"all"`.',
      hardeningEnable: 'Hardening flags of the compiler wrapper to add to the default ones, as `"pie"`.',
    },
  ),
  {
    name: 'pos',
    type: 'position',
    says: 'Where `meta.position` says that the package is written; by default the place of its name or version.',
  },
];
