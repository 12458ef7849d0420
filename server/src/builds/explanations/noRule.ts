import { lastMatch, type Rule } from './rule';

const pattern =
  /\*\*\* No rule to make target ['‘`](?<target>[^'’]+)['’](?:, needed by ['‘`](?<user>[^'’]+)['’])?/;

const ninjaFile = /^ninja: error: '(?<target>[^']+)', needed by '(?<user>[^']+)', missing and no known rule/;
const ninjaTarget = /^ninja: error: unknown target '(?<target>[^']+)'/;

/** make or ninja has neither the file nor a way to make it. */
export const noRule: Rule = ({ lines }) => {
  const found = lastMatch(lines, [pattern, ninjaFile, ninjaTarget]);
  if (found === null) return null;
  const { target = '', user } = found.match.groups ?? {};
  const isNinja = (lines[found.line] ?? '').startsWith('ninja');
  if (user === undefined) {
    const phase =
      target === 'install'
        ? 'Write an installPhase that copies what was built to $out.'
        : `Name other targets in ${isNinja ? 'ninjaFlags' : 'buildFlags, checkTarget or installTargets'}, or write the phase yourself.`;
    return {
      line: found.line,
      cause: `The ${isNinja ? 'build.ninja' : 'Makefile'} has no target ${target}.`,
      advice: phase,
      remedy: null,
    };
  }
  return {
    line: found.line,
    cause: `${isNinja ? 'ninja' : 'make'} needs ${target} for ${user}; it is not there, and no rule makes it.`,
    advice:
      'See whether the file is in src (a filter or .gitignore may leave it out), or whether a phase before should make it.',
    remedy: null,
  };
};
