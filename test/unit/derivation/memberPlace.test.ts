import assert from 'node:assert/strict';
import { memberPlace } from '../../../server/src/derivation/memberPlace';
import { parseAttrPath } from '../../../server/src/nix/attrPath';
import { parsed } from '../../support/syntax';

describe('where an attribute of a file’s value is bound', () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ['{ zlib = import ./zlib { }; }', 'zlib', 'zlib'],
    ['{ a = 1; "b c" = f { }; }', '"b c"', '"b c"'],
    ['{ pkgs ? { } }: let x = 1; in with x; { tools.cli = x; }', 'tools.cli', 'tools.cli'],
    ['{ tools = rec { cli = f 1; }; }', 'tools.cli', 'cli'],
    ['{ tools = import ./tools; }', 'tools.cli', 'tools'],
    ['{ tools.cli.old = f 1; }', 'tools.cli', 'tools.cli.old'],
    ['{ a = 1; } // { a = { b = 2; }; }', 'a.b', 'b'],
    ['{ inherit (x) a b; }', 'b', 'b'],
    ['{ ${name} = 1; }', 'name', null],
    ['{ a = 1; }', 'b', null],
    ['import ./all.nix', 'a', null],
    ['{ a = 1; }', '', null],
  ];
  for (const [text, attr, bound] of cases) {
    it(`of ${attr === '' ? 'nothing' : attr} in ${text}`, async () => {
      const { root } = await parsed(text);
      assert.ok(root);
      const place = memberPlace(root, parseAttrPath(attr));
      assert.equal(place === null ? null : text.slice(place.start, place.end), bound);
    });
  }
});
