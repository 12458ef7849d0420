/**
 * Functions of nixpkgs that a derivation's author calls, and the attributes of their argument. Source: the Nixpkgs manual, "Fetchers" and
 * "Trivial build helpers", and `pkgs/build-support/{fetchurl,fetchzip,fetchgit,fetchgithub,fetchgitlab,fetchpatch,trivial-builders}`.
 */
import { alike, type KnownAttribute } from './attributes/attribute';

export interface KnownFunction {
  readonly name: string;
  readonly says: string;
  /** Whether what it makes is a source, with a hash. */
  readonly isFetcher: boolean;
  readonly attributes: readonly KnownAttribute[];
}

const text = { type: 'string', snippet: '"$0"' };
const flag = { type: 'boolean', default: 'false', snippet: 'true' };

function hashOf(what: string): KnownAttribute {
  return {
    name: 'hash',
    type: 'hash',
    says: `The hash of ${what}, as \`"sha256-…"\`. Begin with \`lib.fakeHash\`: the build fails and tells the right one, which one click puts in its place.`,
    snippet: '${1:lib.fakeHash}',
  };
}

const archive = 'the downloaded file';
const tree = 'the unpacked files';

const download: readonly KnownAttribute[] = [
  { name: 'url', ...text, says: 'Where it is downloaded from.' },
  {
    name: 'urls',
    type: 'list of strings',
    says: 'Where it is downloaded from: the first that answers.',
    snippet: '[ "$0" ]',
  },
  { name: 'name', ...text, says: 'The name of its store path; the last part of the URL by default.' },
  { name: 'curlOptsList', type: 'list of strings', says: 'What is given to curl.', snippet: '[ "$0" ]' },
  {
    name: 'postFetch',
    type: 'bash',
    says: 'Commands that run when it is downloaded; they count into the hash.',
    snippet: "''\n  $0\n''",
  },
];

const forge: readonly KnownAttribute[] = [
  { name: 'owner', ...text, says: 'The user or organisation that the repository belongs to.' },
  { name: 'repo', ...text, says: 'The name of the repository.' },
  { name: 'rev', ...text, says: 'The commit or tag. For a tag `tag` says more clearly what it is.' },
  { name: 'tag', ...text, says: 'The tag, as `"v${version}"`; newer nixpkgs. In place of `rev`.' },
  { name: 'domain', ...text, says: 'The host, where it is not the usual one.' },
  ...alike(flag, {
    fetchSubmodules: 'Whether submodules are fetched, too. It then clones with git.',
    leaveDotGit: 'Whether `.git` is kept. Its contents may change, and with them the hash.',
    deepClone: 'Whether the history is fetched, too.',
    forceFetchGit: 'Whether it clones with git rather than downloading an archive.',
    fetchLFS: 'Whether files in large file storage are fetched.',
  }),
  {
    name: 'sparseCheckout',
    type: 'list of strings',
    says: 'The only folders to check out.',
    snippet: '[ "$0" ]',
  },
  hashOf(tree),
];

const git: readonly KnownAttribute[] = [
  { name: 'url', ...text, says: 'The URL of the repository.' },
  ...forge.filter(({ name }) => !/^(?:owner|repo|domain|forceFetchGit)$/.test(name)),
  { name: 'branchName', ...text, says: 'The name of the branch that is made for the commit.' },
];

function fetcher(name: string, says: string, attributes: readonly KnownAttribute[]): KnownFunction {
  return { name, says, isFetcher: true, attributes };
}

const fetchers: readonly KnownFunction[] = [
  fetcher('fetchurl', 'Downloads a file.', [
    ...download,
    hashOf(archive),
    {
      name: 'executable',
      ...flag,
      says: 'Whether the file may be executed; the hash is then that of a folder.',
    },
    { name: 'recursiveHash', ...flag, says: 'Whether the hash counts as that of a folder.' },
  ]),
  fetcher('fetchzip', 'Downloads an archive and unpacks it.', [
    ...download,
    hashOf(tree),
    {
      name: 'stripRoot',
      type: 'boolean',
      says: 'Whether the one folder that holds all is left out.',
      default: 'true',
      snippet: 'false',
    },
    { name: 'extension', ...text, says: 'The kind of archive, where the URL does not end in it.' },
  ]),
  fetcher('fetchFromGitHub', 'Fetches a repository of GitHub.', forge),
  fetcher('fetchFromGitLab', 'Fetches a repository of GitLab.', [
    ...forge,
    { name: 'group', ...text, says: 'The group that the owner belongs to.' },
  ]),
  fetcher('fetchFromGitea', 'Fetches a repository of a Gitea, whose host is `domain`.', forge),
  fetcher('fetchFromForgejo', 'Fetches a repository of a Forgejo, whose host is `domain`.', forge),
  fetcher('fetchFromCodeberg', 'Fetches a repository of Codeberg.', forge),
  fetcher('fetchFromSourcehut', 'Fetches a repository of SourceHut; `owner` begins with `~`.', [
    ...forge,
    { name: 'vc', ...text, says: 'The kind of repository, `git` or `hg`.', default: '"git"' },
  ]),
  fetcher('fetchFromBitbucket', 'Fetches a repository of Bitbucket.', forge),
  fetcher('fetchgit', 'Clones a git repository.', git),
  fetcher(
    'fetchpatch',
    'Downloads a patch and normalises it, so that its hash does not depend on how it was made.',
    [
      ...download,
      hashOf('the normalised patch'),
      {
        name: 'stripLen',
        type: 'number',
        says: 'How many folders are removed from its paths.',
        default: '0',
        snippet: '$0',
      },
      { name: 'extraPrefix', ...text, says: 'A folder to put before its paths.' },
      {
        name: 'includes',
        type: 'list of strings',
        says: 'Patterns of the only files to keep.',
        snippet: '[ "$0" ]',
      },
      {
        name: 'excludes',
        type: 'list of strings',
        says: 'Patterns of files to leave out.',
        snippet: '[ "$0" ]',
      },
      { name: 'relative', ...text, says: 'The only folder to keep; its name is removed from the paths.' },
      { name: 'revert', ...flag, says: 'Whether the patch is turned round.' },
    ],
  ),
  fetcher('fetchPypi', 'Downloads a package of PyPI.', [
    { name: 'pname', ...text, says: 'The name of the package there.' },
    { name: 'version', ...text, says: 'Its version.' },
    {
      name: 'format',
      ...text,
      says: 'What is fetched: `"setuptools"` for the source, `"wheel"` for a wheel.',
      default: '"setuptools"',
    },
    { name: 'extension', ...text, says: 'The ending of the source archive.', default: '"tar.gz"' },
    ...alike(text, {
      dist: 'Of a wheel: the Python that it is for.',
      python: 'Of a wheel: the Python tag of its name.',
      abi: 'Of a wheel: the ABI tag of its name.',
      platform: 'Of a wheel: the platform tag of its name.',
    }),
    hashOf(archive),
  ]),
  fetcher('fetchCrate', 'Downloads a crate of crates.io.', [
    { name: 'pname', ...text, says: 'The name of the crate.' },
    { name: 'version', ...text, says: 'Its version.' },
    hashOf(tree),
  ]),
  fetcher('fetchsvn', 'Checks out a Subversion repository.', [
    { name: 'url', ...text, says: 'The URL of the repository.' },
    { name: 'rev', ...text, says: 'The revision.' },
    hashOf(tree),
  ]),
  fetcher('fetchhg', 'Clones a Mercurial repository.', [
    { name: 'url', ...text, says: 'The URL of the repository.' },
    { name: 'rev', ...text, says: 'The revision.' },
    hashOf(tree),
  ]),
];

