/** What a text leads to. */
import assert from 'node:assert/strict';
import { Values } from '../../../server/src/analysis/across/values';
import { linksIn } from '../../../server/src/analysis/links';
import { cursorIn } from '../../support/fileTrees';

/** `text -> page` for each link; the node's kind for one that leads to a file. */
async function links(text: string): Promise<string[]> {
  const { files, file } = await cursorIn({ 'a.nix': `${text}|` });
  const found = await linksIn(new Values(files), file, new AbortController().signal);
  return found.map(({ span, target }) => {
    const written = file.tree.text.slice(span.start, span.end);
    return `${written} -> ${target.kind === 'page' ? target.url : target.node.kind}`;
  });
}

describe('links', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['[ ./a.nix <nixpkgs/lib> ./${x} ~/b ]', ['./a.nix -> path', '<nixpkgs/lib> -> searchPath']],
    ['{ homepage = "https://a.b/c"; description = "see: https://a.b"; }', ['https://a.b/c -> https://a.b/c']],
    [
      'd: d rec { version = "1.2"; url = "mirror://gnu/hello/hello-${version}.tar.gz"; }',
      ['mirror://gnu/hello/hello-${version}.tar.gz -> https://ftpmirror.gnu.org/hello/hello-1.2.tar.gz'],
    ],
    ['version: "https://a.b/${version}"', []],
    [
      '{ inputs.a.url = "github:NixOS/nixpkgs/nixos-24.05"; }',
      ['github:NixOS/nixpkgs/nixos-24.05 -> https://github.com/NixOS/nixpkgs/tree/nixos-24.05'],
    ],
    [
      'd: d (finalAttrs: { version = "2"; src = pkgs.fetchFromGitHub { owner = "o"; repo = "r"; tag = "v${finalAttrs.version}"; }; })',
      ['fetchFromGitHub -> https://github.com/o/r/tree/v2'],
    ],
    [
      'fetchFromGitLab { domain = "gitlab.gnome.org"; owner = "o"; repo = "r"; inherit rev; }',
      ['fetchFromGitLab -> https://gitlab.gnome.org/o/r'],
    ],
    [
      'fetchFromSourcehut { owner = "~o"; repo = "r"; rev = "a"; }',
      ['fetchFromSourcehut -> https://git.sr.ht/~o/r/tree/a'],
    ],
    ['fetchFromGitHub { owner = x; repo = "r"; }', []],
    ["''https://a.b''", ['https://a.b -> https://a.b']],
  ];
  for (const [text, expected] of cases) {
    it(`of ${text}`, async () => assert.deepEqual(await links(text), expected));
  }
});
