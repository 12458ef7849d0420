import { lastMatch, type Rule } from './rule';

/** CMake 4. */
const pattern = /Compatibility with CMake < (?<version>[\d.]+) has been removed from CMake/;

/** Sources that ask for a CMake so old that a new one does not imitate it. */
export const cmakePolicy: Rule = ({ lines }) => {
  const found = lastMatch(lines, [pattern]);
  if (found === null) return null;
  const version = (found.match.groups?.['version'] ?? '').replace(/\.$/, '');
  const flag = `-DCMAKE_POLICY_VERSION_MINIMUM=${version}`;
  return {
    line: found.line,
    cause: `The sources are written for a CMake before ${version}, which the CMake of the inputs no longer imitates.`,
    advice: `Write cmakeFlags = [ "${flag}" ], or take a newer version of the sources.`,
    remedy: { kind: 'flag', attribute: 'cmakeFlags', flag },
  };
};
