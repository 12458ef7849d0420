/** What the installed Nix says of its builtins, beside the names that we know. */
import assert from 'node:assert/strict';
import { parseBuiltins } from '../../server/src/nix/builtins';
import { builtinNames } from '../../server/src/knowledge/builtins';
import { evaluateJson } from '../support/nixEval';
import { NixTestbed } from './nixTestbed';

describe('builtins', () => {
  it('are documented by the Nix in use, and all that it has are known', async () => {
    const testbed = await NixTestbed.open();
    try {
      const found = await testbed.nix.builtins(new AbortController().signal);
      assert.ok(found.size > 60);
      assert.deepEqual(found.get('map')?.arguments, ['f', 'list']);
      assert.match(found.get('map')?.text ?? '', /Apply the function/);
      const all = evaluateJson('builtins.attrNames builtins') as string[];
      assert.deepEqual(
        all.filter((name) => !builtinNames.has(name)),
        [],
      );
    } finally {
      await testbed.close();
    }
  });

  it('are read in the form of newer versions, too, and anything else gives none', () => {
    const json =
      '{"builtins":{"map":{"args":["f"],"doc":"Doc."}},"constants":{"true":{"doc":"Yes.","type":"bool"}}}';
    assert.deepEqual(
      [...parseBuiltins(json).values()],
      [
        { name: 'map', arguments: ['f'], text: 'Doc.' },
        { name: 'true', arguments: [], text: 'Yes.' },
      ],
    );
    for (const odd of ['', 'null', '[]', '{"a":1}']) assert.ok(parseBuiltins(odd).size <= 1);
  });
});
