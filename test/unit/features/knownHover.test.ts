import assert from 'node:assert/strict';
import { attributeHover, functionHover } from '../../../server/src/features/knownHover';
import type { ShellNames } from '../../../server/src/derivation/shellNames';
import { atCursor } from '../../support/cursor';
import { parsed } from '../../support/syntax';

async function hovered(withCursor: string): Promise<string | null> {
  const { text, offset } = atCursor(withCursor);
  const tree = await parsed(text);
  return (attributeHover(tree, offset) ?? functionHover(tree, offset))?.markdown ?? null;
}

describe('a hover over what nixpkgs gives a meaning', () => {
  it('tells of an attribute what it is and which phase reads it', async () => {
    const told = (await hovered('stdenv.mkDerivation { make|Flags = [ ]; }')) ?? '';
    assert.match(told, /^\*\*makeFlags\*\* \(list of strings\), of `mkDerivation`\n/);
    assert.match(told, /Read in `buildPhase`\./);
    assert.match(
      (await hovered('stdenv.mkDerivation { post|Patch = ""; }')) ?? '',
      /at the end of `patchPhase`/,
    );
    assert.match(
      (await hovered('stdenv.mkDerivation { cmake|Flags = [ ]; }')) ?? '',
      /needs `cmake` among the inputs/,
    );
  });

  it('knows meta, also by its path', async () => {
    assert.match((await hovered('stdenv.mkDerivation { meta = { lice|nse = mit; }; }')) ?? '', /of `meta`/);
    assert.match((await hovered('stdenv.mkDerivation { meta.lice|nse = mit; }')) ?? '', /of `meta`/);
    assert.match(
      (await hovered('stdenv.mkDerivation { meta = with lib; { lice|nse = mit; }; }')) ?? '',
      /of `meta`/,
    );
    assert.match((await hovered('stdenv.mkDerivation { env.NIX_LD|FLAGS = ""; }')) ?? '', /of `env`/);
    assert.match((await hovered('stdenv.mkDerivation { passthru.te|sts = { }; }')) ?? '', /of `passthru`/);
    assert.equal(await hovered('stdenv.mkDerivation { meta.a.lice|nse = 1; }'), null);
  });

  it('says what neither the stdenv nor a setup hook of the derivation reads, once they were asked', async () => {
    const unread = async (withCursor: string, told: Partial<ShellNames>) => {
      const { text, offset } = atCursor(withCursor);
      const shell = { functions: [], values: {}, named: new Set<string>(), optional: [], ...told };
      const found = attributeHover(await parsed(text), offset, () => [shell]);
      return found?.markdown.includes('**Not read here**');
    };
    const makeFlags = 'stdenv.mkDerivation { make|Flags = [ ]; }';
    assert.equal(await unread(makeFlags, {}), true);
    assert.equal(await unread(makeFlags, { named: new Set(['makeFlags']) }), false);
    assert.equal(await unread(makeFlags, { values: { buildPhase: 'make $makeFlags' } }), false);
    assert.equal(await unread(makeFlags, { named: null }), false);
    // What Nix or mkDerivation reads no script needs to name.
    for (const name of ['me|ta', 'name', 'passth|ru', 'buildPh|ase'])
      assert.equal(
        await unread(`stdenv.mkDerivation { ${name.includes('|') ? name : `${name}|`} = 1; }`, {}),
        false,
      );
  });

  it('knows fetchers and what they take', async () => {
    assert.match((await hovered('fetch|url { }')) ?? '', /Downloads a file\..*`hash`/s);
    assert.match((await hovered('{ fetchurl }: fetch|url { }')) ?? '', /Downloads a file/);
    assert.match((await hovered('pkgs.fetchFrom|GitHub { }')) ?? '', /repository of GitHub/);
    assert.match((await hovered('pkgs.fetchFromGitHub { ow|ner = ""; }')) ?? '', /of `fetchFromGitHub`/);
  });

  it('knows trivial builders and builders of languages, and how they are called', async () => {
    assert.match(
      (await hovered('pkgs.write|Text "a" "b"')) ?? '',
      /writeText NAME TEXT.*to a file in the store/s,
    );
    assert.match((await hovered('run|Command "a" { } ""')) ?? '', /Runs bash commands that make `\$out`/);
    assert.match((await hovered('buildGo|Module { }')) ?? '', /`vendorHash`/);
    assert.match((await hovered('stdenv.mk|Derivation { }')) ?? '', /by the phases of stdenv/);
    assert.match((await hovered('fetchNpm|Deps { }')) ?? '', /package-lock\.json/);
    assert.match((await hovered('fetchurl { sha2|56 = ""; }')) ?? '', /as `hash` is written today/);
  });

  it('is silent about what it does not know', async () => {
    assert.equal(await hovered('stdenv.mkDerivation { fo|o = 1; }'), null);
    assert.equal(await hovered('{ make|Flags = [ ]; }'), null);
    assert.equal(await hovered('stdenv.mkDerivation { passthru = { make|Flags = 1; }; }'), null);
    assert.equal(await hovered('let fetchurl = 1; in fetch|url'), null);
  });
});
