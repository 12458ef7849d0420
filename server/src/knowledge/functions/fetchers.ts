/** Functions that fetch. Source: the Nixpkgs manual, "Fetchers", `pkgs/build-support/fetch*`, the languages' own fetchers, and the Nix manual, "Built-in Functions". */
import { alike, type KnownAttribute } from '../attributes/attribute';
import { bash, flag, text, words, wordsOr } from '../attributes/kinds';
import type { KnownFunction } from './knownFunction';

function hashOf(what: string): KnownAttribute {
  return {
    name: 'hash',
    type: 'hash',
    says: `The hash of ${what}, as \`"sha256-…"\`. Begin with \`lib.fakeHash\`: the build fails and tells the right one, which one click puts in its place.`,
    snippet: '${1:lib.fakeHash}',
  };
}

const oldHash: KnownAttribute = {
  name: 'sha256',
  type: 'hash',
  says: 'The hash, as `hash` is written today: of older expressions, in base 32 or 16.',
  snippet: '${1:lib.fakeSha256}',
};

const archive = 'the downloaded file';
const tree = 'the unpacked files';

const postFetch: KnownAttribute = {
  name: 'postFetch',
  ...bash,
  says: 'Commands that run when it is downloaded; what they leave counts into the hash.',
};

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
  postFetch,
  oldHash,
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
  { name: 'sparseCheckout', ...words, says: 'The only folders to check out.' },
  { name: 'rootDir', ...text, says: 'The folder that becomes the source; the rest is left out.' },
  { name: 'name', ...text, says: 'The name of its store path, `source` by default.' },
  postFetch,
  hashOf(tree),
  oldHash,
];

const git: readonly KnownAttribute[] = [
  { name: 'url', ...text, says: 'The URL of the repository.' },
  ...forge.filter(({ name }) => !/^(?:owner|repo|domain|forceFetchGit)$/.test(name)),
  { name: 'branchName', ...text, says: 'The name of the branch that is made for the commit.' },
];

function fetcher(name: string, says: string, attributes: readonly KnownAttribute[]): KnownFunction {
  return { name, says, isFetcher: true, attributes };
}

