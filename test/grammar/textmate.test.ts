import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scopesAt, tokensOf } from './support/textmate';

const shell = 'meta.embedded.block.shellscript';
const interpolation = 'meta.embedded.interpolation.nix';

async function assertScope(text: string, scope: string, grammar = 'source.nix'): Promise<void> {
  const scopes = await scopesAt(grammar, text);
  assert.ok(scopes.includes(scope), `${text}\n  has ${scopes.join(' ')}\n  not ${scope}`);
}

async function assertNoScope(text: string, scope: string, grammar = 'source.nix'): Promise<void> {
  const scopes = await scopesAt(grammar, text);
  assert.ok(!scopes.includes(scope), `${text}\n  has ${scope}`);
}

describe('the TextMate grammar of Nix', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['¦# a comment', 'comment.line.number-sign.nix'],
    ['1 /* two\n ¦lines */', 'comment.block.nix'],
    ['/** ¦documentation */ x: x', 'comment.block.documentation.nix'],
    ['¦if a then b else c', 'keyword.control.nix'],
    ['¦let a = 1; in a', 'keyword.other.nix'],
    ['{ ¦inherit a; }', 'keyword.other.inherit.nix'],
    ['{ inherit (lib) ¦mkIf; }', 'variable.other.property.definition.nix'],
    ['a.b ¦or c', 'keyword.other.nix'],
    ['¦a-if', 'variable.other.nix'],
    ['¦true', 'constant.language.nix'],
    ['¦import ./x', 'support.function.nix'],
    ['builtins.¦readFile ./x', 'support.function.nix'],
    ['lib.¦optional', 'variable.other.property.nix'],
    ['{ ¦a = 1; }', 'variable.other.property.definition.nix'],
    ['{ a.¦b = 1; }', 'variable.other.property.definition.nix'],
    ['{ a."b".¦c = 1; }', 'variable.other.property.definition.nix'],
    ['{\n  a,\n  ¦b ? [ ],\n  c ? {\n  },\n}: a', 'variable.parameter.function.nix'],
    ['{\n  a,\n  ¦c ? {\n    d = 1;\n  },\n}: a', 'variable.parameter.function.nix'],
    ['{ a\n, ¦b ? (x: x)\n}: a', 'variable.parameter.function.nix'],
    ['a ¦== b', 'keyword.operator.comparison.nix'],
    ['a ¦// b', 'keyword.operator.update.nix'],
    ['a ¦|> b', 'keyword.operator.pipe.nix'],
    ['a ¦-> b', 'keyword.operator.logical.nix'],
    ['¦x: x', 'variable.parameter.function.nix'],
    ['{ ¦a, b ? 1 }: a', 'variable.parameter.function.nix'],
    ['{ a, ¦b ? 1 }: a', 'variable.parameter.function.nix'],
    ['{ a, ... }@¦args: a', 'variable.parameter.function.nix'],
    ['{\n  a,\n  ¦b,\n}: a', 'variable.parameter.function.nix'],
    ['[ ¦12 ]', 'constant.numeric.integer.nix'],
    ['[ ¦1.5e3 ]', 'constant.numeric.float.nix'],
    ['./a/¦b.nix', 'string.unquoted.path.nix'],
    ['./a/${¦b}.nix', interpolation],
    ['¦<nixpkgs/lib>', 'string.unquoted.path.angle.nix'],
    ['~/¦x', 'string.unquoted.path.nix'],
    ['¦http://example.org/a?b=1', 'string.unquoted.uri.nix'],
    ['"a ¦b"', 'string.quoted.double.nix'],
    ['"a ¦\\n"', 'constant.character.escape.nix'],
    ['"a ${¦b}"', 'variable.other.nix'],
    ['"${ { a = { }; } }¦b"', 'string.quoted.double.nix'],
    ["'' a ¦''' b ''", 'constant.character.escape.nix'],
    ["'' a ¦''${b} ''", 'constant.character.escape.nix'],
    ["'' a ¦''\\n ''", 'constant.character.escape.nix'],
    ["'' a ${¦b} ''", 'variable.other.nix'],
  ];
  for (const [text, scope] of cases) {
    it(`marks ${JSON.stringify(text)} as ${scope}`, () => assertScope(text, scope));
  }

  it('reads no interpolation after two dollars', () => assertNoScope('"$${¦a}"', interpolation));

  it('goes on after a string that an interpolation with strings was in', () =>
    assertScope('{ a = "x ${f "y"} z"; ¦b = 1; }', 'variable.other.property.definition.nix'));

  it('calls nothing illegal, in any grammar', async () => {
    for (const name of ['nix', 'nix-log', 'nix-derivation']) {
      const text = await readFile(join(__dirname, `../../syntaxes/${name}.tmLanguage.json`), 'utf8');
      assert.doesNotMatch(text, /illegal|invalid/);
    }
  });

  it('includes only rules that exist', async () => {
    for (const name of ['nix', 'nix-log', 'nix-derivation']) {
      const text = await readFile(join(__dirname, `../../syntaxes/${name}.tmLanguage.json`), 'utf8');
      const { repository } = JSON.parse(text) as { readonly repository: Readonly<Record<string, unknown>> };
      for (const [, included] of text.matchAll(/"include": "#([^"]+)"/g)) {
        assert.ok(included !== undefined && included in repository, `${name} has no rule ${included}`);
      }
    }
  });
});

