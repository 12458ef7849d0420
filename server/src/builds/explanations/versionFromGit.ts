import { lastMatch, type Rule } from './rule';

/** setuptools-scm, also below hatch-vcs; pbr. */
const patterns: readonly RegExp[] = [
  /(?<tool>setuptools-scm) was unable to detect version for/,
  /Versioning for this project requires either an sdist tarball, or access to an upstream git repository/,
];

/** A Python package that takes its version from a repository, which sources of Nix are not. */
export const versionFromGit: Rule = ({ lines }) => {
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const variable =
    found.match.groups?.['tool'] === undefined ? 'PBR_VERSION' : 'SETUPTOOLS_SCM_PRETEND_VERSION';
  return {
    line: found.line,
    about: 'version',
    cause: 'The package takes its version from git, and the source that Nix fetched is no repository.',
    advice: `Tell it the version: env.${variable} = version. A source from PyPI (fetchPypi) knows it by itself.`,
    remedy: null,
  };
};
