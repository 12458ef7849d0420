import { equal } from 'node:assert/strict';
import { findHashFix, type HashOwner } from '../../../server/src/builds/hashFix';
import { parseBuilderFailure } from '../../../server/src/builds/nixMessages';
import { replaced } from '../../../server/src/syntax/replacement';
import { parsed } from '../../support/syntax';

const zero = `sha256-${'A'.repeat(43)}=`;
const specified = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
const got = 'sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=';
/** The same in the other forms: what `nix hash to-base32` and its kin say of it. */
const gotHex = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const gotNix32 = '094qif9n4cq4fdg459qzbhg1c6wywawwaaivx0k0x8xhbyx4vwic';

const nobody: HashOwner = { name: 'source', urls: [], system: null, place: null };

/** The text after the fix; the text itself when there is none. */
async function fixed(text: string, refused: string, owner: Partial<HashOwner> = {}): Promise<string> {
  const fix = findHashFix(await parsed(text), { specified: refused, got }, { ...nobody, ...owner });
  return fix === null ? text : replaced(text, [fix]);
}

describe('hash fix', () => {
  const encodings: readonly (readonly [written: string, before: string, after: string])[] = [
    ['SRI', specified, got],
    ['hex', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', gotHex],
    ['base-32', '0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73', gotNix32],
    [
      'base-32 with its kind',
      'sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73',
      `sha256:${gotNix32}`,
    ],
    ['base-64', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', got.slice('sha256-'.length)],
  ];
  for (const [form, before, after] of encodings) {
    it(`keeps the form of sha256: ${form}`, async () => {
      equal(await fixed(`{ sha256 = "${before}"; }`, specified), `{ sha256 = "${after}"; }`);
    });
    it(`writes what hash demands in the place of ${form}`, async () => {
      equal(await fixed(`{ hash = "${before}"; }`, specified), `{ hash = "${got}"; }`);
    });
  }

  for (const written of ['lib.fakeHash', 'pkgs.lib.fakeSha256', 'fakeSha512', '""', `"${zero}"`]) {
    it(`replaces ${written}`, async () => {
      equal(
        await fixed(`{ name = "";\n # hash = lib.fakeHash;\n hash = ${written}; }`, zero),
        `{ name = "";\n # hash = lib.fakeHash;\n hash = "${got}"; }`,
      );
    });
  }

  for (const attribute of ['hash', 'sha256', 'outputHash', 'vendorHash', 'cargoHash', 'npmDepsHash']) {
    it(`knows ${attribute}`, async () => {
      equal(await fixed(`f { ${attribute} = lib.fakeHash; }`, zero), `f { ${attribute} = "${got}"; }`);
    });
  }

  const behindNames: readonly (readonly [where: string, before: string, after: string])[] = [
    ['a let', 'let h = ""; in f { hash = h; }', `let h = "${got}"; in f { hash = h; }`],
    [
      'an inherit',
      'let hash = lib.fakeHash; in f { inherit hash; }',
      `let hash = "${got}"; in f { inherit hash; }`,
    ],
    ['a default', '{ hash ? lib.fakeHash }: f { inherit hash; }', `{ hash ? "${got}" }: f { inherit hash; }`],
    ['a set', 'let s = { h = ""; }; in f { hash = s.h; }', `let s = { h = "${got}"; }; in f { hash = s.h; }`],
    ['rec', 'rec { h = ""; src = f { sha256 = h; }; }', `rec { h = "${got}"; src = f { sha256 = h; }; }`],
  ];
  for (const [where, before, after] of behindNames) {
    it(`finds it behind ${where}`, async () => equal(await fixed(before, zero), after));
  }

  it('finds a literal in a table that the text alone does not resolve', async () => {
    const text = (hash: string): string =>
      `let t = { x = "${hash}"; y = ""; }; in f { hash = t.\${system}; }`;
    equal(await fixed(text(specified), specified), text(got));
  });

  describe('of several', () => {
    const file = (a: string, b: string): string =>
      `{ a = fetchurl { url = "https://x/a-\${v}.tgz"; hash = ${a}; }; b = fetchurl { url = "https://x/b.tgz"; hash = ${b}; }; }`;
    const fake = 'lib.fakeHash';

    it('takes the one with the URL', async () => {
      const before = file(fake, fake);
      equal(await fixed(before, zero, { urls: ['https://x/a-1.tgz'] }), file(`"${got}"`, fake));
      equal(await fixed(before, zero, { urls: ['https://x/b.tgz'] }), file(fake, `"${got}"`));
    });

    it('takes the one in the attribute that brings it in', async () => {
      const before = file(fake, fake);
      const place = { start: before.indexOf('b = '), end: before.length - 2 };
      equal(await fixed(before, zero, { place }), file(fake, `"${got}"`));
    });

    it('takes the one of what a language builder fetches', async () => {
      const text = (hash: string, vendorHash: string): string =>
        `buildGoModule { pname = "p"; src = fetchgit { hash = ${hash}; }; vendorHash = ${vendorHash}; }`;
      equal(await fixed(text(fake, fake), zero, { name: 'p-1.0-go-modules' }), text(fake, `"${got}"`));
      equal(await fixed(text(fake, fake), zero, { name: 'source' }), text(`"${got}"`, fake));
    });

    it('leaves the text alone when nothing tells which', async () => {
      equal(await fixed(file(fake, fake), zero), file(fake, fake));
    });

    it('takes one that two attributes share', async () => {
      const text = (hash: string): string => `let h = ${hash}; in [ (f { hash = h; }) (g { hash = h; }) ]`;
      equal(await fixed(text(fake), zero), text(`"${got}"`));
    });
  });

  describe('of a table', () => {
    it('takes the stand-in of the crate that was fetched', async () => {
      const text = (a: string, b: string): string =>
        `rust { src = fetchFromGitHub { owner = "acme"; repo = "wheel"; hash = lib.fakeHash; }; cargoLock.outputHashes."foo-1.0" = ${a}; cargoLock.outputHashes."bar-2.0-rc.1" = ${b}; }`;
      for (const standIn of ['lib.fakeHash', '""']) {
        const before = text(standIn, standIn);
        const [foo, bar] = ['https://example.org/x/foo.git', 'https://example.org/bar'];
        equal(await fixed(before, zero, { name: 'foo-abc', urls: [foo] }), text(`"${got}"`, standIn));
        equal(await fixed(before, zero, { name: 'bar-abc', urls: [bar] }), text(standIn, `"${got}"`));
        equal(await fixed(before, zero, { name: 'mono', urls: ['https://example.org/mono'] }), before);
      }
    });

    it('takes the only crate’s stand-in rather than that of a source from elsewhere', async () => {
      const text = (hash: string): string =>
        `rust { src = fetchFromGitHub { owner = "acme"; repo = "wheel"; hash = ""; }; cargoLock = { lockFile = ./Cargo.lock; outputHashes = { "foo-1.0" = ${hash}; }; }; }`;
      const mono = { name: 'mono-abc', urls: ['https://example.org/mono'] };
      equal(await fixed(text('""'), zero, mono), text(`"${got}"`));
    });

    it('takes the stand-in of the system', async () => {
      const text = (linux: string, darwin: string): string =>
        `let h = { x86_64-linux = ${linux}; aarch64-darwin = ${darwin}; }; in f { hash = h.\${system}; }`;
      for (const standIn of ['lib.fakeHash', '""', `"${zero}"`]) {
        const before = text(standIn, standIn);
        equal(await fixed(before, zero, { system: 'x86_64-linux' }), text(`"${got}"`, standIn));
        equal(await fixed(before, zero, { system: 'aarch64-darwin' }), text(standIn, `"${got}"`));
        equal(await fixed(before, zero, { system: 'riscv64-linux' }), before);
      }
    });

    it('takes no empty text that is none of a hash', async () => {
      const text = 'f { a.b = ""; c = { d = ""; e = "x"; }; }';
      equal(await fixed(text, zero, { system: 'x86_64-linux' }), text);
    });
  });

  const dependencies: readonly (readonly [attribute: string, name: string])[] = [
    ['pnpmDeps', 'p-pnpm-deps'],
    ['pnpmDeps', 'p-pnpm-deps-1.0'],
    ['offlineCache', 'offline'],
    ['yarnOfflineCache', 'p-yarn-deps'],
    ['npmDeps', 'p-1.0-npm-deps'],
    ['cargoDeps', 'p-1.0-vendor'],
    ['cargoDeps', 'p-vendor-staging'],
    ['mixFodDeps', 'mix-deps-p-1.0'],
  ];
  for (const [attribute, name] of dependencies) {
    it(`tells ${attribute} from src by what was fetched: ${name}`, async () => {
      const text = (source: string, fetched: string): string =>
        `let fetchDeps = f; in g { src = fetchgit { hash = ${source}; }; ${attribute} = fetchDeps { hash = ${fetched}; }; }`;
      equal(await fixed(text('""', '""'), zero, { name }), text('""', `"${got}"`));
      equal(await fixed(text('""', '""'), zero, { name: 'source' }), text(`"${got}"`, '""'));
    });
  }

  it('leaves the text alone when it is not there, or is the caller’s', async () => {
    for (const text of ['{ hash = lib.fakeHash; }', '{ hash }: f { inherit hash; }', '# "']) {
      equal(await fixed(text, specified), text);
    }
  });

  it('reads the mismatch out of the message of Nix', () => {
    const failed = parseBuilderFailure(
      `hash mismatch in fixed-output derivation '/nix/store/x-src.drv':\n  specified: ${specified}\n     got:    ${got}`,
    );
    equal(failed?.hashMismatch?.specified, specified);
    equal(failed.hashMismatch.got, got);
  });
});
