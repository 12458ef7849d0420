/** Which strings of a Nix text are bash that can be checked by itself. */
import assert from 'node:assert/strict';
import { usualName } from '../../../../server/src/derivation/bashTextAt';
import { bashTextsOf, otherNames } from '../../../../server/src/derivation/shellcheck/bashTextsOf';
import { attributesOfMaker } from '../../../../server/src/knowledge/derivationAttributes';
import { knownFunction } from '../../../../server/src/knowledge/functions';
import { parsed } from '../../../support/syntax';

/** Kind and text of each, `~` before one that is a part of a longer text. */
async function texts(source: string): Promise<string[]> {
  const tree = await parsed(source);
  return bashTextsOf(tree).map(({ kind, literal, isWhole }) => {
    const { start, end } = literal.content;
    return `${isWhole ? '' : '~'}${kind}: ${tree.text.slice(start, end).trim()}`;
  });
}

describe('bash texts that are checked', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['stdenv.mkDerivation { buildPhase = "make all"; pname = "make all"; }', ['phase: make all']],
    ['mkShell { shellHook = lib.optionalString x "a b"; }', ['phase: a b']],
    ['runCommand "a b" { } "cp a $out"', ['phase: cp a $out']],
    ['writeShellScriptBin "a" "cd b"', ['script: cd b']],
    ['writeShellApplication { name = "a b"; text = "cd b"; }', ['strictScript: cd b']],
    ['{ a = /* bash */ "cd b"; c = /* json */ "d e"; }', ['phase: cd b']],
    // A word of a command is none.
    ['mkDerivation { postPatch = "a b" + lib.optionalString x "--c d"; }', []],
    ["mkDerivation { postPatch = old + ''\n  a b\n''; }", ['~phase: a b']],
    ['mkDerivation { postPatch = if x == "y z" then "a b" else "c d"; }', ['phase: a b', 'phase: c d']],
    ["mkDerivation { postPatch = ''\n  a ${f ''\n b c\n''}\n''; }", ["phase: a ${f ''\n b c\n''}"]],
    [
      "mkDerivation { postPatch = ''\n  a b\n  ${f ''\n b c\n''}\n''; }",
      ["phase: a b\n  ${f ''\n b c\n''}", '~phase: b c'],
    ],
    ['mkDerivation { installFlags = "a b"; meta.description = "a b"; }', []],
  ];
  for (const [source, expected] of cases)
    it(source, async () => assert.deepEqual(await texts(source), expected));

  it('are of every attribute that is known to take bash', () => {
    const makers = [
      'mkDerivation',
      'buildPythonPackage',
      'buildRustPackage',
      'buildGoModule',
      'buildNpmPackage',
    ];
    const helpers = [
      'writeShellApplication',
      'symlinkJoin',
      'buildEnv',
      'fetchurl',
      'fetchzip',
      'fetchFromGitHub',
    ];
    const attributes = [
      ...makers.flatMap((name) => [...attributesOfMaker(name).values()]),
      ...helpers.flatMap((name) => knownFunction(name)?.attributes ?? []),
    ];
    const missing = attributes
      .filter(({ name, type }) => type === 'bash' && !usualName.test(name) && !otherNames.has(name))
      .map(({ name }) => name);
    assert.deepEqual(missing, []);
    assert.ok(attributes.some(({ type }) => type === 'bash'));
  });
});