describe('bash in Nix strings', () => {
  const phase = (body: string): string => `{\n  buildPhase = ''\n${body}\n  '';\n  after = 1;\n}`;

  for (const name of ['buildPhase', 'myOwnPhase', 'preConfigure', 'postInstall', 'shellHook', 'buildCommand']) {
    it(`is coloured in ${name}`, async () => {
      await assertScope(`{ ${name} = ''\n  ¦echo hi\n''; }`, 'support.function.builtin.shell');
      await assertScope(`{ ${name} = "¦echo hi"; }`, 'support.function.builtin.shell');
    });
  }
  for (const name of ['description', 'preConfigurePhases', 'prefix', 'postgresql', 'phaseName']) {
    it(`is not coloured in ${name}`, () => assertNoScope(`{ ${name} = ''\n  ¦echo hi\n''; }`, shell));
  }

  it('is coloured after a comment that says so', () => assertScope("{ x = /* bash */ ''\n  ¦echo\n''; }", shell));

  it('is coloured in the first string after runCommand and writeShellScript', async () => {
    await assertScope("runCommand \"name\" { a = 1; } ''\n  ¦echo\n''", shell);
    await assertScope("pkgs.writeShellScript \"name\" ''\n  ¦echo\n''", shell);
    await assertScope("writeShellApplication { name = \"x\"; text = ''\n  ¦echo\n''; }", shell);
    await assertNoScope("[ (runCommand \"a\" { } ''echo'') ''\n  ¦echo\n'' ]", shell);
    await assertNoScope("{ inherit runCommand; a = ''\n  ¦echo\n''; }", shell);
  });

  it('is coloured in each string of a concatenation and in parentheses', async () => {
    await assertScope("{ postFixup = ''\n  a\n'' + lib.optionalString x ''\n  ¦echo\n''; }", shell);
    await assertScope("{ postFixup = lib.optionalString (x) (y + ''\n  ¦echo\n''); }", shell);
    await assertNoScope('{ postFixup = lib.optionalString (x == "¦echo") y; }', shell);
  });

  it('ends with the attribute', async () => {
    await assertScope(phase('echo').replace('after', '¦after'), 'variable.other.property.definition.nix');
    await assertNoScope("{ buildPhase = ''\n  x\n'';\n  a = ''\n  ¦echo\n''; }", shell);
  });

  it('keeps interpolations and escapes, also inside strings, comments and here-documents of the shell', async () => {
    for (const body of ['${¦x}', '"a ${¦x}"', "'a ${¦x}'", '# ${¦x}', 'cat <<EOF\n  ${¦x}\n  EOF', '$(a "${¦x}")']) {
      await assertScope(phase(`  echo ${body}`), interpolation);
      await assertScope(phase(`  echo ${body}`), 'variable.other.nix');
    }
    await assertScope(phase('  make \\\n    --a ${¦x} \\\n    --b ${y} \\\n    c'), 'variable.other.nix');
    await assertScope(phase("  echo \"¦''${x}\""), 'constant.character.escape.nix');
    await assertNoScope(phase("  echo \"''${¦x}\""), interpolation);
    await assertScope('{ preBuild = "echo \\"${¦x}\\""; }', interpolation);
  });

  for (const [what, body] of [
    ['an open quote', '  echo "a'],
    ['an open apostrophe', "  echo 'a"],
    ['an apostrophe in a comment', "  # don't"],
    ['a here-document that never ends', '  cat <<EOF\n  a'],
    ['an indented here-document', '  cat <<EOF\n  a\n  EOF'],
    ['an open brace', "  echo ''${a"],
    ['a statement that goes on', '  echo \\'],
  ] as const) {
    it(`does not run over the end of the string after ${what}`, () =>
      assertScope(phase(body).replace('after', '¦after'), 'variable.other.property.definition.nix'));
  }

  it('does not run over the end of a string on one line', async () => {
    await assertScope("{ postInstall = ''rm -rf \"$out''; ¦a = 1; }", 'variable.other.property.definition.nix');
    await assertScope('{ postInstall = "echo \'a"; ¦a = 1; }', 'variable.other.property.definition.nix');
    await assertScope("{ postInstall = ''\n  a\n  rm -rf \"$out''; ¦a = 1; }", 'variable.other.property.definition.nix');
  });

  it('goes on after an interpolation over several lines with strings in it', async () => {
    const body = "  make ${lib.optionalString x ''\n    cd \"a\n  ''}\n  make ${f (x:\n    ''a''\n  )}\n";
    await assertScope(phase(`${body}  ¦echo b`), 'support.function.builtin.shell');
    await assertScope(phase(`${body}  echo b`).replace('after', '¦after'), 'variable.other.property.definition.nix');
    await assertScope("{ buildPhase = ''\n${lib.optionalString x ''\n  ¦echo ${y}\n''}\n''; }", shell);
    await assertScope("{ buildPhase = ''\n${lib.optionalString x ''\n  echo \"${¦y}\"\n''}\n''; }", 'variable.other.nix');
  });
});

