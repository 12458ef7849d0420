import { lastMatch, type Rule } from './rule';

const missing: readonly RegExp[] = [
  // CMake, autoconf, the crate pkg-config
  /Could NOT find PkgConfig \(missing:\s+PKG_CONFIG_EXECUTABLE/,
  /The pkg-config script could not be found or is too old/,
  /^\s*The pkg-config command could not be found\.$/,
  // meson
  /method 'pkgconfig' failed: Pkg-config .*not found/,
];
/** meson goes on with other ways of finding a dependency, and stops at the one that has no other. */
const notThere = /^Did not find pkg-config by name/;
const isThere = /^Found pkg-config: (?!NO)/i;
const stopped = /ERROR: Dependency ['"].+['"] not found/;

/** pkg-config itself, without which nothing is found that comes with a `.pc` file. */
export const missingPkgConfig: Rule = ({ lines }) => {
  const line = Math.max(lastMatch(lines, missing)?.line ?? -1, stoppedWithout(lines));
  if (line < 0) return null;
  const attribute = 'nativeBuildInputs';
  return {
    line,
    cause: 'pkg-config is not there: without it no library is found that is asked for by its .pc file.',
    advice: 'Add pkg-config to nativeBuildInputs; the libraries belong in buildInputs.',
    remedy: { kind: 'input', wanted: { kind: 'command', name: 'pkg-config' }, attribute },
  };
};

/** The line in which meson stopped, else that in which it missed pkg-config; -1 for neither. */
function stoppedWithout(lines: readonly string[]): number {
  const without = lastMatch(lines, [notThere])?.line ?? -1;
  if (without < 0 || lines.some((line) => isThere.test(line))) return -1;
  return Math.max(without, lastMatch(lines, [stopped])?.line ?? -1);
}
