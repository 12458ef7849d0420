/** What the address of a new package's source says: the fetcher, the version, or a repository that has to be asked. */
import { equal } from 'node:assert/strict';
import { readOrigin, repositoryAt } from '../../../server/src/derivation/newPackage/origin';
import { latestTag } from '../../../server/src/derivation/newPackage/tags';

describe('the address of a source', () => {
  const read = (url: string): string => {
    const origin = readOrigin(url);
    if (!origin.ok) return origin.error.code;
    const { fetcher, name, version, address } = origin.value;
    const given = origin.value.arguments
      .map(([key, value]) => (key === 'url' ? key : `${key}=${value}`))
      .join(' ');
    return `${fetcher} ${given}: ${name} ${version ?? '?'}${address === url ? '' : ` ${address}`}`;
  };
  const commit = 'a'.repeat(40);
  const table: readonly (readonly [string, string])[] = [
    ['https://x.org/hello-2.12.1.tar.gz', 'fetchurl url: hello 2.12.1'],
    ['file:///tmp/a/hello-1.0-rc1.tar.xz', 'fetchurl url: hello 1.0-rc1'],
    ['https://x.org/releases/3.4/thing.tgz', 'fetchurl url: thing 3.4'],
    ['https://github.com/a/b/releases/download/v1.0/b-1.0.tar.gz', 'fetchurl url: b 1.0'],
    [
      'https://github.com/a/b/tree/v1.0',
      'fetchFromGitHub owner=a repo=b tag=v1.0: b 1.0 https://github.com/a/b/archive/v1.0.tar.gz',
    ],
    [
      'https://github.com/a/b/archive/refs/tags/b-1.0.tar.gz',
      'fetchFromGitHub owner=a repo=b tag=b-1.0: b 1.0 https://github.com/a/b/archive/b-1.0.tar.gz',
    ],
    [
      `https://github.com/a/b/commit/${commit}`,
      `fetchFromGitHub owner=a repo=b rev=${commit}: b ? https://github.com/a/b/archive/${commit}.tar.gz`,
    ],
    [
      'https://gitlab.com/a/c/b/-/tags/2.0',
      'fetchFromGitLab owner=a/c repo=b tag=2.0: b 2.0 https://gitlab.com/api/v4/projects/a%2Fc%2Fb/repository/archive.tar.gz?sha=2.0',
    ],
    [
      'https://gitlab.gnome.org/GNOME/b/-/archive/2.0/b-2.0.tar.gz',
      'fetchFromGitLab domain=gitlab.gnome.org owner=GNOME repo=b tag=2.0: b 2.0 https://gitlab.gnome.org/api/v4/projects/GNOME%2Fb/repository/archive.tar.gz?sha=2.0',
    ],
    [
      'https://codeberg.org/a/b/src/tag/v0.3',
      'fetchFromGitea domain=codeberg.org owner=a repo=b tag=v0.3: b 0.3 https://codeberg.org/a/b/archive/v0.3.tar.gz',
    ],
    [
      'https://git.sr.ht/~a/b/refs/0.3',
      'fetchFromSourcehut owner=~a repo=b rev=0.3: b 0.3 https://git.sr.ht/~a/b/archive/0.3.tar.gz',
    ],
    [
      'https://files.pythonhosted.org/packages/ab/cd/0123/thing_py-1.2.tar.gz',
      'fetchPypi pname=thing_py version=1.2: thing_py 1.2 https://files.pythonhosted.org/packages/source/t/thing_py/thing_py-1.2.tar.gz',
    ],
    [
      'https://pypi.org/project/thing/1.2/',
      'fetchPypi pname=thing version=1.2: thing 1.2 https://files.pythonhosted.org/packages/source/t/thing/thing-1.2.tar.gz',
    ],
    ['https://files.pythonhosted.org/packages/ab/thing-1.2-py3-none-any.whl', 'wrong-url'],
    [
      'https://static.crates.io/crates/ripgrep/ripgrep-14.1.0.crate',
      'fetchCrate pname=ripgrep version=14.1.0: ripgrep 14.1.0 https://crates.io/api/v1/crates/ripgrep/14.1.0/download',
    ],
    [
      'https://crates.io/api/v1/crates/serde-json/1.0.1/download',
      'fetchCrate pname=serde-json version=1.0.1: serde-json 1.0.1',
    ],
    [
      'https://crates.io/crates/serde/1.0.1',
      'fetchCrate pname=serde version=1.0.1: serde 1.0.1 https://crates.io/api/v1/crates/serde/1.0.1/download',
    ],
    ['https://github.com/a/b', 'no-tag'],
    ['https://codeberg.org/a/b/issues', 'no-tag'],
    ['https://x.org/', 'wrong-url'],
    ['https://x.org/%zz.tar.gz', 'fetchurl url: %zz ?'],
    ['https://x.org/v1.2.tar.gz', 'fetchurl url:  1.2'],
    ['https://x.org/thing-2d-1.2.tar.gz', 'fetchurl url: thing-2d 1.2'],
    ['https://x.org/$(a)-1.tar.gz', 'wrong-url'],
    ['javascript:a.tar.gz', 'wrong-url'],
    ['nonsense', 'wrong-url'],
    ['https://x.org/bzip2.zip', 'fetchurl url: bzip2 ?'],
  ];
  for (const [url, expected] of table) it(url, () => equal(read(url), expected));
});

