/** Which lines of a log say that something failed. Pure. */

/**
 * How compilers, build systems, test runners, shells and Nix begin or word an error; not every line with the word in it, for flags,
 * file names and counts have it too.
 */
const patterns: readonly RegExp[] = [
  // gcc, clang, rustc, go vet, javac, tsc, meson, Nix: `FILE:LINE:COLUMN: error: …`, `error[E0425]: …`, `error: …`
  /(?:^|[:)]\s+|^\s*)(?:fatal |internal compiler )?error(?:\[\w+\]| [A-Z]+\d+)?: /i,
  /^(?:\S+: )?(?:make(?:\[\d+\])?|gmake|ninja): (?:\*\*\*|build stopped|error)/,
  /^CMake Error\b|^FAILED: |^configure: error:|^ERROR\b[: ]|^meson\.build:\d+.*ERROR:/,
  // bash, and programs that print errno
  /: (?:command not found|Permission denied|cannot execute|bad interpreter)\b|: No such file or directory$/,
  /\bundefined reference to\b|\bcannot find -l|^ld: |: multiple definition of /,
  // Python: the last line of a traceback, pytest, unittest
  /^(?:\w+\.)*\w*(?:Error|Exception)(?::|$)|^E {2,}\S|^(?:FAILED|ERROR) \S+(?:::| )|^FAIL: |^Traceback \(most recent/,
  // go test, node, npm, rust's panic, java
  /^\s*--- FAIL: |^FAIL\s|^npm (?:ERR!|error) |^thread '.*' panicked at|^panic: |^Exception in thread/,
  /^# FAIL: +[1-9]|^not ok \d+|^\d+ hunks? FAILED|^Hunk #\d+ FAILED|\d+ out of \d+ hunks? FAILED/,
  /\bSegmentation fault\b|\bcore dumped\b|^Killed$|\bNo space left on device\b|\bCannot allocate memory\b/,
  /^(?:error|builder for|note: build failure|Cannot build ')/,
];
const couldBe =
  /err|fail|fatal|not |no |cannot|undefined|multiple|panic|trace|exception|fault|dumped|killed|build|^E|^ld/i;
/** No error is told farther to the right. */
const readUnits = 400;

/** Whether the line, without colours, tells of an error. */
export function isErrorLine(line: string): boolean {
  const text = line.length > readUnits ? line.slice(0, readUnits) : line;
  return couldBe.test(text) && patterns.some((pattern) => pattern.test(text));
}