describe('the TextMate grammar of build logs', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['── ¦buildPhase ─────────', 'entity.name.section.nix-log'],
    ['Running phase: ¦installPhase', 'entity.name.section.nix-log'],
    ['¦✓ buildPhase 1.2 s', 'markup.inserted.ok.nix-log'],
    ['✓ ¦buildPhase 1.2 s', 'entity.name.section.nix-log'],
    ['✓ buildPhase ¦1.2 s', 'constant.numeric.duration.nix-log'],
    ['✓ buildPhase ¦<0.1 s', 'constant.numeric.duration.nix-log'],
    ['✓ buildPhase ¦2 min 5 s', 'constant.numeric.duration.nix-log'],
    ['¦✓ done in 1.2 s', 'markup.inserted.ok.nix-log'],
    ['¦✗ buildPhase failed after 12 s', 'markup.deleted.failed.nix-log'],
    ['✗ ¦buildPhase failed after 12 s', 'entity.name.section.nix-log'],
    ['✗ buildPhase ¦failed after 12 s', 'markup.deleted.failed.nix-log'],
    ['✗ buildPhase failed after ¦12 s', 'constant.numeric.duration.nix-log'],
    ['✗ failed in 1.2 s¦: configurePhase failed with exit code 1', 'markup.deleted.failed.nix-log'],
    ['¦■ buildPhase stopped', 'markup.changed.stopped.nix-log'],
    ['¦○ checkPhase skipped', 'comment.line.skipped.nix-log'],
    ['a.c:3:5: ¦error: expected', 'token.error-token.nix-log'],
    ['¦a/b.c:3:5: error: expected', 'string.unquoted.path.nix-log'],
    ['a.c:¦3:5: error', 'constant.numeric.line.nix-log'],
    ['¦warning: unused', 'token.warn-token.nix-log'],
    ['make: ¦*** [all] Error 2', 'token.error-token.nix-log'],
    ['sh: foo: ¦command not found', 'token.error-token.nix-log'],
    ['in /nix/store/0c0vkvhd2f1l9xwh5zi1v7ln6qw8ngfn-¦a-1.0/bin', 'string.unquoted.store-path.nix-log'],
  ];
  for (const [text, scope] of cases) {
    it(`marks ${JSON.stringify(text)} as ${scope}`, () => assertScope(text, scope, 'text.nix-log'));
  }

  it('takes no part of another word or of a file name for an error', async () => {
    for (const text of ['checking ¦errors.h', 'libgpg-¦error-1.0', '-W¦error', '¦terror']) {
      await assertNoScope(text, 'token.error-token.nix-log', 'text.nix-log');
    }
  });
});

describe('the TextMate grammar of the readable derivation', () => {
  const drv = '/nix/store/0c0vkvhd2f1l9xwh5zi1v7ln6qw8ngfn-a.drv';
  const document = `a\n${drv}\n\nOutputs\n  out  ${drv.replace('.drv', '')}  (not built)\n\nEnvironment (3)
  buildPhase =
    echo "a

  name = hello
  text =
    echo
  src = ${drv}
`;
  const at = (word: string): string => document.replace(word, `¦${word}`);
  const cases: readonly (readonly [string, string])[] = [
    ['Outputs', 'entity.name.section.nix-derivation'],
    ['(3)', 'comment.count.nix-derivation'],
    ['out  ', 'variable.other.property.nix-derivation'],
    ['(not built)', 'comment.note.nix-derivation'],
    [drv, 'string.unquoted.store-path.nix-derivation'],
    ['buildPhase', 'variable.other.property.nix-derivation'],
    ['echo "a', shell],
    ['name =', 'variable.other.property.nix-derivation'],
    ['hello', 'string.unquoted.value.nix-derivation'],
    ['text =', 'variable.other.property.nix-derivation'],
    ['echo\n', 'string.unquoted.value.nix-derivation'],
    ['src =', 'variable.other.property.nix-derivation'],
  ];
  for (const [word, scope] of cases) {
    it(`marks ${JSON.stringify(word)} as ${scope}`, () => assertScope(at(word), scope, 'text.nix-derivation'));
  }

  it('gives every character to exactly one token', async () => {
    const tokens = await tokensOf('text.nix-derivation', document);
    for (const [line, text] of document.split('\n').entries()) {
      assert.equal(tokens.filter((token) => token.line === line).map((token) => token.text).join(''), text);
    }
  });
});
