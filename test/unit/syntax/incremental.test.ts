/** A text that is edited has at each moment the tree, comments and faults that it would have were it opened just now. */
import assert from 'node:assert/strict';
import { told, randomEdits } from '../../support/editedTexts';
import { sampleTexts } from '../../support/sampleTexts';
import { nixParser } from '../../support/syntax';

describe('a tree after edits', () => {
  for (const [name, text] of sampleTexts()) {
    it(`is that of a fresh parse: ${name}`, async () => {
      const parser = await nixParser();
      const sequences = text.length > 2000 ? 2 : 8;
      for (let seed = 1; seed <= sequences; seed++) {
        let tree = parser.parse(text);
        for (const { text: next, change } of randomEdits(text, { seed, count: 20 })) {
          tree = parser.parse(next, tree, [change]);
          const fresh = parser.parse(next);
          assert.equal(told(tree), told(fresh), `seed ${seed}, ${JSON.stringify(next)}`);
          assert.deepEqual(
            tree.lines.rangeOf({ start: 0, end: next.length }),
            fresh.lines.rangeOf({ start: 0, end: next.length }),
          );
          assert.equal(tree.lines.lineCount, fresh.lines.lineCount);
        }
      }
    });
  }

  it('reads an element of a list again when what follows it became a part of it', async () => {
    const parser = await nixParser();
    const before = '[ a\n\n\n b ]';
    const after = '[ a\n\n.c\n b ]';
    const tree = parser.parse(after, parser.parse(before), [{ start: 5, oldEnd: 5, newEnd: 7 }]);
    assert.equal(told(tree), told(parser.parse(after)));
  });

  it('reads again what is refused though the grammar takes it', async () => {
    const parser = await nixParser();
    const before = '{\n  a = { b = 1; b = 2; };\n  c = 1;\n}\n';
    const after = before.replace('c = 1', 'c = 12');
    const change = {
      start: before.indexOf('1;\n}') + 1,
      oldEnd: before.indexOf('1;\n}') + 1,
      newEnd: before.indexOf('1;\n}') + 2,
    };
    const { faults } = parser.parse(after, parser.parse(before), [change]);
    assert.deepEqual(
      faults.map(({ code }) => code),
      ['duplicate-attribute'],
    );
  });
});

describe('what the grammar knows at a place', () => {
  it('is the same whether or not the text before was read for an earlier version', async () => {
    const parser = await nixParser();
    for (const [name, text] of sampleTexts()) {
      const tree = parser.parse(text);
      for (let offset = 0; offset < text.length; offset += 1 + Math.floor(text.length / 40)) {
        // A text that does not parse by itself has nothing that was read before.
        const alone = parser.parse(`${text.slice(0, offset)} )`).before(offset);
        assert.deepEqual(tree.before(offset), alone, `${name}, ${offset}`);
      }
    }
  });
});
