/** What each name of a text is said to be, for its colour. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { namesOf } from '../../../server/src/analysis/names';
import type { Use } from '../../../server/src/analysis/scopes';
import type { SemanticToken } from '../../../server/src/analysis/semanticTokens';
import { allTokens } from '../../../server/src/features/semanticTokens';
import type { Span, SyntaxTree } from '../../../server/src/syntax/syntaxTree';
import { mutate, randomNumbers } from '../../support/mutations';
import { parsed } from '../../support/syntax';

const short = { variable: 'v', parameter: 'a', property: 'p', function: 'f' } as const;
const shortModifier = {
  declaration: '+',
  definition: '=',
  defaultLibrary: '*',
  deprecated: '-',
  fromWith: '?',
} as const;

/** The text with `‹kind:name›` for each token. */
function shown(text: string, tokens: readonly SemanticToken[]): string {
  let made = '';
  let at = 0;
  for (const { span, type, modifiers } of tokens) {
    const kind = short[type] + modifiers.map((each) => shortModifier[each]).join('');
    made += `${text.slice(at, span.start)}‹${kind}:${text.slice(span.start, span.end)}›`;
    at = span.end;
  }
  return made + text.slice(at);
}

function files(): readonly (readonly [string, string])[] {
  return [
    'examples/hello/default.nix',
    'examples/pkgs/lib.nix',
    'server/src/nix/expressions/derivations.nix',
  ].map((file) => [file, readFileSync(resolve(__dirname, '../../..', file), 'utf8')]);
}

describe('the kinds of names', () => {
  const cases: readonly (readonly [what: string, expected: string])[] = [
    ['an argument', '‹a+:x›: ‹a:x›'],
    ['formals and their set', '{ ‹a+:a›, ‹a+:b› ? ‹a:a›, ... }@‹a+:all›: ‹a:all›.‹p:b›'],
    ['what `let` binds', 'let ‹v=:a› = 1; ‹f=:f› = ‹a+:x›: ‹v:a›; in [ ‹f:f› ‹v:a› ]'],
    ['attributes', '{ ‹p=:a›.‹p=:b› = 1; ‹f=:f› = ‹a+:_›: 2; "s" = 3; }'],
    ['attributes of a recursive set', 'rec { ‹p=:a› = 1; ‹p=:b› = ‹p:a›; }'],
    ['what is called', '‹a+:lib›: ‹a+:f›: ‹f:f› 1 (‹a:lib›.‹p:a›.‹f:b› 2 ‹a:f›)'],
    ['what is piped into', '‹a+:f›: ‹a+:x›: ‹a:x› |> ‹f:f›'],
    ['members that are asked for', '‹a+:x›: ‹a:x› ? ‹p:a›.‹p:b› && ‹a:x›.‹p:a› or ‹a:x› == 1'],
    ['builtins', '‹f*:map› ‹f*:toString› (‹v*:builtins›.‹f*:length› [ ‹v*:builtins›.‹p*:storeDir› ])'],
    ['builtins by their other name', '‹f*:__head› [ ‹v*:__currentSystem› ]'],
    ['deprecated builtins', '[ ‹f*-:isNull› ‹v*:builtins›.‹f*-:toPath› ]'],
    [
      'builtins whose name is bound',
      'let ‹v=:map› = 1; ‹v=:builtins› = { }; in [ ‹v:builtins›.‹p:length› ‹v:map› ]',
    ],
    ['a `with`', '‹a+:lib›: with ‹a:lib›; [ ‹v?:a› (‹f?:b› ‹a:lib›) ‹f*:map› ]'],
    ['a name that is bound outside a `with`', 'let ‹v=:a› = 1; in with { }; ‹v:a›'],
    ['names that nothing defines', '[ a (b 1) ]'],
    ['constants', '[ true false null ]'],
    [
      '`inherit`',
      '‹a+:x›: { inherit ‹a=:x›; inherit (‹a:x›) ‹p=:y›; inherit z; }'.replace(' z;', ' ‹p=:z›;'),
    ],
    ['`inherit` in `let`', '‹a+:x›: let inherit (‹a:x›) ‹v=:y›; in ‹v:y›'],
    ['interpolations', '‹a+:x›: "é${‹a:x›} 😀 ${‹f:f› ‹a:x›}"'.replace('‹f:f›', '‹f*:toString›')],
    ['names on other lines', "‹a+:x›: ''\n  a\n  ${‹a:x›}\n  b\n''"],
    ['paths with names', '‹a+:x›: ./a/${‹a:x›}'],
    ['dynamic attributes', '‹a+:x›: { ${‹a:x›} = 1; }.${‹a:x›}'],
    ['the old `let`', 'let { ‹p=:body› = ‹p:a›; ‹p=:a› = 1; }'],
    ['what is left of a half-typed text', 'let ‹v=:a› = 1; in ‹v:a›.'],
  ];
  for (const [what, expected] of cases) {
    it(`are told of ${what}`, async () => {
      const text = expected.replaceAll(/‹[^:]+:([^›]+)›/g, '$1');
      assert.equal(shown(text, allTokens(await parsed(text))), expected);
    });
  }

  it('agree with what each use refers to', async () => {
    let uses = 0;
    for (const [file, text] of files()) {
      const tree = await parsed(text);
      const tokens = new Map(allTokens(tree).map((token) => [token.span.start, token]));
      for (const use of namesOf(tree).uses) {
        uses++;
        const token = tokens.get(use.span.start);
        assert.ok(
          isKindOf(use, token),
          `${file}: ${use.name} at ${use.span.start} is ${JSON.stringify(token)}`,
        );
      }
    }
    assert.ok(uses > 100);
  });
});

