/** What one line of a log tells by itself, in the words of the tools that write logs. Pure. */

/** Said by a tool that has met it and does not go on with what it does. */
const stops: readonly RegExp[] = [
  // gcc, clang, rustc, cargo, swift, tsc, ghc, go vet, ld, many more
  /(?:^|[\s:])(?:fatal |internal compiler )?error(?:\[\w+\]| [A-Z]+\d+)?:(?: |$)/i,
  // Maven, sbt
  /^\[error\] /i,
  /\bundefined reference to\b|\bundefined symbol: |\bmultiple definition of\b/,
  /^CMake Error\b/,
  // go
  /^(?:\.{0,2}\/)?\S+\.go:\d+:\d+: /,
  /^Hunk #\d+ FAILED\b/,
];
/** Of a program that nobody caught. */
const exceptions: readonly RegExp[] = [
  // Python, node, Java
  /^(?:\s*Caused by: )?[\w.$]*(?:Error|Exception)(?: \[\w+\])?(?::|$)/,
  // rust, go
  /^thread '.*' \(?.*panicked at\b|^panic: /,
  // Ruby, Elixir, Perl
  /^\S+\.\w+:\d+:in .* \([\w:]+(?:Error|Exception)\)$|^\*\* \(\w+(?:\.\w+)*\) /,
  /^(?:Can't locate |Can't call method |Undefined subroutine |syntax error at ).* line \d+/,
];
const failedTests: readonly RegExp[] = [
  /^(?:not ok \d|--- FAIL: |FAIL(?:ED)?:? |\s*✗ |\s*✖ |.*\.\.\. FAILED$|.*\*\*\*Failed\b)/,
  // Python: unittest, pytest
  /^ERROR: \w+ \([\w.]+\)|^ERROR \S+\.py\b|^AssertionError(?::|$)/,
];
/** Said by somebody who may go on, or of one command, without which whoever called it may. */
const complaints: readonly RegExp[] = [
  /^(?:\S+: )?ERROR[: ]/,
  // bash, dash, coreutils
  /: (?:command not found|not found|No such file or directory|Permission denied|Is a directory|Read-only file system)$/,
  /: line \d+: .*(?:unbound variable|syntax error|ambiguous redirect|cannot execute)/,
  /\b(?:Segmentation fault|Bus error|Aborted|Killed|core dumped)\b/,
];
/** Said of what others said before. */
const ofOthers = /^(?:g?make|ninja)(?:\[\d+\])?: \*\*\*|^ninja: build stopped/;
/** Said of no failure at all. */
const harmless: readonly RegExp[] = [
  /^make: (?!\*\*\*)/,
  /^\s*checking |^-- |\b(?:0|no) errors?\b|\berrors?: 0\b|-W(?:no-)?error\b/,
  /: warning: |^\s*(?:note|warning|help): /,
];
/** Said of something that was started and failed, and had its own say before. */
const consequences: readonly RegExp[] = [
  ofOthers,
  // gcc, clang, rustc, cargo
  /^compilation terminated\.$|^\d+ (?:errors?|warnings? and \d+ errors?) generated\.$/,
  /: all warnings being treated as errors$|\bld returned \d+ exit status$|linker command failed\b/,
  /^error: (?:linking with|could not compile|aborting due to|build failed)/,
  // pip, python -m build, npm
  /^\s*error: (?:subprocess-exited-with-error|metadata-generation-failed)$/,
  /^ERROR:? (?:Failed to build|Failed building|Could not build wheels|Backend sub)/,
  /^npm (?:ERR!|error)/,
  /\bexit(?:ed)? (?:with )?(?:exit )?(?:status|code):? \d|\breturned non-zero exit status\b/,
  /\bfailed with (?:exit |error )?(?:status|code):? \d/,
];
const wentWell: readonly RegExp[] = [
  /(?:\.\.\.|:) *(?:ok|yes|done|passed)$/i,
  /^\s*(?:ok \d|--- PASS: |PASS(?:ED)?\b|[✓✔] )|\bPASSED\b|\bPassed +[\d.]+ sec$/,
  // The names of tests that begin.
  /^\s*(?:# Subtest: |=== RUN )/,
];

/** Whether the line looks like one that says what went wrong. */
export function isError(text: string): boolean {
  return matches([...stops, ...exceptions, ...failedTests, ...complaints], text) && !isRemark(text);
}

/** Whether a tool says that it met an error itself, and stops there. */
export function isStop(text: string): boolean {
  return matches(stops, text) && !isRemark(text) && !isConsequence(text) && !isFailedTest(text);
}

export function isException(text: string): boolean {
  return matches(exceptions, text) && !isConsequence(text) && !isFailedTest(text);
}

export function isFailedTest(text: string): boolean {
  return matches(failedTests, text);
}

/** Whether the line says that what was started failed, whose own words came before. */
export function isConsequence(text: string): boolean {
  return matches(consequences, text);
}

/** Whether the line says that something went well, or is only the name of something that was tried. */
export function isGoodNews(text: string): boolean {
  return matches(wentWell, text);
}

/** Whether nothing failed by what the line says, or what failed said so itself. */
function isRemark(text: string): boolean {
  return ofOthers.test(text) || matches(harmless, text);
}

function matches(patterns: readonly RegExp[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}
