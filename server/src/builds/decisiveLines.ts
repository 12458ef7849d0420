/**
 * The lines of a failing phase's log that say what went wrong: the one that a rule of explanation knows, and the first
 * that look like an error, each with what the tool drew below it. The end of a log is often no more than what followed. Pure.
 */
import type { LogLine } from '../protocol/model';

const mostErrors = 3;
const mostBelow = 3;
const mostLines = 10;

/** How tools begin to say that something is wrong, each as its own texts have it. */
const errors: readonly RegExp[] = [
  // gcc, clang, rustc, cargo, swift, tsc, go vet, ld, many more
  /(?:^|[\s:])(?:fatal |internal compiler )?error(?:\[\w+\])?: /i,
  /^(?:\S+: )?ERROR[: ]/,
  /\bundefined reference to\b|\bundefined symbol: |\bmultiple definition of\b/,
  /^CMake Error\b/,
  // Python, node, Java
  /^(?:\s*Caused by: )?[\w.$]*(?:Error|Exception)(?: \[\w+\])?(?::|$)/,
  /^thread '.*' \(?.*panicked at\b|^panic: /,
  // go
  /^(?:\.{0,2}\/)?\S+\.go:\d+:\d+: /,
  // tests
  /^(?:not ok \d|--- FAIL: |FAIL(?:ED)?:? |\s*✗ |\s*✖ |.*\.\.\. FAILED$|.*\*\*\*Failed\b)/,
  // bash, dash, coreutils
  /: (?:command not found|not found|No such file or directory|Permission denied|Is a directory|Read-only file system)$/,
  /: line \d+: .*(?:unbound variable|syntax error|ambiguous redirect|cannot execute)/,
  /\b(?:Segmentation fault|Bus error|Aborted|Killed|core dumped)\b/,
  /^Hunk #\d+ FAILED\b/,
];
/** Said of what others said before, or of no failure at all. */
const no: readonly RegExp[] = [
  /^(?:g?make|ninja)(?:\[\d+\])?: \*\*\*|^ninja: build stopped|^make: /,
  /^\s*checking |^-- |\b(?:0|no) errors?\b|\berrors?: 0\b|-W(?:no-)?error\b/,
  /: warning: |^\s*(?:note|warning|help): /,
];
/** What compilers draw below the line that they fault. */
const below = /^\s*(?:\d+\s*)?\||^\s*-->|^\s+[~^]|^\s{4,}\S/;

/** At most ten, in their order; `explained`: the index of the line that a rule knows, else null. */
export function decisiveLines(lines: readonly LogLine[], explained: number | null): readonly LogLine[] {
  const chosen = new Set<number>();
  if (explained !== null && explained >= 0 && explained < lines.length) chosen.add(explained);
  for (let index = 0; index < lines.length && chosen.size < mostErrors; index++) {
    if (isError(lines[index]?.text ?? '')) chosen.add(index);
  }
  const shown = new Set<number>();
  for (const index of [...chosen].sort((a, b) => a - b)) {
    shown.add(index);
    for (let next = index + 1; next <= index + mostBelow; next++) {
      const text = lines[next]?.text;
      if (text === undefined || isError(text) || !below.test(text)) break;
      shown.add(next);
    }
  }
  const all = [...shown].sort((a, b) => a - b).slice(0, mostLines);
  return all.flatMap((index) => lines[index] ?? []);
}

function isError(text: string): boolean {
  return errors.some((pattern) => pattern.test(text)) && !no.some((pattern) => pattern.test(text));
}
