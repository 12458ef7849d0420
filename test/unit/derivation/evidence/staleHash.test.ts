/** When a hash is too old for what it is of, by the text of the last commit. */
import assert from 'node:assert/strict';
import { staleHashes } from '../../../../server/src/derivation/evidence/staleHash';
import { replaced } from '../../../../server/src/syntax/replacement';
import { parsed } from '../../../support/syntax';

const hash = (letter: string): string => `sha256-${Buffer.alloc(32, letter).toString('base64')}`;

async function stale(committed: string, now: string) {
  const tree = await parsed(now);
  return staleHashes(tree, await parsed(committed)).map(({ message, fixes }) => ({
    message,
    fixed: replaced(now, fixes[0]?.edits ?? []),
  }));
}
const count = async (...texts: readonly [string, string]) => (await stale(...texts)).length;

describe('a hash that stayed the same', () => {
  const github = (rev: string, is = hash('a'), owner = 'o'): string =>
    `{ lib, fetchFromGitHub }: { src = fetchFromGitHub { owner = "${owner}"; repo = "r"; rev = "${rev}"; hash = "${is}"; }; }`;

  it('is stale when what it is of is another version, however that is written', async () => {
    const [found] = await stale(github('v1'), github('v2'));
    assert.match(found?.message ?? '', /`rev` was v1 in the last commit and is v2 now/);
    assert.ok(found?.fixed.includes('hash = lib.fakeHash;'), found?.fixed);
    const url = (version: string, name = 'version'): string =>
      `{ fetchurl }: rec { version = "${version}"; src = fetchurl { url = "https://e.org/a-\${${name}}.tar.gz"; sha256 = "${hash('a')}"; }; }`;
    assert.equal(await count(url('1.2'), url('1.3')), 1);
    const final = (version: string): string =>
      `mkDerivation (finalAttrs: { version = "${version}"; src = fetchFromGitHub { rev = "v\${finalAttrs.version}"; hash = "${hash('a')}"; }; })`;
    assert.equal(await count(final('1.2'), final('1.3')), 1);
  });

  it('is not when the hash is another, or what it is of the same', async () => {
    assert.equal(await count(github('v1'), github('v2', hash('b'))), 0);
    assert.equal(await count(github('v1'), github('v1', hash('a'), 'fork')), 0);
    assert.equal(await count(github('v1', hash('b')), github('v2')), 0);
    const mirror = (host: string): string =>
      `{ src = fetchurl { url = "https://${host}/a-1.2.tar.gz"; hash = "${hash('a')}"; }; }`;
    assert.equal(await count(mirror('a.org'), mirror('b.org')), 0);
    const vendored = (version: string): string => `{ version = "${version}"; vendorHash = "${hash('a')}"; }`;
    assert.equal(await count(vendored('1'), vendored('2')), 0);
    assert.equal(await count(github('v1'), `[ (${github('v1')}) (${github('v1')}) ]`), 0);
  });
});
