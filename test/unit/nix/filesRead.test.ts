import assert from 'node:assert/strict';
import { pathRead, pathsNamed } from '../../../server/src/nix/filesRead';
import { decodeLine } from '../../../server/src/nix/internalJson';
import { isRelative, searchPathEntries } from '../../../server/src/nix/warm/searchPathEntries';
import { nixPathEntries } from '../../../server/src/nix/searchPath';

/** Lines as Nix 2.8, 2.26 and 2.34 print them. */
const lines: readonly (readonly [string, unknown])[] = [
  [
    `@nix {"action":"msg","level":4,"msg":"evaluating file '/w/a b.nix'"}`,
    { kind: 'evaluated', path: '/w/a b.nix', filtered: false },
  ],
  [`@nix {"action":"msg","level":4,"msg":"evaluating file '<nix/derivation-internal.nix>'"}`, null],
  [`@nix {"action":"msg","level":4,"msg":"evaluating file '«nix-internal»/derivation-internal.nix'"}`, null],
  [
    `@nix {"action":"msg","level":5,"msg":"copied source '/w/src' -> '/nix/store/fwxyd2g2q8l3miav1hbbbin394axx21f-src'"}`,
    { kind: 'source', path: '/w/src', filtered: false },
  ],
  [
    `@nix {"action":"start","id":25516400705536,"level":5,"parent":0,"text":"copying '/w/f' to the store","type":0}`,
    { kind: 'source', path: '/w/f', filtered: true },
  ],
  [`@nix {"action":"msg","level":5,"msg":"instantiated 't' -> '/nix/store/x-t.drv'"}`, null],
  [`@nix {"action":"msg","level":0,"msg":"trace: evaluating file '/w/mine'"}`, null],
  [`evaluating file '/w/plain'`, null],
];

describe('what an evaluation reads', () => {
  for (const [line, read] of lines) {
    it(`is known from what Nix says: ${line.slice(0, 80)}`, () => {
      assert.deepEqual(pathRead(decodeLine(line)), read);
    });
  }

  it('may be what looks like a path in a text', () => {
    const named = pathsNamed(
      `{ a = ./x/y.json; b = ../.; c = ~/z; d = lib/w.nix; e = "\${./src}/\${n}"; f = ./. + "/v"; }`,
    );
    assert.deepEqual(
      named.paths.filter((path) => path !== '/v' && path !== '/'),
      ['./x/y.json', '../.', '~/z', 'lib/w.nix', './src', './.'],
    );
    assert.equal(named.filters, false);
    assert.equal(pathsNamed('lib.cleanSourceWith { src = ./.; }').filters, true);
  });
});

describe('the search path of an evaluator', () => {
  it('has what is given and what NIX_PATH has, or where channels are', () => {
    const environment = { NIX_PATH: 'nixpkgs=/a/b:/c:x=https://example.org/y.tar.gz:rel=./d', HOME: '/h' };
    assert.deepEqual(searchPathEntries(['own=/o'], environment), ['/o', '/a/b', '/c']);
    assert.ok(searchPathEntries([], { HOME: '/h' }).includes('/h/.nix-defexpr/channels'));
  });
  it('means something else in another folder only where an entry is relative', () => {
    assert.deepEqual(nixPathEntries('nixpkgs=/a:x=https://e.org/y:rel=./d').map(isRelative), [
      false,
      false,
      true,
    ]);
    assert.equal(isRelative('n=flake:nixpkgs'), false);
  });
});