const bash = { type: 'bash', snippet: "''\n  $0\n''" };

function helper(name: string, says: string, attributes: readonly KnownAttribute[]): KnownFunction {
  return { name, says, isFetcher: false, attributes };
}

const helpers: readonly KnownFunction[] = [
  helper(
    'writeShellApplication',
    'Makes a program of a bash script, with `PATH` set and shellcheck run on it.',
    [
      { name: 'name', ...text, says: 'The name of the program.' },
      { name: 'text', ...bash, says: 'The script, without its `#!` line.' },
      {
        name: 'runtimeInputs',
        type: 'list of packages',
        says: 'Packages whose programs the script calls.',
        snippet: '[ $0 ]',
      },
      {
        name: 'runtimeEnv',
        type: 'set of strings',
        says: 'Variables that the script exports.',
        snippet: '{ $0 }',
      },
      {
        name: 'excludeShellChecks',
        type: 'list of strings',
        says: 'Codes of shellcheck that are left out.',
        snippet: '[ "SC$0" ]',
      },
      {
        name: 'bashOptions',
        type: 'list of strings',
        says: 'Options of the shell.',
        default: '[ "errexit" "nounset" "pipefail" ]',
        snippet: '[ "$0" ]',
      },
      { name: 'checkPhase', ...bash, says: 'Commands that check the script, in place of shellcheck.' },
      { name: 'meta', type: 'set', says: 'As of a package.', snippet: '{ $0 }' },
    ],
  ),
  helper('writeTextFile', 'Writes a text to a file in the store.', [
    { name: 'name', ...text, says: 'The name of the store path.' },
    { name: 'text', ...text, says: 'The text.' },
    { name: 'executable', ...flag, says: 'Whether the file may be executed.' },
    {
      name: 'destination',
      ...text,
      says: 'Where it stands in the output, as `"/bin/name"`; the output itself without it.',
    },
    { name: 'checkPhase', ...bash, says: 'Commands that check the file.' },
  ]),
  helper('symlinkJoin', 'Makes one folder of links to the files of several packages.', [
    { name: 'name', ...text, says: 'The name of the store path.' },
    { name: 'paths', type: 'list of packages', says: 'What is joined.', snippet: '[ $0 ]' },
    { name: 'postBuild', ...bash, says: 'Commands that run when all is linked, as `wrapProgram`.' },
    {
      name: 'nativeBuildInputs',
      type: 'list of packages',
      says: 'Programs that `postBuild` calls.',
      snippet: '[ $0 ]',
    },
  ]),
  helper('makeDesktopItem', 'Makes a desktop entry.', [
    { name: 'name', ...text, says: 'The name of its file.' },
    { name: 'desktopName', ...text, says: 'The name that is shown.' },
    { name: 'exec', ...text, says: 'The command to run.' },
    { name: 'icon', ...text, says: 'The name of its icon.' },
    { name: 'comment', ...text, says: 'What is shown when one points at it.' },
    { name: 'genericName', ...text, says: 'What kind of program it is.' },
    { name: 'categories', type: 'list of strings', says: 'Where it stands in menus.', snippet: '[ "$0" ]' },
    { name: 'mimeTypes', type: 'list of strings', says: 'What it opens.', snippet: '[ "$0" ]' },
    { name: 'terminal', ...flag, says: 'Whether it needs a terminal.' },
  ]),
];

const byName = new Map([...fetchers, ...helpers].map((each) => [each.name, each]));

/** What is known of a function by its name; null when nothing is. */
export function knownFunction(name: string): KnownFunction | null {
  return byName.get(name === 'fetchpatch2' ? 'fetchpatch' : name) ?? null;
}
