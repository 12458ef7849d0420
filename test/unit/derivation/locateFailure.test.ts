import assert from 'node:assert/strict';
import { drawStatic } from '../../../server/src/derivation/drawStatic';
import { locateFailure } from '../../../server/src/derivation/locateFailure';
import { parsed } from '../../support/syntax';

const file = '/p/default.nix';

/** The text that is marked for a 0-based line of a variable's text, with `!` when exact. */
async function marked(
  nix: string,
  textName: string,
  bashLine: number,
  text: string | null = null,
): Promise<string | null> {
  const tree = await parsed(nix);
  const [derivation] = drawStatic(tree, file);
  assert.ok(derivation);
  const found = locateFailure({
    derivation,
    textName,
    bashLine,
    text,
    treeOf: (name) => (name === file ? tree : null),
  });
  if (found === null) return null;
  assert.equal(found.file, file);
  const { start, end } = found.range;
  return nix.slice(tree.lines.offsetAt(start), tree.lines.offsetAt(end)) + (found.exact ? '!' : '');
}

describe('locateFailure', () => {
  const nix = `let extra = "echo extra\\n"; in stdenv.mkDerivation {
  name = "a";
  buildPhase = ''
    runHook preBuild
      make \${flags} all   \n    false
    \${extra}
  '';
  preBuild = "echo 1; false";
  inherit (x) installPhase;
}`;
  const text = 'runHook preBuild\n  make -j all   \nfalse\necho extra\n\n';

  it('marks the whole trimmed line', async () => {
    assert.equal(await marked(nix, 'buildPhase', 0, text), 'runHook preBuild!');
    assert.equal(await marked(nix, 'buildPhase', 1, text), 'make ${flags} all!');
    assert.equal(await marked(nix, 'buildPhase', 2, text), 'false!');
  });
  it('marks a line that a name stands for where it is written', async () => {
    assert.equal(await marked(nix, 'buildPhase', 3, text), 'echo extra\\n!');
  });
  it('marks only the inside of a string of one line, of a hook too', async () => {
    assert.equal(await marked(nix, 'preBuild', 0), 'echo 1; false!');
  });
  it('falls back to the attribute when the line or the text is not known', async () => {
    assert.equal(await marked(nix, 'buildPhase', 99, text), 'buildPhase');
    assert.equal(await marked(nix, 'buildPhase', 0, 'something else\n'), 'buildPhase');
    assert.equal(await marked(nix, 'installPhase', 0, 'x\n'), 'installPhase');
  });
  it('is never exact about a text from elsewhere', async () => {
    const one = 'mkDerivation { name = "a"; buildPhase = x.y; installPhase = x.y + "echo\\n"; }';
    assert.equal(await marked(one, 'buildPhase', 0, 'false'), 'buildPhase');
    assert.equal(await marked(one, 'installPhase', 0, 'false\necho\n'), 'x.y');
    assert.equal(await marked(one, 'installPhase', 1, 'false\necho\n'), 'echo\\n!');
  });
  it('answers null when not even the attribute is known', async () => {
    assert.equal(await marked(nix, 'fixupPhase', 0), null);
  });
  it('marks the script of runCommand and of a raw builder', async () => {
    assert.equal(await marked("runCommand \"a\" { } ''\n  one\n  two\n''", 'buildCommand', 1), 'two!');
    const raw = 'derivation { name = "r"; builder = "/bin/sh"; args = [ "-c" \'\'\n  one\n  two\n\'\' ]; }';
    assert.equal(await marked(raw, 'builder', 1, 'one\ntwo\n'), 'two!');
  });
  it('is not exact when the text is ours only in part', async () => {
    assert.equal(await marked(nix, 'preBuild', 2, 'before\nx\necho 1; false\nafter'), 'echo 1; false');
  });
});
