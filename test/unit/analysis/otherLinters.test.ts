/** What libnixf, nil, statix and deadnix find by their own names is found here, too. */
import assert from 'node:assert/strict';
import { findingsOf } from '../../../server/src/analysis/findings';
import { parsed } from '../../support/syntax';

type Table = readonly (readonly [name: string, text: string, code: string])[];

const libnixf: Table = [
  ['lex-unterminated-bcomment, note-bcomment-begin', '1 /* a', 'syntax'],
  // Nix itself reads a float and the name `e`.
  ['lex-float-no-exp', '1.0e', 'undefined-variable'],
  ['lex-float-leading-zero', '01.5', 'float-leading-zero'],
  ['parse-expected', '{ a = ; }', 'syntax'],
  ['parse-int-too-big', '99999999999999999999', 'number-out-of-range'],
  ['parse-redundant-paren', 'a: (a)', 'useless-parentheses'],
  ['parse-attrpath-extra-dot', '{ a. = 1; }', 'syntax'],
  ['parse-select-extra-dot', 'a: a..b', 'syntax'],
  ['parse-unexpected-between', '{ a = 1 2; b }', 'syntax'],
  ['parse-unexpected, to-match-this', '[ 1 ) ]', 'syntax'],
  ['parse-missing-sep-formals', '{ a b }: a', 'syntax'],
  ['parse-lambda-arg-extra-at', 'a@{ b }@c: b', 'syntax'],
  ['parse-operator-noassoc', 'a: a == a == a', 'syntax'],
  ['parse-kw-or-isnot-binary-op', 'a: b: a or b', 'or-as-name'],
  ['let-dynamic', 'a: let ${a} = 1; in 1', 'dynamic-let'],
  ['empty-inherit', '{ inherit; }', 'empty-inherit'],
  ['or-identifier', 'f: f or 1', 'or-as-name'],
  ['deprecated-url-literal', 'https://example.org/a', 'url-literal'],
  ['deprecated-let', 'let { body = 1; }', 'legacy-let'],
  ['deprecated-let-missing-body', 'let { a = 1; }', 'legacy-let'],
  ['path-trailing-slash', './a/', 'path-trailing-slash'],
  ['merge-diff-rec and its notes', 'b: { a = rec { c = 1; d = c; }; a = { c2 = b; }; }', 'merged-rec'],
  ['sema-duplicated-attrname, note-prev', '{ a = 1; a = 2; }', 'duplicate-attribute'],
  ['sema-dynamic-inherit', 'a: { inherit ${a}; }', 'dynamic-inherit'],
  ['sema-empty-formal', '{ a, , b }: a', 'syntax'],
  ['sema-formal-missing-comma', '{ a, b c }: a', 'syntax'],
  ['sema-formal-extra-ellipsis', '{ a, ..., ... }: a', 'syntax'],
  ['sema-misplaced-ellipsis', '{ ..., a }: a', 'syntax'],
  ['sema-dup-formal, note-duplicate-formal', '{ a, a }: a', 'duplicate-formal'],
  ['sema-dup-formal-arg', 'a@{ a }: a', 'duplicate-formal'],
  ['sema-undefined-variable', 'a', 'undefined-variable'],
  ['sema-unused-def-let', 'let a = 1; in 2', 'unused-binding'],
  ['sema-unused-def-lambda-noarg-formal', '{ a }: 1', 'unused-formal'],
  // Whoever takes the whole argument as well may use it all: nothing is said of its names, only of a whole that nobody uses.
  ['sema-unused-def-lambda-witharg-arg', 'args@{ a }: a', 'unused-argument-name'],
  ['sema-extra-rec', 'rec { a = 1; }', 'unused-rec'],
  ['sema-extra-with', 'a: with a; 1', 'unused-with'],
  ['sema-primop-unknown', 'builtins.nothing', 'unknown-builtin'],
  ['sema-primop-removed-prefix', 'builtins.map', 'builtins-prefix'],
  ['sema-primop-needs-prefix', "foldl' (a: b: a) 1 [ ]", 'undefined-variable'],
  ['sema-primop-overridden', 'let map = 1; in map', 'shadowed-builtin'],
  ['sema-constant-overridden', 'let true = 1; in true', 'shadowed-constant'],
];

