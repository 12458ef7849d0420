import type { Rule } from './rule';

// In the words of 2.8, 2.26 and 2.34.
const download = /unable to download ['"](?<address>[^'"]+)['"]: (?<why>[^\n(;]*)/;
const repository = /[Ff]ailed to fetch [Gg]it repository:? ['"]?(?<address>[^'"\s]+)/;
/** 2.8 has git's own words above its error, where nobody keeps them. */
const byGit = /program ['"]git['"] failed with exit code/;
const unreachable = /^(?:Couldn't|Could not|Timeout|Failed to connect|SSL)/i;

/** What Nix fetches by itself: a tarball, a flake's input, what `builtins.fetch…` names. */
export const evaluationFetch: Rule = ({ message }) => {
  const found = (download.exec(message) ?? repository.exec(message))?.groups;
  if (found === undefined && byGit.test(message)) {
    return {
      line: Infinity,
      cause: 'git, by which Nix fetches a repository while evaluating, failed.',
      advice:
        'Run git ls-remote with the address to see why: it may not be reached from here, not be there, or want a login.',
      remedy: null,
    };
  }
  if (found === undefined) return null;
  const { address = '', why } = found;
  const isUnreachable = why === undefined || unreachable.test(why);
  return {
    line: Infinity,
    cause: `This needs ${address}, which ${isUnreachable ? 'cannot be reached from here' : 'the server does not give'}.`,
    advice: isUnreachable
      ? 'See whether this machine is connected (behind a proxy, set http_proxy for Nix and its daemon), or fetch it once where it is.'
      : 'See whether the address is right and still there.',
    remedy: null,
  };
};
