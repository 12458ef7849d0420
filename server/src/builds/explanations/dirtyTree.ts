import type { Rule } from './rule';

/** `self.rev` of a flake whose git repository has changes that are not committed: it is there only without. Source: Nix manual, "flakes", `self`. */
export const dirtyTree: Rule = ({ message }) => {
  const name = /attribute ['"](?<name>rev|shortRev)['"] missing/.exec(message)?.groups?.['name'];
  if (name === undefined) return null;
  const dirty = `dirty${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return {
    line: Infinity,
    cause: `A flake has no ${name} while its git repository has changes that are not committed.`,
    advice: `If it is the flake’s own, write self.${name} or self.${dirty} or "dirty", or commit the changes.`,
    remedy: null,
  };
};
