/** Texts and their trees: test/grammar/corpus/*.txt, in the form of tree-sitter's own corpus files. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outline, withTree } from './support/parser';

const folder = join(__dirname, 'corpus');

describe('the tree', () => {
  for (const file of readdirSync(folder)) {
    describe(`of ${file.replace('.txt', '')}`, () => {
      const parts = readFileSync(join(folder, file), 'utf8').split(/^=+\n(.*)\n=+\n/m).slice(1);
      assert.ok(parts.length > 0, file);
      for (let index = 0; index + 1 < parts.length; index += 2) {
        const [name = '', body = ''] = parts.slice(index, index + 2);
        it(name, async () => {
          const [text = '', expected = ''] = body.split(/^---\n/m);
          const found = await withTree(text.replace(/\n$/, ''), (tree) => outline(tree.rootNode));
          assert.equal(found, expected.trim());
        });
      }
    });
  }
});
