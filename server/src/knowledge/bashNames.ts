/**
 * Functions and variables that a phase's bash finds. Source: the Nixpkgs manual, "The Standard Environment" (Shell functions and utilities; Phases),
 * nixpkgs' `pkgs/stdenv/generic/setup.sh`, `pkgs/build-support/setup-hooks/*`; the Nix manual, "Derivations" (the builder's environment). What a
 * derivation's own stdenv has is told by itself, once it was asked.
 */

export interface KnownBashFunction {
  readonly name: string;
  /** How it is called. */
  readonly usage: string;
  /** Markdown, whole sentences. */
  readonly says: string;
  /** The package whose setup hook defines it; absent for stdenv's own. */
  readonly from?: string;
}

type Row = readonly [name: string, usage: string, says: string, from?: string];

const rows: readonly Row[] = [
  [
    'runHook',
    'runHook HOOK',
    'Runs a hook: the variable or function of that name, and the entries of the array `HOOKHooks`.',
  ],
  [
    'runPhase',
    'runPhase PHASE',
    'Runs a phase as `genericBuild` would: tests its flag, prints its heading, and runs the variable or function of that name.',
  ],
  ['genericBuild', 'genericBuild', 'Runs all phases; what a builder does after `setup` was sourced.'],
  [
    'substituteInPlace',
    'substituteInPlace FILE… --replace-fail OLD NEW',
    'Replaces text in files. `--replace-fail` fails where `OLD` does not occur, `--replace-warn` warns, `--replace-quiet` is silent. `--subst-var NAME` replaces `@NAME@` by the variable’s value, `--subst-var-by NAME VALUE` by a value.',
  ],
  [
    'substitute',
    'substitute IN OUT --replace-fail OLD NEW',
    'As `substituteInPlace`, from one file into another.',
  ],
  [
    'substituteAll',
    'substituteAll IN OUT',
    'Replaces every `@name@` for which there is an exported variable of a lower-case name.',
  ],
  ['substituteAllInPlace', 'substituteAllInPlace FILE', 'As `substituteAll`, in the file itself.'],
  [
    'substituteStream',
    'substituteStream VARIABLE NAME --replace-fail OLD NEW',
    'As `substituteInPlace`, on the text of a variable.',
  ],
  [
    'patchShebangs',
    'patchShebangs [--build | --host] [--update] PATH…',
    'Makes `#!` lines name programs of the store: those on `PATH` with `--build`, those of `buildInputs` with `--host`.',
  ],
  [
    'moveToOutput',
    'moveToOutput PATTERN "$OUTPUT"',
    'Moves files below all outputs that match the pattern to another output.',
  ],
  ['unpackFile', 'unpackFile FILE', 'Unpacks an archive, or copies a folder, as `unpackPhase` does.'],
  [
    'appendToVar',
    'appendToVar NAME VALUE…',
    'Adds values at the end of a variable, be it a string, or an array as with `__structuredAttrs`.',
  ],
  [
    'prependToVar',
    'prependToVar NAME VALUE…',
    'Adds values at the begin of a variable, be it a string or an array.',
  ],
  [
    'concatTo',
    'concatTo ARRAY NAME…',
    'Adds the values of variables, strings or arrays, to an array; `NAME=default` says what to take without it.',
  ],
  [
    'concatStringsSep',
    'concatStringsSep SEPARATOR NAME',
    'Prints the elements of an array with a separator between them.',
  ],
  [
    'addToSearchPath',
    'addToSearchPath VARIABLE FOLDER',
    'Adds a folder to a variable like `PATH`, if it is there.',
  ],
  [
    'addToSearchPathWithCustomDelimiter',
    'addToSearchPathWithCustomDelimiter DELIMITER VARIABLE FOLDER',
    'As `addToSearchPath`, with another character than `:`.',
  ],
  [
    'getHostRole',
    'getHostRole',
    'In a setup hook: sets `role_post` and its kin for the platform of the input.',
  ],
  [
    'addEnvHooks',
    'addEnvHooks "$hostOffset" FUNCTION',
    'In a setup hook: has a function called for each input.',
  ],
  ['isELF', 'isELF FILE', 'Whether a file is an ELF binary.'],
  ['isMachO', 'isMachO FILE', 'Whether a file is a Mach-O binary.'],
  ['isScript', 'isScript FILE', 'Whether a file begins with `#!`.'],
  ['stripHash', 'stripHash PATH', 'Prints the name of a store path without its folder and hash.'],
  ['nixLog', 'nixLog TEXT', 'Prints a line to the log, with the function that does.'],
  ['nixErrorLog', 'nixErrorLog TEXT', 'Prints an error to the log.'],
  ['nixWarnLog', 'nixWarnLog TEXT', 'Prints a warning to the log; shown with `NIX_DEBUG` of at least 1.'],
  ['nixInfoLog', 'nixInfoLog TEXT', 'Prints a line to the log; shown with `NIX_DEBUG` of at least 3.'],
  ['echoCmd', 'echoCmd NAME VALUE…', 'Prints a name and values, quoted as bash would read them.'],
  ['dumpVars', 'dumpVars', 'Writes the exported variables to `env-vars` in the build directory.'],
  [
    'exitHandler',
    'exitHandler',
    'Runs `exitHook` or `failureHook`; stdenv’s trap at the end of the builder.',
  ],
  [
    'wrapProgram',
    'wrapProgram PROGRAM [--set NAME VALUE] [--prefix NAME : VALUE] [--add-flags ARGS]',
    'Moves a program aside and puts a wrapper in its place that sets variables and adds arguments.',
    'makeWrapper',
  ],
  [
    'makeWrapper',
    'makeWrapper PROGRAM WRAPPER [--set NAME VALUE] [--prefix NAME : VALUE] [--add-flags ARGS]',
    'Writes a script that starts a program with other variables and arguments.',
    'makeWrapper',
  ],
  [
    'wrapProgramShell',
    'wrapProgramShell PROGRAM …',
    'As `wrapProgram`, with a script also where `makeBinaryWrapper` is there.',
    'makeWrapper',
  ],
  [
    'wrapProgramBinary',
    'wrapProgramBinary PROGRAM …',
    'As `wrapProgram`, with a compiled wrapper.',
    'makeBinaryWrapper',
  ],
  [
    'installShellCompletion',
    'installShellCompletion --cmd NAME --bash FILE --fish FILE --zsh FILE',
    'Installs completions for shells. `<(program completion bash)` is a file, too.',
    'installShellFiles',
  ],
  [
    'installManPage',
    'installManPage FILE…',
    'Installs manual pages by the section in their names.',
    'installShellFiles',
  ],
  ['installBin', 'installBin FILE…', 'Installs programs to `bin` of their output.', 'installShellFiles'],
  [
    'autoPatchelf',
    'autoPatchelf [--no-recurse] PATH…',
    'Sets the interpreter and rpath of binaries to what the inputs have.',
    'autoPatchelfHook',
  ],
  [
    'addAutoPatchelfSearchPath',
    'addAutoPatchelfSearchPath FOLDER',
    'A folder more in which libraries are looked for.',
    'autoPatchelfHook',
  ],
  ['wrapGApp', 'wrapGApp PROGRAM [ARGS]', 'Wraps a program of GTK.', 'wrapGAppsHook3'],
  ['wrapQtApp', 'wrapQtApp PROGRAM [ARGS]', 'Wraps a program of Qt.', 'wrapQtAppsHook'],
  [
    'wrapPythonPrograms',
    'wrapPythonPrograms',
    'Wraps the programs in `bin` of every output so that they find their modules.',
    'python',
  ],
  ['cmakeConfigurePhase', 'cmakeConfigurePhase', 'The `configurePhase` of cmake’s hook.', 'cmake'],
  ['mesonConfigurePhase', 'mesonConfigurePhase', 'The `configurePhase` of meson’s hook.', 'meson'],
  ['ninjaBuildPhase', 'ninjaBuildPhase', 'The `buildPhase` of ninja’s hook.', 'ninja'],
  ['autoreconfPhase', 'autoreconfPhase', 'Runs `autoreconf`, before `configurePhase`.', 'autoreconfHook'],
  [
    'remove-references-to',
    'remove-references-to -t STORE-PATH FILE…',
    'Overwrites a store path’s hash in files, so that they no longer refer to it.',
    'removeReferencesTo',
  ],
];

