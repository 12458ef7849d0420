/** What is said of a text that is edited is at each moment what would be said of it were it opened just now. */
import assert from 'node:assert/strict';
import { findingsOf } from '../../../server/src/analysis/findings';
import { outlineOf } from '../../../server/src/analysis/outline';
import type { SyntaxTree } from '../../../server/src/syntax/syntaxTree';
import { randomEdits } from '../../support/editedTexts';
import { sampleTexts } from '../../support/sampleTexts';
import { nixParser } from '../../support/syntax';

/** Small ones, so that these texts have many. */
const pieceSizes = [24, 150];

function said(tree: SyntaxTree, pieceSize: number): string {
  return JSON.stringify([findingsOf(tree, pieceSize), outlineOf(tree, 'everything')]);
}

describe('findings and symbols after edits', () => {
  for (const [name, text] of sampleTexts()) {
    it(`are those of a text just opened: ${name}`, async () => {
      const parser = await nixParser();
      const sequences = text.length > 2000 ? 2 : 12;
      for (let seed = 1; seed <= sequences; seed++) {
        const pieceSize = pieceSizes[seed % 2] ?? 0;
        let tree = parser.parse(text);
        said(tree, pieceSize);
        for (const { text: next, change } of randomEdits(text, { seed, count: 20 })) {
          tree = parser.parse(next, tree, [change]);
          const fresh = said(parser.parse(next), pieceSize);
          assert.equal(said(tree, pieceSize), fresh, `seed ${seed}, ${JSON.stringify(next)}`);
        }
      }
    });

    it(`do not hang on what is looked at together: ${name}`, async () => {
      const parser = await nixParser();
      for (const { text: edited } of randomEdits(text, { seed: 99, count: 10 })) {
        const [whole, ...inPieces] = [1e9, ...pieceSizes].map((size) =>
          [...findingsOf(parser.parse(edited), size)].map((each) => JSON.stringify(each)).sort(),
        );
        for (const found of inPieces) assert.deepEqual(found, whole);
      }
    });
  }
});
