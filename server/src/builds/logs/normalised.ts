/** Lines of logs without what differs from run to run, so that two runs can be compared. Pure. */

const replacements: readonly (readonly [RegExp, string])[] = [
  [/(\/[^\s'":]*\/store\/)[0-9a-df-np-sv-z]{32}-/g, '$1HASH-'],
  [/\/nix\/var\/nix\/builds\/nix-[\w-]+|\/tmp\/nix-build-\S+?\.drv-\d+/g, 'BUILD'],
  // Where a session has its outputs and its build directory: as long as the store directory's name.
  [/\/tmp\/[a-z0-9]{5,}\/build\b/g, 'BUILD'],
  [/\bsha(?:256|512|1)[-:][A-Za-z0-9+/=]{27,}/g, 'DIGEST'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{32,}\b/g, 'DIGEST'],
  [/\b0x[0-9a-f]{4,}\b/gi, 'ADDRESS'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z| ?[+-]\d\d:?\d\d)?/g, 'TIME'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [A-Z]?\w+ [\w :]*\d\d:\d\d:\d\d(?: \w+)?(?: \d{4})?/g, 'TIME'],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b/g, 'TIME'],
  [/\b\d+(?:\.\d+)? ?(?:ms|µs|us|s|sec|secs|seconds|min|minutes)\b/g, 'DURATION'],
  [/\b(\d+)m(\d+(?:\.\d+)?)s\b/g, 'DURATION'],
  [/\b(pid|PID|process|job)([ =:#]+)\d+/g, '$1$2PID'],
  [/\b(tmp|conftest|cc|pip-\w+-)(?=\w*\d)[\w]{5,}/g, '$1RANDOM'],
];
const mayDiffer = /\d/;

/** The line with `HASH`, `TIME`, `DURATION`, `PID`, … in the places of what says nothing when two runs are compared. */
export function normalised(line: string): string {
  if (!mayDiffer.test(line)) return line;
  return replacements.reduce((text, [pattern, word]) => text.replace(pattern, word), line);
}
