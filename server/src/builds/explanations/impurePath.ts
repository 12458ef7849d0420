import type { Finding, Rule } from './rule';

const path = /access to absolute path ['"](?<path>[^'"]+)['"] is forbidden in pure eval/;
const searchPath = /cannot look up ['"](?<path><[^'"]+>)['"] in pure eval/;

/** `restrict-eval`. */
const restricted =
  /access to (?:absolute |canonical )?(?<kind>path|URI) ['"](?<path>[^'"]+)['"] is forbidden in restricted mode/;

/** A flake that reads what is outside of it, and an evaluation that is restricted. */
export const impurePath: Rule = ({ message }) => {
  const { path: refused, kind } = restricted.exec(message)?.groups ?? {};
  if (refused !== undefined) return restrictedAccess(refused, kind === 'URI');
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

function restrictedAccess(refused: string, isAddress: boolean): Finding {
  return {
    line: Infinity,
    cause: `Nix is set to read only what it is told of (restrict-eval), and ${refused} is not.`,
    advice: isAddress
      ? 'Add the beginning of the address to allowed-uris in nix.conf, or set restrict-eval = false there.'
      : 'Name its folder in the search path (NIX_PATH, -I), or set restrict-eval = false in nix.conf.',
    remedy: null,
  };
}