export const bashFunctions: ReadonlyMap<string, KnownBashFunction> = new Map(
  rows.map(([name, usage, says, from]) => [
    name,
    { name, usage, says, ...(from === undefined ? {} : { from }) },
  ]),
);

/** Variables of every phase, with what they hold. */
export const bashVariables: ReadonlyMap<string, string> = new Map(
  Object.entries({
    out: 'The path of the output `out`, to install to.',
    outputs: 'The names of the outputs.',
    prefix: 'Where to install to: `$out`, unless the derivation says otherwise.',
    src: 'The path of the source.',
    srcs: 'The paths of the sources.',
    sourceRoot: 'The folder that the sources were unpacked to.',
    name: 'The name of the derivation.',
    pname: 'The name of the package.',
    version: 'The version of the package.',
    stdenv: 'The path of the standard environment.',
    system: 'The platform that builds.',
    curPhase: 'The phase that runs.',
    NIX_BUILD_TOP: 'The build directory; `TMPDIR` and `TMP` are the same.',
    NIX_BUILD_CORES: 'How many jobs a build may run.',
    NIX_STORE: 'The folder of the store.',
    NIX_LOG_FD: 'The file descriptor to which messages for Nix are written.',
    TMPDIR: 'The build directory.',
    PWD: 'The folder that the phase is in.',
    HOME: 'A folder that does not exist, so that nothing of a user’s is read. Programs that insist get `export HOME=$(mktemp -d)`.',
    PATH: 'The programs of `nativeBuildInputs` and of stdenv.',
    SHELL: 'stdenv’s bash.',
    SOURCE_DATE_EPOCH: 'The time that build tools shall write down: that of the newest file of the source.',
    NIX_CFLAGS_COMPILE: 'What the compiler wrapper adds when it compiles.',
    NIX_LDFLAGS: 'What the linker wrapper adds.',
    enableParallelBuilding: 'Whether make may run several jobs.',
  }),
);
