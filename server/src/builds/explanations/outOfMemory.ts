import { lastMatch, type Rule } from './rule';

const exhausted: readonly RegExp[] = [
  /virtual memory exhausted|out of memory(?: allocating)?|[Cc]annot allocate memory|std::bad_alloc/,
  /^MemoryError$|JavaScript heap out of memory|fatal: Out of memory|OutOfMemoryError/,
  /memory allocation of \d+ bytes failed/,
];
const killed: readonly RegExp[] = [
  /Killed signal terminated program (?<name>\S+)/,
  // gcc up to 9, collect2, clang
  /internal compiler error: Killed \(program (?<name>[^\s)]+)\)/,
  /(?:^|: )(?<name>\S+) terminated with signal 9 \[Killed\]/,
  /error: unable to execute command: Killed$/,
  // go
  /(?<name>[\w.-]+): signal: killed$/,
  /(?:line \d+:\s+)?\d+ Killed\s/,
  /\*\*\* .*\] Killed$/,
  /\(signal: 9, SIGKILL/,
];

/** Memory that ran out, or a process that somebody ended: most often the kernel, for the same reason. */
export const outOfMemory: Rule = ({ lines, message }) => {
  const found = lastMatch(lines, exhausted);
  const ended = lastMatch(lines, killed);
  const bySignal = /signal 9 \(Killed\)|signal 9\b/.test(message);
  if (found === null && ended === null && !bySignal) return null;
  const fewer =
    'Build with fewer jobs (--cores 1, or enableParallelBuilding = false), or with more memory or swap.';
  if (found !== null)
    return { line: found.line, cause: 'The memory ran out.', advice: fewer, remedy: null, ofMachine: true };
  return {
    line: ended?.line ?? Infinity,
    cause: `${ended?.match.groups?.['name'] ?? 'A process of the build'} was killed. Nobody else did it? Then it was the kernel, because the memory ran out.`,
    advice: `dmesg may say so (“Out of memory: Killed process”). ${fewer}`,
    remedy: null,
    ofMachine: true,
  };
};
