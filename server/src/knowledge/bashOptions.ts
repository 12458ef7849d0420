/**
 * Options of the commands that stdenv and setup hooks give to bash. Source: the Nixpkgs manual, "The Standard Environment" (Shell functions and
 * utilities) and "Hooks reference"; `pkgs/stdenv/generic/setup.sh`, `pkgs/build-support/setup-hooks/make-wrapper.sh`, `patch-shebangs.sh`,
 * `pkgs/by-name/in/installShellFiles/setup-hook.sh`.
 */

export type BashOptions = Readonly<Record<string, string>>;

const substitute: BashOptions = {
  '--replace-fail': 'Replaces a text by another; fails where it does not occur.',
  '--replace-warn': 'Replaces a text by another; warns where it does not occur.',
  '--replace-quiet': 'Replaces a text by another, if it occurs.',
  '--subst-var': 'Replaces `@NAME@` by the value of the variable.',
  '--subst-var-by': 'Replaces `@NAME@` by a value.',
};

const wrap: BashOptions = {
  '--set': '`--set NAME VALUE`: gives a variable this value.',
  '--set-default': '`--set-default NAME VALUE`: gives a variable this value where it has none.',
  '--unset': '`--unset NAME`: removes a variable.',
  '--prefix':
    '`--prefix NAME : VALUE`: puts a value before what the variable has, with a separator between them.',
  '--suffix':
    '`--suffix NAME : VALUE`: puts a value after what the variable has, with a separator between them.',
  '--prefix-each': '`--prefix-each NAME : "A B"`: as `--prefix`, for each of several values.',
  '--suffix-each': '`--suffix-each NAME : "A B"`: as `--suffix`, for each of several values.',
  '--add-flags': '`--add-flags ARGS`: puts arguments before those that are given; split at blanks.',
  '--append-flags': '`--append-flags ARGS`: puts arguments after those that are given; split at blanks.',
  '--add-flag': '`--add-flag ARG`: puts one argument before those that are given.',
  '--append-flag': '`--append-flag ARG`: puts one argument after those that are given.',
  '--argv0': '`--argv0 NAME`: the name under which the program sees itself.',
  '--inherit-argv0': 'The program sees itself under the name that the wrapper was called by.',
  '--resolve-argv0': 'As `--inherit-argv0`, with the whole path where the name has no `/`.',
  '--chdir': '`--chdir FOLDER`: goes to a folder first.',
  '--run': '`--run COMMAND`: runs a command of bash first; not for compiled wrappers.',
};

const commands: readonly (readonly [command: RegExp, options: BashOptions])[] = [
  [/^substitute(?:InPlace|Stream)?$/, substitute],
  [/^(?:wrapProgram(?:Shell|Binary)?|make(?:Binary|Shell|Qt)?Wrapper|wrapGApp|wrapQtApp)$/, wrap],
  [
    /^patchShebangs$/,
    {
      '--build': 'Takes programs that the build itself runs, from `PATH`.',
      '--host': 'Takes programs that the result runs by, from `buildInputs`.',
      '--update': 'Also changes lines that name the store already.',
    },
  ],
  [
    /^installShellCompletion$/,
    {
      '--cmd': '`--cmd NAME`: the program whose completions follow; the files may then have any name.',
      '--bash': '`--bash FILE…`: completions for bash.',
      '--fish': '`--fish FILE…`: completions for fish.',
      '--zsh': '`--zsh FILE…`: completions for zsh.',
      '--name': '`--name NAME`: the name to install the next file under.',
    },
  ],
];

/** What a command of this name takes; null when nothing is known of it. */
export function optionsOf(command: string): BashOptions | null {
  return commands.find(([name]) => name.test(command))?.[1] ?? null;
}
