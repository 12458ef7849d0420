import { lastMatch, type Rule } from './rule';

/** Names of programs: without a slash, so that a missing file of the build's own is not taken for one. */
const patterns: readonly RegExp[] = [
  // bash, also in a script: `setup: line 12: cmake: command not found`
  /(?:^|: )(?<name>[\w.+@-]+): command not found$/,
  // dash, busybox
  /^\S+: (?:line )?\d+: (?<name>[\w.+@-]+): not found$/,
  /^(?:\S*\/)?(?:ba|da|a)?sh: (?<name>[\w.+@-]+): not found$/,
  /(?:^|: )exec: (?:line \d+: )?(?<name>[\w.+@-]+): not found$/,
  /^(?:\S*\/)?env: ['‘"]?(?<name>[\w.+@-]+)['’"]?: No such file or directory$/,
  /^(?:\S*\/)?(?:timeout|nice|nohup|stdbuf|time): (?:failed to run command|cannot run) ['‘](?<name>[\w.+@-]+)['’]/,
  /^xargs: (?<name>[\w.+@-]+): No such file or directory$/,
  // since 4.3, and before
  /^g?make(?:\[\d+\])?: (?:execvp: )?(?<name>[\w.+@-]+): (?:No such file or directory|Command not found)$/,
  // setuptools, now and before
  /^error: command '(?<name>[\w.+@-]+)' failed: No such file or directory$/,
  /^unable to execute '(?<name>[\w.+@-]+)': No such file or directory$/,
  // node
  /^\s*(?:Error: )?spawn (?<name>[\w.+@-]+) ENOENT/,
  // CMake, cargo and crates that build with others' tools (cmake, prost-build), go
  /CMake was unable to find a build program corresponding to "(?<name>Ninja)"/,
  /^error: linker [`'](?<name>[\w.+@-]+)[`'] not found$/,
  /^\s*is `(?<name>[\w.+@-]+)` not installed\?$/,
  /Could not find `(?<name>protoc)`/,
  /^cgo: C compiler "(?<name>[\w.+@-]+)" not found: /,
  /: exec: "(?<name>[\w.+@-]+)": executable file not found in \$PATH$/,
  // meson
  /ERROR: Program\(?s?\)? \[?['"](?<name>[\w.+@-]+)['"].* not found/,
];

/** A program that the build calls and that no input brings. */
export const commandNotFound: Rule = ({ lines }) => {
  const found = lastMatch(lines, patterns) ?? pythonCall(lines);
  if (found === null) return null;
  const program = found.match.groups?.['name'] ?? '';
  const name = program === 'Ninja' ? 'ninja' : program;
  return {
    line: found.line,
    cause: `The program ${name} is not there: none of the derivation’s inputs brings it.`,
    advice: `Add the package that has it to nativeBuildInputs, or correct the name if it is misspelt.`,
    remedy: { kind: 'input', wanted: { kind: 'command', name }, attribute: 'nativeBuildInputs' },
  };
};

/** Python tells of a program as of any file; the frame above tells that it was to be started. */
function pythonCall(lines: readonly string[]): ReturnType<typeof lastMatch> {
  const found = lastMatch(lines, [
    /^FileNotFoundError: \[Errno 2\] No such file or directory: ['"](?<name>[\w.+@-]+)['"]$/,
  ]);
  if (found === null) return null;
  return lines.slice(Math.max(0, found.line - 6), found.line).some((line) => line.includes('_execute_child'))
    ? found
    : null;
}
