/**
 * A shell's state between two phases (`driver/state.sh`), and the script by which another shell takes it on. Pure; texts
 * are bytes as latin1, so that nothing is lost. What no script can bring back: open descriptors and background jobs.
 */
import { isDriverName } from './driverNames';
import type { ShellDeclaration } from './shellDeclarations';
import { parseDeclarations, valueOf } from './shellDeclarations';
import { quoteForShell } from './structuredAttrs';

export interface ShellState {
  readonly bashVersion: string;
  readonly directory: string;
  readonly umask: string;
  readonly variables: readonly ShellDeclaration[];
  readonly functions: string;
  /** Lines of `declare -F`. */
  readonly functionAttributes: string;
  readonly options: string;
  readonly traps: string;
  readonly aliases: string;
  /** `pushd`'s, without the current directory; the nearest first. */
  readonly directoryStack: readonly string[];
}

const format = 'phasewise state 1';

/** Null when the file is incomplete or of another format. */
export function parseShellState(text: string): ShellState | null {
  const [
    marker,
    bashVersion,
    directory,
    umask,
    variables,
    functions,
    names,
    options,
    traps,
    aliases,
    ...rest
  ] = text.split('\0');
  const [stack, complete] = rest;
  if (marker !== format || complete !== 'complete') return null;
  const declarations = parseDeclarations((variables ?? '').replace(/\n$/, ''));
  if (declarations === null) return null;
  return {
    bashVersion: bashVersion ?? '',
    directory: directory ?? '',
    umask: umask ?? '',
    variables: declarations,
    functions: functions ?? '',
    functionAttributes: names ?? '',
    options: options ?? '',
    traps: traps ?? '',
    aliases: aliases ?? '',
    directoryStack: directoriesOf(stack ?? ''),
  };
}

function directoriesOf(declaration: string): readonly string[] {
  const record = parseDeclarations(declaration.replace(/\n$/, ''))?.[0];
  const entries = record === undefined ? null : valueOf(record);
  return entries === null || typeof entries === 'string' ? [] : [...entries.values()].slice(1);
}

/** Options that follow from how a bash was started. */
const notRestored = / (?:compat\d+|login_shell|restricted_shell)$/;

/** Bash's own that are readonly or change by themselves (bash manual, "Bash Variables"). */
const specials = new Set(
  `BASHOPTS BASHPID BASH_ALIASES BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_CMDS BASH_COMMAND BASH_EXECUTION_STRING BASH_LINENO
  BASH_MONOSECONDS BASH_SOURCE BASH_SUBSHELL BASH_TRAPSIG BASH_VERSINFO BASH_VERSION COMP_WORDBREAKS DIRSTACK EPOCHREALTIME
  EPOCHSECONDS EUID FUNCNAME GROUPS HISTCMD LINENO PIPESTATUS PPID RANDOM SECONDS SHELLOPTS SRANDOM UID _`.split(
    /\s+/,
  ),
);

/** Of our own variables, those that belong to the state. */
const kept = new Set(['at_exit', 'flags', 'always', 'parameters'].map((name) => `__phasewise_${name}`));

/** What bash sets when it starts; a state may lack it. */
const startup =
  'BASH BASH_LOADABLES_PATH HOSTNAME HOSTTYPE IFS MACHTYPE NIX_BUILD_TOP OLDPWD OPTERR OPTIND OSTYPE PATH PS4 PWD SHELL SHLVL TERM';

/** The variables that make up the state: without bash's own and ours. */
export function ownVariables(state: ShellState): readonly ShellDeclaration[] {
  return state.variables.filter(({ name }) => !specials.has(name) && (!isDriverName(name) || kept.has(name)));
}

/**
 * A script for the top level of a shell of the same bash, which leaves these options as they are. Order matters: the pattern syntax that functions may need before
 * them, the directory before the variables that name it, options last.
 */
export function restoringScript(state: ShellState, left: RegExp = notRestored): string {
  const directory = quoteForShell(state.directory);
  return [
    'shopt -s extglob',
    // bash prints the name of a simple command's coprocess, which it cannot read back.
    state.functions.replaceAll('coproc COPROC ', 'coproc '),
    // Ours as they were written: what bash prints for `1<>` is something else.
    'for __phasewise_file in record traps texts chain state; do source "$__phasewise_driver/$__phasewise_file.sh"; done',
    `unset -v ${startup}`,
    // A directory that a phase removed cannot be entered: only that phase, run again, leads there.
    `builtin cd -- ${directory} 2> /dev/null || exit 1`,
    ...[...state.directoryStack]
      .reverse()
      .map((entry) => `builtin pushd -n ${quoteForShell(entry)} > /dev/null`),
    'unset -v OLDPWD',
    ...ownVariables(state).map(({ text }) => text),
    `umask ${state.umask}`,
    ...linesOf(state.functionAttributes).filter((line) => !/^declare -f(?: |.* __phasewise)/.test(line)),
    state.aliases,
    theirTraps(state.traps, ['EXIT', 'ERR']),
    ...linesOf(state.options).filter((line) => !left.test(line)),
    '',
  ].join('\n');
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Of the debugger's traps: that for each command, and that of the signal by which it is told of new points. */
const ofDebugger = /__phasewise_|__pw_|"\$__[DKL]"/;

/**
 * Without those of these names, and without the debugger's. `trap -p` prints `trap -- 'TEXT' NAME`, where TEXT may hold
 * newlines.
 */
function theirTraps(text: string, names: readonly string[]): string {
  const records = text.split(/\n(?=trap -- ')/);
  const isOther = (record: string) => names.some((name) => record.trimEnd().endsWith(`' ${name}`));
  return records.filter((record) => !isOther(record) && !ofDebugger.test(record)).join('\n');
}

/** Whether a shell is as another was, but for what bash changes by itself. */
export function sameState(a: ShellState, b: ShellState): boolean {
  return comparable(a) === comparable(b);
}

function comparable(state: ShellState): string {
  const variables = ownVariables(state).map(({ text }) => text);
  const functions = state.functions.replaceAll('coproc COPROC ', 'coproc ');
  const { bashVersion, directory, umask, functionAttributes, options, traps, aliases, directoryStack } =
    state;
  return JSON.stringify([
    ...[bashVersion, directory, umask, functionAttributes, options, traps, aliases, directoryStack],
    ...[functions, variables],
  ]);
}
