/** Where a new package's source comes from, read from an address: which fetcher fetches it, and which version it is. */
import { failure, success, type Problem, type Result } from '../../result';
import { registryOrigin } from './registries';

export interface Origin {
  readonly fetcher: string;
  /** What the fetcher takes, in the order in which it is written; `tag`, `rev` or `url` hold the version. */
  readonly arguments: readonly (readonly [string, string])[];
  /** What is downloaded to learn the hash. */
  readonly address: string;
  /** The tag that git checks out there; null for an archive. */
  readonly checkout: string | null;
  /** The hash is that of the unpacked tree, not of the archive. */
  readonly isTree: boolean;
  /** As the store calls what is fetched. */
  readonly storeName: string;
  /** Empty where the address says a version alone. */
  readonly name: string;
  /** Null where the address does not say one. */
  readonly version: string | null;
  readonly homepage: string | null;
}

/** Of an `http`, `https`, `ftp` or `file` URL. Problems: `wrong-url`, `no-tag`. */
export function readOrigin(text: string): Result<Origin> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return failure(wrongUrl(text));
  }
  if (!/^(?:https?|ftp|file):$/.test(url.protocol) || /["\\$\s]/.test(text)) return failure(wrongUrl(text));
  const forge = url.protocol === 'file:' ? undefined : forges.find(({ host }) => host.test(url.hostname));
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const ofRegistry = url.protocol === 'file:' ? null : registryOrigin(url.hostname, parts.map(decoded));
  if (ofRegistry !== null) return success(ofRegistry);
  const asForge = forge === undefined ? null : forgeOrigin(forge, url.hostname, parts);
  if (asForge !== null) return asForge;
  const file = decoded(parts.at(-1) ?? '');
  const archive = /^(.+?)\.(?:tar(?:\.\w+)?|t[gbx]z|tbz2|tzst|zip)$/i.exec(file)?.[1];
  if (archive === undefined) return failure(wrongUrl(text));
  return success(archiveOrigin(text, file, archive));
}

const versioned = /^v?(\d+(?:[._][a-z\d]+)*(?:-?(?:alpha|beta|rc|pre)[.\d]*)?)$/i;

/** `name-1.2`, `name_1.2`, `v1.2`; of a file that says less, the nearest part of the path that is a version. */
export function nameAndVersion(text: string): { readonly name: string; readonly version: string | null } {
  const [, version] = versioned.exec(text) ?? [];
  if (version !== undefined) return { name: '', version };
  const [, name = '', after] = /^(.*?)[-_](v?\d.*)$/i.exec(text) ?? [];
  const of = after === undefined ? null : nameAndVersion(after);
  if (of?.version == null) return { name: text, version: null };
  // `thing-2d-1.2`: what is before the version belongs to the name.
  return {
    name: of.name === '' ? name : text.slice(0, name.length + 1 + of.name.length),
    version: of.version,
  };
}

function archiveOrigin(url: string, file: string, archive: string): Origin {
  const [said, path] = [nameAndVersion(archive.replace(/[-.](?:src|source|orig)$/i, '')), url.split('/')];
  const above = path.slice(3, -1).reverse().map(nameAndVersion);
  return {
    fetcher: 'fetchurl',
    arguments: [['url', url]],
    address: url,
    checkout: null,
    isTree: false,
    // What may not stand in a store path is not looked for there by fetchers either.
    storeName: file.replaceAll(/[^\w+.?=-]+/g, '-').replace(/^\.+/, ''),
    name: said.name,
    version: said.version ?? above.find(({ version }) => version?.includes('.'))?.version ?? null,
    homepage: null,
  };
}

interface Forge {
  readonly host: RegExp;
  readonly fetcher: string;
  /** What follows the repository's path in the address of a tag or revision, which is group 1. */
  readonly page: RegExp;
  /** The fetcher takes the host as an argument, except for this one. */
  readonly ownHost: string | null;
  /** What the fetcher of nixpkgs downloads. */
  readonly archive: (host: string, owner: string, repo: string, ref: string) => string;
  /** What comes between the repository's page and a tag in the address of the tag. */
  readonly tagPage: string;
  /** Takes `rev` for tags, too. */
  readonly onlyRev?: boolean;
}

const plainArchive = (host: string, owner: string, repo: string, ref: string): string =>
  `https://${host}/${owner}/${repo}/archive/${ref}.tar.gz`;
const archiveFile = String.raw`(?:refs\/tags\/)?(.+?)(?:\.tar\.gz|\.zip)`;

const forges: readonly Forge[] = [
  {
    host: /^(?:www\.)?github\.com$/,
    fetcher: 'fetchFromGitHub',
    page: new RegExp(`^(?:tree/(.+)|releases/tag/(.+)|commit/(.+)|archive/${archiveFile})$`),
    ownHost: 'github.com',
    archive: plainArchive,
    tagPage: 'tree',
  },
  {
    host: /^(?:[\w-]+\.)*(?:gitlab\.[\w.-]+|salsa\.debian\.org)$/,
    fetcher: 'fetchFromGitLab',
    page: /^-\/(?:tree\/(.+)|tags\/(.+)|releases\/(.+)|commit\/(.+)|archive\/(.+)\/[^/]+)$/,
    ownHost: 'gitlab.com',
    archive: (host, owner, repo, ref) =>
      `https://${host}/api/v4/projects/${encodeURIComponent(`${owner}/${repo}`)}/repository/archive.tar.gz?sha=${encodeURIComponent(ref)}`,
    tagPage: '-/tags',
  },
  {
    host: /^(?:codeberg\.org|gitea\.[\w.-]+|(?:[\w-]+\.)*forgejo\.[\w.-]+)$/,
    fetcher: 'fetchFromGitea',
    page: new RegExp(`^(?:src/(?:tag|commit)/(.+)|releases/tag/(.+)|commit/(.+)|archive/${archiveFile})$`),
    ownHost: null,
    archive: plainArchive,
    tagPage: 'src/tag',
  },
  {
    host: /^git\.sr\.ht$/,
    fetcher: 'fetchFromSourcehut',
    page: new RegExp(`^(?:refs/(.+)|tree/([^/]+)|commit/(.+)|archive/${archiveFile})$`),
    ownHost: 'git.sr.ht',
    archive: plainArchive,
    tagPage: 'refs',
    onlyRev: true,
  },
];

/** Null where the address is of a file that somebody uploaded: that is an archive like any other. */
function forgeOrigin(forge: Forge, hostname: string, parts: readonly string[]): Result<Origin> | null {
  const host = hostname.replace(/^www\./, '');
  const dash = parts.indexOf('-');
  const depth = forge.fetcher === 'fetchFromGitLab' && dash > 1 ? dash : 2;
  const owner = parts.slice(0, depth - 1).join('/');
  const repo = (parts[depth - 1] ?? '').replace(/\.git$/, '');
  if (owner === '' || repo === '') return failure(noTag(`https://${host}`));
  const rest = parts.slice(depth).map(decoded).join('/');
  if (/^(?:-\/)?(?:releases\/download|uploads|package_files)\//.test(rest)) return null;
  const refs: readonly (string | undefined)[] = forge.page.exec(rest)?.slice(1) ?? [];
  const ref = refs.find((one) => one !== undefined);
  const homepage = `https://${host}/${owner}/${repo}`;
  if (ref === undefined) return failure(noTag(homepage));
  const isRevision = /^[0-9a-f]{40}$/.test(ref);
  const domain: [string, string][] = host === forge.ownHost ? [] : [['domain', host]];
  return success({
    fetcher: forge.fetcher,
    arguments: [
      ...domain,
      ['owner', owner],
      ['repo', repo],
      [isRevision || forge.onlyRev === true ? 'rev' : 'tag', ref],
    ],
    address: forge.archive(host, owner, repo, ref),
    checkout: null,
    isTree: true,
    storeName: 'source',
    name: repo,
    version: isRevision ? null : nameAndVersion(ref).version,
    homepage,
  });
}

/** A repository whose address names no version. */
export interface Repository {
  /** For git. */
  readonly address: string;
  readonly name: string;
  readonly tagged: (tag: string) => Result<Origin>;
}

/** Null for the address of anything else. */
export function repositoryAt(text: string): Repository | null {
  if (!URL.canParse(text) || /["\\$\s]/.test(text)) return null;
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  if (!/^(?:https?|file):$/.test(protocol) || search !== '' || hash !== '') return null;
  const parts = pathname.split('/').filter((part) => part !== '');
  const name = decoded(parts.at(-1) ?? '').replace(/\.git$/, '');
  const forge = protocol === 'file:' ? undefined : forges.find(({ host }) => host.test(hostname));
  const hasPage = forge?.fetcher === 'fetchFromGitLab' ? parts.includes('-') : parts.length !== 2;
  if (forge !== undefined && parts.length >= 2 && !hasPage) {
    const page = `https://${hostname}/${parts.join('/').replace(/\.git$/, '')}`;
    const tagged = (tag: string): Result<Origin> =>
      readOrigin(`${page}/${forge.tagPage}/${tag.split('/').map(encodeURIComponent).join('/')}`);
    return { address: page, name, tagged };
  }
  if (!pathname.endsWith('.git') || name === '') return null;
  return { address: text, name, tagged: (tag) => success(clonedOrigin(text, name, tag)) };
}

function clonedOrigin(url: string, name: string, tag: string): Origin {
  return {
    fetcher: 'fetchgit',
    arguments: [
      ['url', url],
      ['tag', tag],
    ],
    address: url,
    checkout: tag,
    isTree: true,
    storeName: name,
    name,
    version: nameAndVersion(tag).version,
    homepage: url.startsWith('file:') ? null : url.replace(/\.git$/, ''),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A `%` that stands for itself.
    return part;
  }
}

function wrongUrl(text: string): Problem {
  return {
    code: 'wrong-url',
    message: `“${text}” is not the address of an archive of sources, nor of a tag of a repository.`,
    advice:
      'Give the URL of a .tar.gz, .tar.xz, .tar.bz2 or .zip, a repository or the page of a tag on GitHub, GitLab, Codeberg or sourcehut, the URL of another repository that ends in .git, or a folder.',
  };
}

function noTag(repository: string): Problem {
  return {
    code: 'no-tag',
    message: `The address does not say which version of ${repository} is meant.`,
    advice: 'Give the page of a tag, release or commit of the repository.',
  };
}
