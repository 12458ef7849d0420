import assert from 'node:assert/strict';
import { nearNameFixes } from '../../../server/src/features/nearNames';
import { replaced } from '../../../server/src/syntax/replacement';
import { parsed } from '../../support/syntax';

/** The text after each fix. */
async function fixed(text: string, line: number, message: string): Promise<string[]> {
  const tree = await parsed(text);
  const span = tree.lines.lineSpan(line) ?? { start: 0, end: 0 };
  return nearNameFixes(tree, span, message).map(({ edits }) => replaced(text, edits));
}

describe('names that Nix says may be meant', () => {
  // As Nix 2.8 and 2.34 say it.
  const one = "attribute 'helo' missing\nDid you mean hello?";
  const two = "attribute 'helo' missing\nDid you mean one of hello or help?";

  it('are written in the place of the attribute that is missing', async () => {
    assert.deepEqual(await fixed('a: a.helo', 0, one), ['a: a.hello']);
    assert.deepEqual(await fixed('a: a.helo', 0, two), ['a: a.hello', 'a: a.help']);
    assert.deepEqual(await fixed('a: { inherit (a) b helo; }', 0, one), ['a: { inherit (a) b hello; }']);
    assert.deepEqual(await fixed('a: [\n  a.helo\n  a.helo\n]', 2, one), ['a: [\n  a.helo\n  a.hello\n]']);
    // Nix blames another line where a `with` or a call stands between.
    assert.deepEqual(await fixed('a:\n[ 1\n  a.helo ]', 1, one), ['a:\n[ 1\n  a.hello ]']);
  });

  it('are written in the place of the argument that a function does not take', async () => {
    const message = "function 'anonymous lambda' called with unexpected argument 'helo'\nDid you mean hello?";
    assert.deepEqual(await fixed('f { helo = 1; }', 0, message), ['f { hello = 1; }']);
  });

  it('are written in the place of an argument that nobody gives, and of its uses', async () => {
    const said = `evaluation aborted with the following error message: 'lib.customisation.callPackageWith: Function called without required argument "zlbi" at /a.nix:1, did you mean "zlib" or "zlip"?'`;
    const text = '{ zlbi, b }: { inherit zlbi; a = [ zlbi ({ zlbi }: zlbi) ]; }';
    const with_ = (name: string): string =>
      `{ ${name}, b }: { inherit ${name}; a = [ ${name} ({ zlbi }: zlbi) ]; }`;
    assert.deepEqual(await fixed(text, 0, said), [with_('zlib'), with_('zlip')]);
    const byUs = "The set that calls this file does not give 'zlbi'.\nDid you mean zlib?";
    assert.deepEqual(await fixed(text, 0, byUs), [with_('zlib')]);
    assert.deepEqual(await fixed('a: a.zlbi', 0, byUs), []);
  });

  it('are none where it is not clear which place is meant, or Nix has no idea', async () => {
    assert.deepEqual(await fixed('a: [ a.helo (a.helo) ]', 0, one), []);
    assert.deepEqual(await fixed('a: a.${"helo"}', 0, one), []);
    assert.deepEqual(await fixed('a: a.helo', 0, "attribute 'helo' missing"), []);
    assert.deepEqual(await fixed('a: a.helo', 0, 'infinite recursion encountered'), []);
  });

  it('are written in the place of an option that no module declares', async () => {
    // lib/modules.nix of nixpkgs, 26.05.
    const said =
      "The option `services.web.enabel' does not exist. Definition values:\n- In `<unknown-file>': true\n\nDid you mean `services.web.enable' or `services.web.mode'?";
    const text = (name: string): string => `{ services.web = { ${name} = true; }; }`;
    assert.deepEqual(await fixed(text('enabel'), 0, said), [text('enable'), text('mode')]);
    assert.deepEqual(await fixed('{ services.other.enabel = true; }', 0, said), []);
  });
});