describe('a repository without a version', () => {
  const tagged = (url: string, tag: string): string => {
    const repository = repositoryAt(url);
    if (repository === null) return 'none';
    const origin = repository.tagged(tag);
    if (!origin.ok) return origin.error.code;
    const { fetcher, checkout, version } = origin.value;
    const given = origin.value.arguments.map(([key, value]) => `${key}=${value}`).join(' ');
    return `${repository.address} ${fetcher} ${given}: ${version ?? '?'}${checkout === null ? '' : ` by git ${checkout}`}`;
  };
  const table: readonly (readonly [string, string])[] = [
    ['https://github.com/a/b', 'https://github.com/a/b fetchFromGitHub owner=a repo=b tag=v1.0: 1.0'],
    ['https://github.com/a/b.git', 'https://github.com/a/b fetchFromGitHub owner=a repo=b tag=v1.0: 1.0'],
    ['https://gitlab.com/a/c/b', 'https://gitlab.com/a/c/b fetchFromGitLab owner=a/c repo=b tag=v1.0: 1.0'],
    [
      'https://codeberg.org/a/b/',
      'https://codeberg.org/a/b fetchFromGitea domain=codeberg.org owner=a repo=b tag=v1.0: 1.0',
    ],
    ['https://git.sr.ht/~a/b', 'https://git.sr.ht/~a/b fetchFromSourcehut owner=~a repo=b rev=v1.0: 1.0'],
    [
      'https://x.org/git/b.git',
      'https://x.org/git/b.git fetchgit url=https://x.org/git/b.git tag=v1.0: 1.0 by git v1.0',
    ],
    ['https://github.com/a/b/tree/v2', 'none'],
    ['https://gitlab.com/a/b/-/tags/2', 'none'],
    ['https://x.org/b-1.tar.gz', 'none'],
    ['ext::sh -c x.git', 'none'],
  ];
  for (const [url, expected] of table) it(url, () => equal(tagged(url, 'v1.0'), expected));

  const tags: readonly (readonly [readonly string[], string | null])[] = [
    [['v1.9', 'v1.10', 'v1.2.3'], 'v1.10'],
    [['v2.0-rc1', 'v1.0', 'v1.0.1'], 'v1.0.1'],
    [['thing-1.0', 'other-9.0'], 'thing-1.0'],
    [['other-1.0', 'other-2.0'], 'other-2.0'],
    [['latest', 'nightly'], null],
    [[], null],
  ];
  for (const [names, expected] of tags)
    it(`takes ${expected ?? 'none'} of ${names.join(' ')}`, () => equal(latestTag('thing', names), expected));
});