export const fetchers: readonly KnownFunction[] = [
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
  fetcher('fetchDebianPatch', 'Downloads a patch of Debian’s package.', [
    { name: 'pname', ...text, says: 'The name of the package in Debian.' },
    { name: 'version', ...text, says: 'Upstream’s version.' },
    { name: 'debianRevision', ...text, says: 'Debian’s revision of it.' },
    { name: 'patch', ...text, says: 'The name of the patch.' },
    { name: 'area', ...text, says: 'The part of Debian.', default: '"main"' },
    hashOf('the patch'),
  ]),
  fetcher('fetchCargoVendor', 'Fetches the crates that `Cargo.lock` names.', [
    { name: 'src', type: 'path or derivation', says: 'The source that has `Cargo.lock`.' },
    { name: 'name', ...text, says: 'The name of its store path.' },
    { name: 'cargoRoot', ...text, says: 'The folder of `Cargo.lock` where it is not that of the source.' },
    { name: 'sourceRoot', ...text, says: 'As of the package.' },
    { name: 'patches', type: 'list of paths', says: 'Patches of `Cargo.lock`.', snippet: '[ $0 ]' },
    hashOf('the crates'),
  ]),
  fetcher('fetchNpmDeps', 'Fetches the packages that `package-lock.json` names.', [
    { name: 'src', type: 'path or derivation', says: 'The source that has `package-lock.json`.' },
    { name: 'name', ...text, says: 'The name of its store path.' },
    { name: 'forceGitDeps', ...flag, says: 'Whether packages from git are taken though they run scripts.' },
    { name: 'forceEmptyCache', ...flag, says: 'Whether a lock file without any package is fine.' },
    { name: 'fetcherVersion', type: 'number', says: 'How they are fetched.', default: '1', snippet: '2' },
    hashOf('the packages'),
  ]),
  fetcher('fetchPnpmDeps', 'Fetches the packages that `pnpm-lock.yaml` names.', [
    { name: 'pname', ...text, says: 'The name of the package.' },
    { name: 'version', ...text, says: 'Its version.' },
    { name: 'src', type: 'path or derivation', says: 'The source that has `pnpm-lock.yaml`.' },
    {
      name: 'fetcherVersion',
      type: 'number',
      says: 'How they are fetched; it has to be given.',
      snippet: '${1:2}',
    },
    { name: 'pnpmWorkspaces', ...wordsOr, says: 'The workspaces to fetch for; all without it.' },
    { name: 'pnpmInstallFlags', ...words, says: 'What is given to `pnpm install`.' },
    hashOf('the packages'),
  ]),
  fetcher('fetchYarnDeps', 'Fetches the packages that `yarn.lock` names.', [
    {
      name: 'yarnLock',
      type: 'path',
      says: 'The lock file, as `src + "/yarn.lock"`.',
      snippet: 'src + "/yarn.lock"',
    },
    { name: 'src', type: 'path or derivation', says: 'The source, in place of `yarnLock`.' },
    { name: 'name', ...text, says: 'The name of its store path.' },
    hashOf('the packages'),
  ]),
  fetcher('requireFile', 'Asks for a file that nobody may download by themselves, and tells how to add it.', [
    { name: 'name', ...text, says: 'The name of the file.' },
    { name: 'url', ...text, says: 'Where a person gets it.' },
    { name: 'message', ...text, says: 'What is said where it is not there, in place of the usual words.' },
    { name: 'hashMode', ...text, says: 'What is hashed.', default: '"flat"' },
    hashOf('the file'),
    oldHash,
  ]),
  fetcher('fetchTarball', 'Nix’s own: downloads an archive and unpacks it, while evaluating.', [
    { name: 'url', ...text, says: 'Where it is downloaded from.' },
    { name: 'name', ...text, says: 'The name of its store path, `source` by default.' },
    { ...oldHash, says: 'The hash of the unpacked files. Without it, it is downloaded anew after a while.' },
  ]),
  fetcher('fetchGit', 'Nix’s own: fetches a git repository while evaluating.', [
    { name: 'url', ...text, says: 'The URL or path of the repository.' },
    { name: 'rev', ...text, says: 'The commit; the newest of `ref` without it.' },
    { name: 'ref', ...text, says: 'The branch or tag, as `refs/tags/v1`.', default: '"HEAD"' },
    { name: 'name', ...text, says: 'The name of its store path.', default: '"source"' },
    { name: 'submodules', ...flag, says: 'Whether submodules are fetched, too.' },
    { name: 'shallow', ...flag, says: 'Whether the history is left out.' },
    { name: 'allRefs', ...flag, says: 'Whether all branches are fetched to find the commit.' },
    { name: 'lfs', ...flag, says: 'Whether files in large file storage are fetched; newer Nix.' },
    { name: 'narHash', ...text, says: 'The hash of the files.' },
  ]),
  fetcher('fetchTree', 'Nix’s own: fetches what a flake reference names, while evaluating.', [
    {
      name: 'type',
      ...text,
      says: 'What is fetched.',
      choices: {
        git: 'A git repository.',
        github: 'A repository of GitHub.',
        gitlab: 'A repository of GitLab.',
        sourcehut: 'A repository of SourceHut.',
        tarball: 'An archive.',
        file: 'A file as it is.',
        path: 'A folder of this machine.',
        mercurial: 'A Mercurial repository.',
      },
    },
    { name: 'url', ...text, says: 'Where it is.' },
    { name: 'owner', ...text, says: 'Of a forge: who the repository belongs to.' },
    { name: 'repo', ...text, says: 'Of a forge: the name of the repository.' },
    { name: 'ref', ...text, says: 'The branch or tag.' },
    { name: 'rev', ...text, says: 'The commit.' },
    { name: 'narHash', ...text, says: 'The hash of the files.' },
  ]),
];
