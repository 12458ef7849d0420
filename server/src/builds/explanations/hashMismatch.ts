import { parseRefusedDownload } from '../nixMessages';
import type { Rule } from './rule';

/** Something fetched that is not what its hash says. */
export const hashMismatch: Rule = ({ hashMismatch: mismatch, message }) => {
  if (mismatch !== null) {
    return {
      line: Infinity,
      cause: 'What was fetched has another hash than the one written.',
      advice: `If it is what you want, write ${mismatch.got}.`,
      remedy: { kind: 'hash', mismatch },
    };
  }
  const refused = parseRefusedDownload(message);
  if (refused === null) return null;
  const { address, got, isInput } = refused;
  const ofLock = isInput ? ', or, where flake.lock says it, lock it anew (nix flake update INPUT)' : '';
  return {
    line: Infinity,
    cause: `What ${address} gives has another hash than the one written.`,
    advice: `If it is what you want, write ${got}${ofLock}.`,
    remedy: { kind: 'hash', mismatch: refused, address },
  };
};
