import { lastMatch, type Rule } from './rule';

const unbound = /: line (?<line>\d+): (?<name>\w+): unbound variable$/;
const syntax =
  /: line (?<line>\d+): syntax error(?: near unexpected token [`'](?<token>[^']+)'|: unexpected end of file)/;

/** What bash itself refuses; asked only when nothing else is known. */
export const bashError: Rule = ({ lines }) => {
  const found = lastMatch(lines, [unbound, syntax]);
  if (found === null) return null;
  const { name, line = '', token } = found.match.groups ?? {};
  if (name !== undefined) {
    return {
      line: found.line,
      cause: `The variable ${name} is not set, and the script stops at such (set -u).`,
      advice: `Set it as an attribute of the derivation or in the phase, or write \${${name}-} where it may be empty; in a Nix string as ''\${${name}-}.`,
      remedy: null,
    };
  }
  const what =
    token === undefined ? 'it ends before what was begun is closed' : `${token} may not stand there`;
  return {
    line: found.line,
    cause: `bash cannot read line ${line} of the script: ${what}.`,
    advice:
      'Look for a quote, parenthesis, if, for or here-document that is not closed before that line; what ${…} of Nix puts in counts, too.',
    remedy: null,
  };
};
