import { lastMatch, type Rule } from './rule';

/** nixpkgs' setup.sh, `substituteStream` and `substitute`. */
const unmatched =
  /substitute(?:Stream)?\(\)(?: in derivation \S+)?: ERROR: pattern (?<pattern>.+?) doesn't match anything in (?:file )?['"]?(?<file>.+?)['"]?$/;
const noFile =
  /substitute(?:Stream|InPlace)?\(\)(?: in derivation \S+)?: ERROR: file ['"](?<file>[^'"]+)['"] does not exist$/;

/** `substituteInPlace` that finds nothing to replace. */
export const substituteNothing: Rule = ({ lines }) => {
  const found = lastMatch(lines, [unmatched, noFile]);
  if (found === null) return null;
  const { pattern, file = '' } = found.match.groups ?? {};
  return {
    line: found.line,
    cause:
      pattern === undefined
        ? `substituteInPlace is to change ${file}, and there is no such file where it runs.`
        : `substituteInPlace is to replace ${pattern} in ${file}, and that is not in it.`,
    advice:
      pattern === undefined
        ? 'See what the file is called in this version, and in which folder the phase runs.'
        : 'See what stands there in this version of the source and write that; leave the replacement out where it is no longer needed. --replace-warn does not fail.',
    remedy: null,
  };
};
