/** What is still said of a text that does not parse: of bindings that no error touches, what is certain without the rest. */
import assert from 'node:assert/strict';
import { findingsOf } from '../../../server/src/analysis/findings';
import { parsed } from '../../support/syntax';

/** The findings as `line code`. */
async function found(text: string): Promise<readonly string[]> {
  const tree = await parsed(text);
  return findingsOf(tree).map(({ span, code }) => `${tree.lines.lineAt(span.start) + 1} ${code}`);
}

const unused = 'let q = 1; in 2';

describe('findings of a text that does not parse', () => {
  it('are kept before and after the error', async () => {
    const text = `{ f }:\n{\n  a = ${unused};\n  b = f.;\n  c = ${unused};\n  d = 1;\n}\n`;
    assert.deepEqual(await found(text), ['3 unused-binding', '4 syntax', '5 unused-binding']);
  });

  it('are kept when a binding is half typed', async () => {
    const text = `{\n  a = ${unused};\n  b\n  c = ${unused};\n  d = ${unused};\n}\n`;
    assert.deepEqual(await found(text), ['2 unused-binding', '4 syntax', '5 unused-binding']);
  });

  it('are kept when a string is not closed', async () => {
    const text = `{\n  a = ${unused};\n  b = "text;\n  c = "x";\n  d = ${unused};\n}\n`;
    assert.deepEqual(await found(text), ['2 unused-binding', '4 syntax', '5 unused-binding']);
  });

  it('are kept after several errors, and in the set around one', async () => {
    const text = `{\n  x = {\n    a = ${unused};\n    b = ;\n  };\n  y = ${unused};\n  z = [ ;\n  w = ${unused};\n}\n`;
    assert.deepEqual(await found(text), [
      '3 unused-binding',
      '4 syntax',
      '6 unused-binding',
      '8 unused-binding',
    ]);
  });

  it('say nothing of names that what is broken may bind or use', async () => {
    const text = 'let\n  a = b;\n  c = (;\n  d = rec { e = 1; };\n  with_ = with a; b;\nin a\n';
    assert.deepEqual(await found(text), ['3 syntax', '4 unused-rec']);
  });

  it('are those of all that is written when the grammar takes it and only its meaning is refused', async () => {
    const text = `{\n  a = 1;\n  a = 2;\n  b = ${unused};\n}\n`;
    assert.deepEqual(await found(text), ['3 duplicate-attribute', '4 unused-binding']);
  });

  it('are none of a line that only looks like a binding, in a text of a string', async () => {
    const text = `{\n  a = "\n  b = ${unused};\n  ";\n  c = ;\n}\n`;
    assert.deepEqual(await found(text), ['5 syntax']);
  });
});
