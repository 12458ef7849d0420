import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MarkSplitter, OutputText } from '../../../server/src/phases/outputStream';

/** Cuts bytes at these places. */
function chunks(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

function split(bytes: Buffer, cuts: readonly number[]): string {
  const splitter = new MarkSplitter('tok');
  const parts = chunks(bytes, cuts).flatMap((chunk) => splitter.feed(chunk));
  return parts
    .map((part) => (part.kind === 'mark' ? `<${part.label}>` : Buffer.from(part.bytes).toString()))
    .join('');
}

describe('MarkSplitter', () => {
  it('finds marks wherever the chunks are cut', () => {
    const bytes = Buffer.from(
      'one\u001b]tok;done 1\u0007two\u001b]other;x\u0007\u001b]tok;ready 0\u0007\u001b[31mred\n',
    );
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        assert.equal(split(bytes, cuts), 'one<done 1>two\u001b]other;x\u0007<ready 0>\u001b[31mred\n');
      }),
    );
  });

  it('does not hold back what cannot become a mark', () => {
    const [part] = new MarkSplitter('tok').feed(Buffer.from('prompt: \u001b]t'));
    assert.ok(part?.kind === 'bytes');
    assert.equal(Buffer.from(part.bytes).toString(), 'prompt: ');
  });
});

function text(bytes: Buffer, cuts: readonly number[]): { readonly shown: string; readonly lines: number } {
  const output = new OutputText();
  const shown =
    chunks(bytes, cuts)
      .map((chunk) => output.feed(chunk))
      .join('') + output.end();
  return { shown, lines: output.lines };
}

describe('OutputText', () => {
  it('drops messages to Nix, shows NULs, decodes across chunks and counts lines', () => {
    const bytes = Buffer.from('ä\0\n@nix { "action": "setPhase" }\n@nix\n@nixos\n x @nix {}\n漢字');
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        assert.deepEqual(text(bytes, cuts), { shown: 'ä\u2400\n@nix\n@nixos\n x @nix {}\n漢字', lines: 5 });
      }),
    );
  });

  it('shows an unfinished line at once', () => {
    const output = new OutputText();
    assert.equal(output.feed(Buffer.from('50%')), '50%');
    assert.equal(output.feed(Buffer.from('\r60%')), '\r60%');
  });

  it('shows what only began like a message', () => {
    assert.deepEqual(text(Buffer.from('@ni'), []), { shown: '@ni', lines: 1 });
  });
});
