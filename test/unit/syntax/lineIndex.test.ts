import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LineIndex } from '../../../server/src/syntax/lineIndex';

const anyText = fc
  .array(fc.constantFrom('a', ' ', '\n', '\r', '\r\n', 'é', '日', '😀', '\ud800', '\t'), { maxLength: 30 })
  .map((pieces) => pieces.join(''));

describe('LineIndex', () => {
  it('counts lines and characters as the language server protocol does', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: -2, max: 40 }), (text, offset) => {
        const theirs = TextDocument.create('file:///x.nix', 'nix', 1, text);
        const ours = new LineIndex(text);
        assert.equal(ours.lineCount, theirs.lineCount);
        assert.deepEqual(ours.positionAt(offset), theirs.positionAt(offset));
      }),
      { numRuns: 2000 },
    );
  });

  it('goes from each position back to its offset', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = new LineIndex(text);
        for (let offset = 0; offset <= text.length; offset++) {
          const insideLineEnding = text.charAt(offset - 1) === '\r' && text.charAt(offset) === '\n';
          const back = lines.offsetAt(lines.positionAt(offset));
          assert.equal(back, insideLineEnding ? offset - 1 : offset);
        }
      }),
    );
  });

  it('goes from each offset to Nix’s line and byte column and back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = new LineIndex(text);
        for (let offset = 0; offset <= text.length; offset++) {
          const position = lines.positionAt(offset);
          const low = text.charCodeAt(offset);
          const high = text.charCodeAt(offset - 1);
          if (low >= 0xdc00 && low < 0xe000 && high >= 0xd800 && high < 0xdc00) continue;
          const nix = lines.toNixPosition(offset);
          assert.deepEqual(lines.fromNixPosition(nix.line, nix.column), position);
          const lineText = text.slice(
            lines.offsetAt({ line: position.line, character: 0 }),
            lines.offsetAt(position),
          );
          assert.equal(nix.column, 1 + Buffer.byteLength(lineText, 'utf8'));
        }
      }),
    );
  });

  it('clamps places that Nix names outside the text', () => {
    const lines = new LineIndex('ab\ncd');
    assert.deepEqual(lines.fromNixPosition(0, 0), { line: 0, character: 0 });
    assert.deepEqual(lines.fromNixPosition(1, 99), { line: 0, character: 2 });
    assert.deepEqual(lines.fromNixPosition(9, 1), { line: 1, character: 2 });
    assert.deepEqual(lines.offsetAt({ line: 0, character: 99 }), 2);
    assert.deepEqual(lines.offsetAt({ line: 7, character: 0 }), 5);
  });

  it('stands before a character when the byte column points into it', () => {
    const lines = new LineIndex('a😀b');
    assert.deepEqual(lines.fromNixPosition(1, 2), { line: 0, character: 1 });
    assert.deepEqual(lines.fromNixPosition(1, 4), { line: 0, character: 1 });
    assert.deepEqual(lines.fromNixPosition(1, 6), { line: 0, character: 3 });
  });

  it('indexes five megabytes quickly', () => {
    const text = 'some line of text\n'.repeat(290_000);
    const started = process.cpuUsage();
    const lines = new LineIndex(text);
    assert.equal(lines.lineCount, 290_001);
    assert.ok(process.cpuUsage(started).user < 400_000);
  });
});