function isKindOf({ definition, other, name, origin }: Use, token: SemanticToken | undefined): boolean {
  if (/^(?:true|false|null)$/.test(name) && definition === null) return token === undefined;
  if (other === 'undefined') return token === undefined || origin.kind === 'inherit';
  if (token === undefined) return false;
  if (other !== null) return token.modifiers.includes(other === 'global' ? 'defaultLibrary' : 'fromWith');
  const kinds = { let: 'variable', rec: 'property', argument: 'parameter', formal: 'parameter' } as const;
  return token.type === 'function' || token.type === kinds[definition?.kind ?? 'let'];
}

describe('the words of bash in a string', () => {
  const cases: readonly (readonly [what: string, body: string])[] = [
    ['variables', 'echo $‹v*:out› "${x}" $‹v:mine› "a $‹v*:out›"'.replace('"${x}" ', '')],
    ['braces, which Nix needs escaped', "echo ''${‹v:a›%b} \"''${‹v:c›[@]}\" ''${#‹v:d›}"],
    [
      'functions of stdenv',
      '‹f*:runHook› preBuild\n  if true; then ‹f*:installBin› a; fi && ‹f*:substituteInPlace› b',
    ],
    ['arguments that are called like functions', 'echo substituteInPlace'],
    ['what is in quotes', 'echo \'$out\' "$(‹f*:runHook› a) $‹v*:out›" # $out runHook'],
    ['what is escaped', 'echo \\$out "\\$out" $$ $1 \'\'\\$out'],
    ['assignments', '‹v:x›='.replace('‹v:x›', 'x') + '$(‹f*:runHook› y); a=b ‹f*:runHook› z'],
    ['here-documents', "cat <<EOF > $‹v*:out›\n  don't $‹v*:out›\n  EOF\n  ‹f*:runHook› a"],
    ['here-documents that are quoted', "cat <<'EOF'\n  runHook $out\n  EOF\n  echo $‹v*:out›"],
    ['here-strings and numbers', 'cat <<< "$‹v*:out›" 2>&1; echo $((1 << 2)); ‹f*:runHook› a'],
    ['cases', 'case a in\n  b) ‹f*:runHook› a ;;\n  esac'],
  ];
  for (const [what, body] of cases) {
    it(`are told of ${what}`, async () => {
      const expected = `{ ‹p=:buildPhase› = ''\n  ${body}\n''; }`;
      const text = expected.replaceAll(/‹[^:]+:([^›]+)›/g, '$1');
      assert.equal(shown(text, allTokens(await parsed(text))), expected);
    });
  }

  it('stand beside what Nix puts in', async () => {
    const expected =
      '‹a+:x›: { ‹p=:postInstall› = \'\'\n  ${‹a:x›}/bin/a $‹v:a›${‹a:x› + "a\nb"}$‹v*:out› \'\'; ‹p=:b› = "$out"; }';
    const text = expected.replaceAll(/‹[^:]+:([^›]+)›/g, '$1');
    assert.equal(shown(text, allTokens(await parsed(text))), expected);
  });

  it('are told in quoted strings, scripts and marked texts', async () => {
    for (const expected of [
      '{ ‹p=:preBuild› = "echo \\"$‹v*:out›\\"\\n‹f*:runHook› a"; }'.replace('\\n‹', '\\n‹'),
      "‹a+:p›: ‹a:p›.‹f:runCommand› \"n\" { } ''\n  ‹f*:runHook› a\n''",
      "[ /* bash */ ''echo $‹v:x›'' ]",
    ]) {
      const text = expected.replaceAll(/‹[^:]+:([^›]+)›/g, '$1');
      assert.equal(shown(text, allTokens(await parsed(text))), expected);
    }
  });
});

describe('names of any text', () => {
  function isWithin({ span }: SemanticToken, part: Span): boolean {
    return span.start < part.end && span.end > part.start;
  }

  function check(tree: SyntaxTree, random: () => number): void {
    const tokens = allTokens(tree);
    let last = 0;
    for (const { span } of tokens) {
      assert.ok(span.start >= last && span.end > span.start, `tokens overlap at ${span.start}`);
      assert.doesNotMatch(tree.text.slice(span.start, span.end), /[\r\n]/);
      last = span.end;
    }
    const ends = [random(), random()]
      .map((part) => Math.floor(part * tree.text.length))
      .sort((a, b) => a - b);
    const part = { start: ends[0]!, end: ends[1]! };
    assert.deepEqual(
      allTokens(tree, part),
      tokens.filter((token) => isWithin(token, part)),
    );
  }

  it('are in order, of one line, and those of a part are a part of all', async () => {
    const random = randomNumbers(5);
    for (const [, whole] of files()) {
      let text = whole;
      for (let round = 0; round < 60; round++) {
        const tree = await parsed(text);
        try {
          check(tree, random);
        } finally {
          tree.dispose();
        }
        text = mutate(round % 6 === 0 ? whole : text, random)?.text ?? whole;
      }
    }
  });

  it('are told at any depth', async () => {
    const deep = `a: ${'('.repeat(9000)}a${')'.repeat(9000)}`;
    assert.equal(allTokens(await parsed(deep)).length, 2);
  });
});
