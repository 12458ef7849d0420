import assert from 'node:assert/strict';
import { derivationAt } from '../../../client/src/phases/derivationAt';
import { drawStatic } from '../../../server/src/derivation/drawStatic';
import { nixParser } from '../../support/syntax';

/** The attribute of the derivation that `|` stands in. */
async function at(marked: string): Promise<string | undefined> {
  const offset = marked.indexOf('|');
  const tree = (await nixParser()).parse(marked.replace('|', ''));
  const file = '/w/default.nix';
  const place = tree.lines.positionAt(offset);
  return derivationAt(drawStatic(tree, file), file, place)?.attr;
}

const set = (text: string): string => `{ stdenv }: rec {
  zlib = stdenv.mkDerivation {
    name = "z";
    ${text.includes('1') ? '|' : ''}buildPhase = "make";
  };${text.includes('2') ? '|' : ''}

  # about apples
  ${text.includes('3') ? '|' : ''}apple = stdenv.mkDerivation (finalAttrs: {
    name = "a";
    passthru.inner = stdenv.mkDerivation { name = "i"; };
    ${text.includes('4') ? '|' : ''}
  });
}
${text.includes('5') ? '|' : ''}`;

describe('the derivation at the cursor', () => {
  it('is the one around it, from its name to the end of its call', async () => {
    assert.equal(await at(set('1')), 'zlib');
    assert.equal(await at(set('3')), 'apple');
    assert.equal(await at(set('4')), 'apple');
  });

  it('is the nearest above between and after them, and none above all', async () => {
    assert.equal(await at(set('2')), 'zlib');
    assert.equal(await at(set('5')), 'apple');
    assert.equal(await at(`|\n\n${set('')}`), undefined);
  });

  it('is the one that its own line names, of several that one function makes', async () => {
    const made = (a: string, b: string): string =>
      `let mk = n: stdenv.mkDerivation { name = n; };\nin {\n  ${a}one = mk "x";\n  ${b}two = mk "y";\n}\n`;
    assert.equal(await at(made('|', '')), 'one');
    assert.equal(await at(made('', '|')), 'two');
  });
});
