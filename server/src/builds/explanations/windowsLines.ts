import { lastMatch, type Rule } from './rule';

/** The carriage return as the kernel's error (`^M`), coreutils (`\\r`), bash (`$'\\r'`) or nobody but the log itself shows it. */
const patterns: readonly RegExp[] = [
  /(?:^|: )(?<path>[^\s:]+): \S+(?:\^M|\r): bad interpreter/,
  /^(?:\S*\/)?env: .*(?:\\r|\r)['’]*: No such file or directory$/,
  /^(?<path>\.{0,2}\/?[^\s:]+): line \d+: .*(?:\$'\\r'|\r|\\r): command not found$/,
  /^(?<path>\.{0,2}\/?[^\s:]+): line \d+: syntax error near unexpected token `\$'[^']*\\r''/,
];

/** A script whose lines end as on Windows: the end belongs to the last word. */
export const windowsLines: Rule = ({ lines }) => {
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const path = found.match.groups?.['path'];
  const isOwn = path !== undefined && !path.startsWith('/') && path !== 'setup';
  return {
    line: found.line,
    cause: `${isOwn ? path : 'A script'} has lines that end as on Windows (CR LF): the CR is taken for a part of the last word.`,
    advice: `Take them out before it is run: sed -i 's/\\r$//' ${isOwn ? path : 'FILE'} in postPatch.`,
    remedy: isOwn ? { kind: 'windowsLines', path } : null,
  };
};
