import type { Rule } from './rule';

const path = /access to absolute path ['"](?<path>[^'"]+)['"] is forbidden in pure eval/;
const searchPath = /cannot look up ['"](?<path><[^'"]+>)['"] in pure eval/;

/** A flake that reads what is outside of it. */
export const impurePath: Rule = ({ message }) => {
  const found = (path.exec(message) ?? searchPath.exec(message))?.groups?.['path'];
  if (found === undefined) return null;
  const isSearchPath = found.startsWith('<');
  return {
    line: Infinity,
    cause: `A flake may not read ${found}: it may give another value on another machine.`,
    advice: isSearchPath
      ? 'Make it an input of the flake and use that.'
      : 'Copy the file into the flake’s folder and write a relative path, or make its folder an input of the flake.',
    remedy: null,
  };
};
