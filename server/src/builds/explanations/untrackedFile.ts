import type { Rule } from './rule';

const tracked =
  /[Pp]ath ['"](?<path>[^'"]+)['"] in the repository ['"](?<folder>[^'"]+)['"] is not tracked by Git/;
const missing =
  /(?:getting status of|path) ['"]\/\S+?\/[0-9a-z]{32}-source\/(?<path>[^'"]+)['"](?:: No such file or directory| does not exist)/;

/** A file beside a flake that git does not know: for the flake it is not there. */
export const untrackedFile: Rule = ({ message }) => {
  const found = (tracked.exec(message) ?? missing.exec(message))?.groups;
  if (found === undefined) return null;
  const { path = '', folder } = found;
  const where = folder === undefined ? '' : ` -C ${folder}`;
  return {
    line: Infinity,
    cause: `The flake does not see ${path}: of a git repository Nix takes only the files that git knows.`,
    advice: `If the file is there, tell git of it: git${where} add -N ${path}`,
    remedy: { kind: 'untracked', path, folder: folder ?? null },
  };
};
