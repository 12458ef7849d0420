import type { Rule } from './rule';

// In the words of 2.8, 2.26 and 2.34.
const missing = /file ['"](?<name>[^'"]+)['"] was not found in the Nix search path/;

/** `<name>` without an entry for it. */
export const searchPath: Rule = ({ message }) => {
  const name = missing.exec(message)?.groups?.['name'];
  if (name === undefined) return null;
  const entry = name.split('/')[0] ?? name;
  return {
    line: Infinity,
    cause: `Nothing tells Nix where <${name}> is.`,
    advice: `Set phasewise.nix.searchPath to [ "${entry}=PATH" ], NIX_PATH or, on the command line, -I ${entry}=PATH.`,
    remedy: null,
  };
};
