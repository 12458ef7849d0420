import { lastSaid } from './cmakeSaid';
import type { Rule } from './rule';

const empty = /^\s+The source directory$/;
const none = /^\s+add_subdirectory given source "/;

/** A folder that CMake is to build and that is empty, as those of git submodules are. */
export const missingSubmodule: Rule = ({ lines }) => {
  const said = lastSaid(lines, empty) ?? lastSaid(lines, none);
  if (said === null) return null;
  const path =
    /^The source directory (?<path>.+?) does not contain a CMakeLists\.txt file/.exec(said.text) ??
    /^add_subdirectory given source "(?<path>[^"]+)" which is not an existing directory/.exec(said.text);
  const folder = path?.groups?.['path'];
  if (folder === undefined) return null;
  return {
    line: said.line,
    about: folder,
    cause: `CMake is to build ${folder}, and the source has nothing there.`,
    advice:
      'If it is a git submodule, write fetchSubmodules = true where the source is fetched, and the hash that Nix then gets; else see whether src leaves it out.',
    remedy: { kind: 'fetcher', argument: 'fetchSubmodules', value: 'true' },
  };
};
