import { lastMatch, type Rule } from './rule';

/** No room left where the build writes. */
export const diskFull: Rule = ({ lines }) => {
  const found = lastMatch(lines, [/No space left on device|Disk quota exceeded/]);
  if (found === null) return null;
  return {
    line: found.line,
    cause: 'The disk is full, or the one that builds are made on.',
    advice:
      'Free some space, e.g. with nix-collect-garbage; builds are made below TMPDIR of the Nix daemon (build-dir in nix.conf), often a small /tmp.',
    remedy: null,
    ofMachine: true,
  };
};
