import assert from 'node:assert/strict';
import { bashTextAt } from '../../../server/src/derivation/bashTextAt';
import { bashWish, bashWordAt } from '../../../server/src/features/bashWords';
import { atCursor } from '../../support/cursor';
import { parsed } from '../../support/syntax';

async function at(withCursor: string) {
  const { text, offset } = atCursor(withCursor);
  const found = bashTextAt(await parsed(text), offset);
  return { text, offset, found };
}

/** What may be written at the cursor, and the part of it that is there. */
async function wish(withCursor: string): Promise<string | null> {
  const { text, offset, found } = await at(withCursor);
  const wanted = found === null ? null : bashWish(text, found.literal, offset);
  return wanted === null ? null : `${wanted.kind} ${text.slice(wanted.span.start, wanted.span.end)}`;
}

async function word(withCursor: string): Promise<string | null> {
  const { text, offset, found } = await at(withCursor);
  const known = found === null ? null : bashWordAt(text, found.literal, offset);
  return known === null ? null : `${known.isVariable ? '$' : ''}${known.word}`;
}

const phase = (script: string) => `stdenv.mkDerivation { buildPhase = ''${script}''; }`;

describe('the bash of a Nix string', () => {
  const bash: readonly (readonly [string, boolean])[] = [
    [phase('\n  make|\n'), true],
    ['stdenv.mkDerivation { postPatch = "a|"; }', true],
    ['stdenv.mkDerivation { postPatch = "a" + lib.optionalString x "b|"; }', true],
    ['stdenv.mkDerivation { postPatch = lib.concatStringsSep "\\n" [ "b|" ]; }', false],
    ['stdenv.mkDerivation { myPhase = "a|"; }', true],
    ['stdenv.mkDerivation { pname = "a|"; }', false],
    ['stdenv.mkDerivation { buildPhase = "${x|}"; }', false],
    ['runCommand "a|" { } "b"', false],
    ['runCommand "a" { } "b|"', true],
    ['pkgs.writeShellScriptBin "a" "b|"', true],
    ['writeShellApplication { name = "a"; text = "b|"; }', true],
    ['{ x = /* bash */ "b|"; }', true],
    ['{ x = "b|"; }', false],
    ['{ preStart = "b|"; }', true],
  ];
  for (const [text, expected] of bash) {
    it(`is ${expected ? '' : 'not '}in ${JSON.stringify(text)}`, async () =>
      assert.equal((await at(text)).found !== null, expected));
  }

  const wishes: readonly (readonly [string, string | null])[] = [
    ['\n  ma|', 'command ma'],
    ['\n  make && inst|', 'command inst'],
    ['\n  if tr|', 'command tr'],
    ['\n  make fo|', null],
    ['\n  echo $o|', 'variable o'],
    ['\n  echo "$|"', 'variable '],
    ["\n  echo ''${na|", 'variable na'],
    ['\n  runHook pre|', 'hook pre'],
    ['\n  substituteInPlace a.c --rep|', 'option --rep'],
    ['\n  substituteInPlace a.c \\\n    --rep|', 'option --rep'],
    ['\n  if a; then wrapProgram $out/bin/a --pre|', 'option --pre'],
    ['\n  make | grep --i|', null],
    ['\n  # ma|', null],
    ["\n  echo ''$o|", null],
  ];
  for (const [script, expected] of wishes) {
    it(`wants ${String(expected)} in ${JSON.stringify(script)}`, async () =>
      assert.equal(await wish(phase(`${script}\n`)), expected));
  }

  it('has words and variables', async () => {
    assert.equal(await word(phase('\n  run|Hook preBuild\n')), 'runHook');
    assert.equal(await word(phase('\n  cp a $o|ut/bin\n')), '$out');
    assert.equal(await word(phase("\n  cp a ''${ou|t}/bin\n")), '$out');
    assert.equal(await word(phase('\n  remove-refer|ences-to -t x y\n')), 'remove-references-to');
    assert.equal(await word(phase('\n  cp | a\n')), null);
  });
});
