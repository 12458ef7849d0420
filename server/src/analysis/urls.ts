/** Pages behind what Nix files write as URLs and as arguments of fetchers. Pure. */

export interface Hosted {
  /** The fetcher: `fetchFromGitHub`. */
  readonly host: string;
  /** Its arguments, those that the text tells. */
  readonly fields: Readonly<Record<string, string>>;
}

/** First mirrors of nixpkgs' `mirrors.nix` that serve pages. */
const mirrors: Readonly<Record<string, string>> = {
  apache: 'https://dlcdn.apache.org/',
  cpan: 'https://cpan.metacpan.org/',
  debian: 'https://httpredir.debian.org/debian/',
  gcc: 'https://gcc.gnu.org/pub/gcc/',
  gnome: 'https://download.gnome.org/',
  gnu: 'https://ftpmirror.gnu.org/',
  gnupg: 'https://gnupg.org/ftp/gcrypt/',
  hackage: 'https://hackage.haskell.org/package/',
  kde: 'https://download.kde.org/',
  kernel: 'https://cdn.kernel.org/pub/',
  luarocks: 'https://luarocks.org/',
  mozilla: 'https://download.cdn.mozilla.net/pub/mozilla.org/',
  mysql: 'https://cdn.mysql.com/Downloads/',
  postgresql: 'https://ftp.postgresql.org/pub/',
  pypi: 'https://pypi.io/packages/source/',
  qt: 'https://download.qt.io/',
  samba: 'https://download.samba.org/pub/',
  savannah: 'https://download.savannah.nongnu.org/releases/',
  sourceforge: 'https://downloads.sourceforge.net/',
  xorg: 'https://xorg.freedesktop.org/releases/',
};

/** What a browser can open of a URL as Nix understands it (`mirror:`, `git+https:`, flake references); null for all else. */
export function pageOf(url: string): string | null {
  const plain = url.replace(/^(?:git|hg|tarball|file)\+(?=https?:)/, '');
  if (/^https?:\/\/[^\s/]+(?:\/\S*)?$/.test(plain)) return plain;
  const [, mirror, rest] = /^mirror:\/\/([\w-]+)\/(\S*)$/.exec(url) ?? [];
  if (mirror !== undefined && rest !== undefined) {
    const base = mirrors[mirror];
    return base === undefined ? null : base + rest;
  }
  const [, host, owner, repo, rev] =
    /^(github|gitlab|sourcehut):([^/\s]+)\/([^/?\s]+)(?:\/([^?\s]+))?(?:\?\S*)?$/.exec(url) ?? [];
  if (host === undefined || owner === undefined || repo === undefined) return null;
  const fetcher =
    { github: 'fetchFromGitHub', gitlab: 'fetchFromGitLab', sourcehut: 'fetchFromSourcehut' }[host] ?? '';
  const fields = { owner, repo, ...(rev === undefined ? {} : { rev }) };
  return hostedPage({ host: fetcher, fields });
}

/** The page of a repository, of a revision when that is known; null when the host is not, or what it needs. */
export function hostedPage({ host, fields }: Hosted): string | null {
  const { owner, repo, domain, githubBase, group, vc } = fields;
  if (owner === undefined || repo === undefined) return null;
  const rev = (fields['tag'] ?? fields['rev'])?.replace(/^refs\/(?:tags|heads)\//, '');
  const at = (tree: string): string => (rev === undefined ? '' : `${tree}${encodeURI(rev)}`);
  switch (host) {
    case 'fetchFromGitHub':
      return `https://${githubBase ?? 'github.com'}/${owner}/${repo}${at('/tree/')}`;
    case 'fetchFromGitLab':
      return `https://${domain ?? 'gitlab.com'}/${group === undefined ? '' : `${group}/`}${owner}/${repo}${at('/-/tree/')}`;
    case 'fetchFromGitea':
    case 'fetchFromForgejo':
    case 'fetchFromCodeberg': {
      const site = domain ?? (host === 'fetchFromCodeberg' ? 'codeberg.org' : null);
      return site === null ? null : `https://${site}/${owner}/${repo}${at('/src/')}`;
    }
    case 'fetchFromBitbucket':
      return `https://bitbucket.org/${owner}/${repo}${at('/src/')}`;
    case 'fetchFromSourcehut':
      return `https://${vc ?? 'git'}.${domain ?? 'sr.ht'}/${owner}/${repo}${at('/tree/')}`;
    default:
      return null;
  }
}
