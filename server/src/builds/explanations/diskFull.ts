import { lastMatch, type Rule } from './rule';

const full = /No space left on device|Disk quota exceeded/;

/** No room left where the build writes. */
export const diskFull: Rule = ({ lines, message }) => {
  const found = lastMatch(lines, [full]);
  const saysNix = full.test(message) || /may have been caused by lack of free disk space/.test(message);
  if (found === null && !saysNix) return null;
  return {
    line: found?.line ?? Infinity,
    cause: 'The disk is full, or the one that builds are made on.',
    advice:
      'Free some space, e.g. with nix-collect-garbage; builds are made below TMPDIR of the Nix daemon (build-dir in nix.conf), often a small /tmp.',
    remedy: null,
    ofMachine: true,
    decides: true,
  };
};