const nil: Table = [
  ['syntax_error: NestTooDeep', '['.repeat(20_000), 'syntax'],
  ['syntax_error: MultipleRoots', '1; 2', 'syntax'],
  ['syntax_error: MultipleNoAssoc', 'a: a < a < a', 'syntax'],
  ['syntax_error: ExpectToken', 'if 1 then 2', 'syntax'],
  ['syntax_error: ExpectExpr', 'x: x ++', 'syntax'],
  ['syntax_error: ExpectElemExpr', '[ -1 ]', 'syntax'],
  ['syntax_error: ExpectAttr', '{ = 1; }', 'syntax'],
  ['syntax_error: ExpectIdent', '{ a }@: a', 'syntax'],
  ['syntax_error: ExpectBinding', '{ 1 }', 'syntax'],
  ['syntax_error: PathTrailingSlash', './a/', 'path-trailing-slash'],
  ['syntax_error: PathDuplicatedSlashes', './a//b', 'syntax'],
  ['invalid_dynamic', 'a: let ${a} = 1; in 1', 'dynamic-let'],
  ['duplicated_key', '{ a = 1; a = 2; }', 'duplicate-attribute'],
  ['duplicated_param', '{ a, a }: a', 'duplicate-formal'],
  ['empty_inherit', '{ inherit; }', 'empty-inherit'],
  ['empty_let_in', 'let in 1', 'empty-let'],
  ['let_attrset', 'let { body = 1; }', 'legacy-let'],
  ['uri_literal', 'https://example.org/a', 'url-literal'],
  ['merge_plain_rec_attrset', '{ a = { c = 1; }; a = rec { b = 1; d = b; }; }', 'merged-rec'],
  ['merge_rec_attrset', '{ a = rec { b = 1; d = b; }; a = { c = 1; }; }', 'merged-rec'],
  ['undefined_name', 'a', 'undefined-variable'],
  ['unused_binding', 'let a = 1; in 2', 'unused-binding'],
  ['unused_with', 'a: with a; 1', 'unused-with'],
  ['unused_rec', 'rec { a = 1; }', 'unused-rec'],
];

const statixAndDeadnix: Table = [
  ['bool_comparison', 'a: a == true', 'boolean-comparison'],
  ['bool_simplification', 'a: !(a == 1)', 'boolean-simplification'],
  ['collapsible_let_in', 'let a = 1; in let b = a; in b', 'nested-let'],
  ['deprecated_to_path', 'builtins.toPath "/a"', 'deprecated-to-path'],
  ['empty_inherit', '{ inherit; }', 'empty-inherit'],
  ['empty_let_in', 'let in 1', 'empty-let'],
  ['empty_list_concat', '[ ] ++ [ 1 ]', 'empty-list-concatenation'],
  ['empty_pattern', '{ ... }: 1', 'empty-pattern'],
  ['eta_reduction', 'f: map (x: f x) [ ]', 'eta-reduction'],
  ['legacy_let_syntax', 'let { body = 1; }', 'legacy-let'],
  ['manual_inherit', 'a: { a = a; }', 'manual-inherit'],
  ['manual_inherit_from', 'a: { b = a.b; }', 'manual-inherit-from'],
  ['redundant_pattern_bind', 'a@{ ... }: a', 'redundant-pattern'],
  ['repeated_keys', '{ a.b = 1; a.c = 2; a.d = 3; }', 'repeated-keys'],
  ['unquoted_splice', 'a: ${a}', 'syntax'],
  ['unquoted_uri', 'https://example.org/a', 'url-literal'],
  ['useless_has_attr', 'a: if a ? b then a.b else 1', 'useless-has-attribute'],
  ['useless_parens', 'let a = (1); in a', 'useless-parentheses'],
  ['deadnix: let', 'let a = 1; in 2', 'unused-binding'],
  ['deadnix: lambda pattern', '{ a, b }: a', 'unused-formal'],
  ['deadnix: @-name', 'args@{ a }: a', 'unused-argument-name'],
];

describe('what other linters find', () => {
  for (const [linter, table] of Object.entries({ libnixf, nil, statix: statixAndDeadnix })) {
    for (const [name, text, code] of table) {
      it(`${linter} ${name}: ${code}`, async () => {
        const found = findingsOf(await parsed(text)).map((finding) => finding.code);
        assert.ok(found.includes(code), `${found.join(' ')} of ${text.slice(0, 80)}`);
      });
    }
  }
});
