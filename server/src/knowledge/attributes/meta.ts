/** Attributes of `meta`. Source: the Nixpkgs manual, "Meta-attributes", and nixpkgs' `pkgs/stdenv/generic/check-meta.nix`. */
import { alike, type KnownAttribute } from './attribute';

const text = { type: 'string', snippet: '"$0"' };
const flag = { type: 'boolean', snippet: 'true' };

export const metaAttributes: readonly KnownAttribute[] = [
  ...alike(text, {
    description:
      'What the package is, in one short line: a capital letter at its begin, no full stop, and neither the name nor an article first.',
    longDescription: 'What the package is, at any length; Markdown.',
    homepage: 'The URL of the project.',
    downloadPage: 'The URL of the page from which it is downloaded.',
    changelog: 'The URL of what changed in this version; `"…/releases/tag/v${version}"` keeps it true.',
    mainProgram: 'The program in `bin` that `nix run` starts and `lib.getExe` names.',
    branch: 'The release branch of upstream that the version belongs to.',
    position: 'Where the package is written; filled in by stdenv.',
  }),
  {
    name: 'license',
    type: 'license or list of licenses',
    says: 'What upstream allows, as `lib.licenses.mit`. Of the GPLs the one that says whether later versions are allowed, too: `gpl3Only` or `gpl3Plus`.',
    snippet: 'lib.licenses.$0',
  },
  {
    name: 'maintainers',
    type: 'list of maintainers',
    says: 'Who looks after it, as `with lib.maintainers; [ name ]`.',
    snippet: 'with lib.maintainers; [ $0 ]',
  },
  {
    name: 'teams',
    type: 'list of teams',
    says: 'The teams that look after it, of `lib.teams`.',
    snippet: '[ lib.teams.$0 ]',
  },
  {
    name: 'platforms',
    type: 'list of platforms',
    says: 'Where it runs, as `lib.platforms.unix`. On others it does not evaluate without `allowUnsupportedSystem`.',
    snippet: 'lib.platforms.$0',
  },
  {
    name: 'badPlatforms',
    type: 'list of platforms',
    says: 'Those of `platforms` where it does not run.',
    snippet: '[ "$0" ]',
  },
  {
    name: 'hydraPlatforms',
    type: 'list of platforms',
    says: 'Where the build farm builds it; `[ ]` for nowhere.',
    snippet: '[ $0 ]',
  },
  {
    name: 'priority',
    type: 'number',
    says: 'Which package wins when two in a profile have a file of the same name: the smaller number. 5 without it.',
    snippet: '$0',
  },
  {
    name: 'outputsToInstall',
    type: 'list of strings',
    says: 'The outputs that are installed when no one names any: `bin` or `out`, and `man`, by default.',
    snippet: '[ "$0" ]',
  },
  {
    name: 'knownVulnerabilities',
    type: 'list of strings',
    says: 'Why it is insecure. With any it does not evaluate, unless `permittedInsecurePackages` names it.',
    snippet: '[ "$0" ]',
  },
  {
    name: 'sourceProvenance',
    type: 'list of source types',
    says: 'What it is built from, as `lib.sourceTypes.binaryNativeCode` for a downloaded program.',
    snippet: '[ lib.sourceTypes.$0 ]',
  },
  {
    name: 'pkgConfigModules',
    type: 'list of strings',
    says: 'The names of its `.pc` files, without the ending.',
    snippet: '[ "$0" ]',
  },
  {
    name: 'timeout',
    type: 'number',
    says: 'After how many seconds the build farm gives the build up.',
    snippet: '$0',
  },
  {
    name: 'maxSilent',
    type: 'number',
    says: 'After how many seconds without output the build farm gives the build up.',
    snippet: '$0',
  },
  ...alike(flag, {
    broken: 'Whether it is known not to build. It then does not evaluate without `allowBroken`.',
    insecure: 'Whether it is insecure; `knownVulnerabilities` also says why.',
    available: 'Whether it can be built here; filled in by stdenv.',
    isBuildPythonPackage: 'Whether it is a Python module; filled in by its builder.',
  }),
];
