import assert from 'node:assert/strict';
import { buildLineMap } from '../../server/src/derivation/lineMap';
import { emptyScope, recursiveScope } from '../../server/src/derivation/scope';
import { evaluateJson } from '../support/nixEval';
import { parsed } from '../support/syntax';

/**
 * Each shape is the value of an attribute. Every line of its evaluated text that holds a mark (`L1`, `L2`, …) must map to the
 * line of the file where the mark is written. `near`: marks whose line may be told as not exact.
 */
interface Shape {
  readonly what: string;
  readonly text: string;
  readonly near?: readonly string[];
}

const helpers = `
  lib = {
    inherit (builtins) concatStringsSep concatMap;
    optionalString = c: s: if c then s else "";
    optionals = c: l: if c then l else [ ];
    concatStrings = builtins.concatStringsSep "";
    concatMapStrings = f: l: builtins.concatStringsSep "" (map f l);
    concatMapStringsSep = s: f: l: builtins.concatStringsSep s (map f l);
    escapeShellArg = x: "'" + x + "'";
  };
  opaque = builtins.getAttr "x" { x = builtins.foldl' (a: b: a + b) "m1" [ "\\nm2" "\\nm3" ]; };
  short = toString 42;
  hidden = builtins.getAttr "x" { x = "s1\\ns2"; };
  common = ''
    echo L901
    echo L902
  '';
  set = { script = "echo L903\\n"; };
`;

const shapes: readonly Shape[] = [
  { what: 'a plain indented string', text: "''\n  echo L1\n    echo L2\n\n  echo L3\n''" },
  { what: 'a one-liner', text: '"echo L1; echo two"' },
  { what: 'a quoted string of many lines', text: '"echo L1\n  echo L2\necho L3"' },
  { what: 'an escaped line ending', text: '"echo L1\\necho again L1"' },
  { what: 'escapes', text: "''\n  echo ''${x} $$ $${y} L1\n  echo '''q''' L2\n  a''\\tb L3\n''" },
  { what: 'a short interpolation', text: "''\n  echo L1 ${short} x\n  echo ${short} L2\n  echo L3\n''" },
  { what: 'an interpolation of many lines', text: "''\n  echo L1\n  ${opaque}\n  echo L2\n''" },
  {
    what: 'an interpolation of many lines inside a line',
    text: "''\n  echo L1 ${opaque} tail\n  echo L2\n''",
  },
  {
    what: 'two interpolations of many lines',
    text: "''\n  ${opaque}\n  echo L1\n  ${hidden}\n  echo L2\n''",
  },
  { what: 'a let-bound text', text: "''\n  ${common}\n  echo L1\n''" },
  { what: 'a text of a set', text: "''\n  ${set.script}\n  echo L1\n''" },
  { what: 'a sum', text: "''\n  echo L1\n'' + ''\n  echo L2\n  echo L3\n''" },
  { what: 'a sum with a let-bound text', text: "common + ''\n  echo L1\n''" },
  { what: 'a sum with an unknown text', text: "opaque + ''\n\n  echo L1\n  echo L2\n''" },
  { what: 'a sum in parentheses', text: '("echo L1\n" + ("echo L2\n" + "echo L3\n"))' },
  {
    what: 'optionalString, true',
    text: "''\n  echo L1\n  ${lib.optionalString true ''\n    echo L2\n    echo L3\n  ''}\n  echo L4\n''",
  },
  {
    what: 'optionalString, false',
    text: "''\n  echo L1\n  ${lib.optionalString false ''\n    echo x\n  ''}\n  echo L4\n''",
  },
  {
    what: 'optionalString in a sum',
    text: "''\n  echo L1\n'' + lib.optionalString true ''\n  echo L2\n'' + ''\n  echo L3\n''",
  },
  {
    what: 'nested optionalString',
    text: "''\n  ${lib.optionalString true ''\n    echo L1\n    ${lib.optionalString true ''\n      echo L2\n    ''}\n    echo L3\n  ''}\n''",
  },
  {
    what: 'if then else',
    text: "''\n  echo L1\n  ${if 1 == 2 then ''\n    echo no\n  '' else ''\n    echo L2\n  ''}\n  echo L3\n''",
  },
  {
    what: 'concatStringsSep',
    text: 'lib.concatStringsSep "\\n" [\n  "echo L1"\n  \'\'\n    echo L2\n    echo L3\n  \'\'\n  "echo L4"\n]',
  },
  {
    what: 'concatStringsSep inside a string',
    text: '\'\'\n  echo L1\n  ${lib.concatStringsSep "\\n" [\n    "echo L2"\n    "echo L3"\n  ]}\n  echo L4\n\'\'',
  },
  { what: 'concatStrings', text: 'lib.concatStrings [\n  "echo L1\n"\n  "echo L2\n"\n]' },
  {
    what: 'a mapped list',
    text: '\'\'\n  echo L1\n  ${lib.concatMapStringsSep "\\n" (x: \'\'echo L2 ${x}\'\') [ "a" "b" "c" ]}\n  echo L3\n\'\'',
  },
  {
    what: 'a mapped list of many lines',
    text: "''\n  ${lib.concatMapStrings (x: ''\n    echo L1 ${x}\n    echo L2\n  '') [ \"a\" \"b\" ]}\n  echo L3\n''",
  },
  {
    what: 'map below concatStringsSep',
    text: '\'\'\n  ${lib.concatStringsSep "\\n" (map (x: "echo L1 ${x}") [ "a" "b" ])}\n  echo L3\n\'\'',
  },
  {
    what: 'repeated lines',
    text: "''\n  echo L1 same\n  ${\"echo L2 same\"}\n  echo L3 same\n  echo L4 end\n''",
  },
  { what: 'a here document', text: "''\n  cat > x <<EOF\n  L1 ${short}\n  L2\n  EOF\n  echo L3\n''" },
  { what: 'continuation lines', text: "''\n  configure \\\n    --a=${short} L1 \\\n    --b L2\n''" },
  {
    what: 'a literal inside an unknown call',
    text: "''\n  echo L1\n  ${lib.escapeShellArg ''\n    echo L2\n  ''}\n  echo L3\n''",
    near: ['L2'],
  },
  {
    what: 'a list of unknown length',
    text: 'lib.concatStringsSep "\\n" ([ "echo L1" ] ++ lib.optionals true [\n  "echo L2 long"\n])',
    near: ['L1', 'L2'],
  },
  { what: 'CRLF in a quoted string', text: '"echo L1\r\necho L2\r\n"' },
  { what: 'non-ASCII text', text: "''\n  echo é日本😀 L1\n  echo ${short} 😀 L2\n''" },
  { what: 'tabs and blank lines', text: "''\n\n\techo L1\n\n\n\techo L2\n''" },
  { what: 'let inside the value', text: "let a = \"echo L1\"; in ''\n  ${a}\n  echo L2\n''" },
  {
    what: 'assert and with',
    text: "with lib; assert true; ''\n  ${optionalString true \"echo L1\"}\n  echo L2\n''",
  },
  { what: 'an empty interpolation', text: '\'\'\n  ${""}\n  echo L1\n  ${""}echo L2\n\'\'' },
  { what: 'only an interpolation', text: '"${common}"' },
  {
    what: 'the same literal line twice around unknown text',
    text: "''\n  echo L1\n  done\n  ${opaque}\n  done\n  echo L2\n''",
  },
  { what: 'adjacent interpolations', text: "''\n  echo L1\n  ${short}${opaque}\n  echo L2\n''" },
  { what: 'text on the line of the opening quotes', text: "''echo L1\n  echo L2\n  echo L3''" },
  { what: 'no line ending at the end', text: "''\n  echo L1\n  echo L2''" },
  { what: 'a quoted string with a backslash at its line ends', text: '"echo L1 \\\\\n  more L2\n"' },
  {
    what: 'dollars and escaped interpolations',
    text: "''\n  a=''${b:-L1}\n  c=$''${d} L2 ''\\${short}\n  ''$e L3\n''",
  },
  { what: 'quotes at line starts', text: "''\n  '''L1'''\n  ''' L2\n  echo L3\n''" },
  {
    what: 'an interpolation over several lines of the file',
    text: "''\n  echo L1\n  echo L2 ${\n    short\n  } more\n  echo L3\n''",
  },
  {
    what: 'an interpolation with comments',
    text: "''\n  echo L1 ${\n    # ''no''\n    short /* nor \"this\" */\n  }\n  echo L2\n''",
  },
  {
    what: 'a function of the document, at its call',
    text: "let say = what: ''\n  echo ${what}\n''; in ''\n  ${say \"L1\"}\n  echo L2\n  ${say \"L3\"}\n''",
    near: ['L1', 'L3'],
  },
  {
    what: 'a function with a set of arguments',
    text: '({ x, y ? "z" }: \'\'\n  echo L1 ${x}\n  echo L2 ${y}\n\'\') { x = "a"; }',
    near: ['L1', 'L2'],
  },
  {
    what: 'a name of a recursive set',
    text: "(rec {\n  a = \"echo L1\";\n  b = ''\n    ${a}\n    echo L2\n  '';\n}).b",
  },
  { what: 'an inherited name', text: "let inherit (set) script; in ''\n  ${script}\n  echo L1\n''" },
  {
    what: 'an alternative to a missing attribute',
    text: "''\n  ${set.missing or \"echo L1\"}\n  echo L2\n''",
    near: ['L1'],
  },
  {
    what: 'a merged set',
    text: "''\n  ${(set // { more = \"echo L1\"; }).more}\n  echo L2\n''",
    near: ['L1'],
  },
  { what: 'if as the whole value', text: "if true then ''\n  echo L1\n  echo L2\n'' else ''\n  echo no\n''" },
  {
    what: 'if between two sums',
    text: "''\n  echo L1\n'' + (if short == \"42\" then ''\n  echo L2\n'' else \"\") + \"echo L3\"",
  },
  { what: 'a sum inside an interpolation', text: '\'\'\n  ${"echo L1" + " and L1"}\n  echo L2\n\'\'' },
  {
    what: 'optionalString below a mapped list',
    text: '\'\'\n  ${lib.concatMapStrings (x: \'\'\n    echo L1 ${x}\n    ${lib.optionalString (x == "a") "echo L2"}\n  \'\') [ "a" "b" ]}\n  echo L3\n\'\'',
  },
  {
    what: 'concatStringsSep with another separator',
    text: 'lib.concatStringsSep " && \\\\\\n  " [\n  "echo L1"\n  "echo L2"\n]',
  },
  {
    what: 'a text that is replaced in',
    text: 'builtins.replaceStrings [ "@a@" ] [ "b" ] \'\'\n  echo @a@\n  echo L2\n\'\'',
    near: ['L2'],
  },
  {
    what: 'an element of a list',
    text: '\'\'\n  ${builtins.elemAt [ "echo L1" "echo no" ] 0}\n  echo L2\n\'\'',
    near: ['L1'],
  },
  { what: 'toString of a text', text: "toString ''\n  echo L1\n  echo L2\n''" },
  {
    what: 'a case and a here-document with interpolations',
    text: "''\n  case ${short} in\n    42) echo L1 ;;\n  esac\n  cat <<'END'\n  ${opaque}\n  END\n  echo L2\n''",
  },
  {
    what: 'interpolations at both ends of lines',
    text: "''\n  ${short} L1 ${short}\n  ${short} L2 ${short}\n''",
  },
  {
    what: 'lines that differ only in what is interpolated',
    text: "''\n  echo ${short} same\n  echo ${\"43\"} same\n  echo L1\n''",
  },
];

describe('buildLineMap, on texts that Nix evaluated', () => {
  const file = `let\n${helpers}in {\n${shapes.map(({ text }, i) => `  s${i} = ${text};`).join('\n')}\n}\n`;
  let texts: Record<string, string>;
  before(() => {
    texts = evaluateJson(file) as Record<string, string>;
  });

  shapes.forEach((shape, i) => {
    it(shape.what, async () => {
      const tree = await parsed(file);
      assert.ok(tree.root?.kind === 'letIn' && tree.root.body.kind === 'set');
      const binding = tree.root.body.bindings.find(
        (b) => b.kind === 'binding' && b.path.names[0]?.name === `s${i}`,
      );
      assert.ok(binding?.kind === 'binding');
      const text = texts[`s${i}`];
      assert.ok(text !== undefined);
      const map = buildLineMap(tree, binding.value, recursiveScope(tree.root.bindings, emptyScope), text);
      let marks = 0;
      text.split('\n').forEach((line, number) => {
        const mark = /L\d+/.exec(line)?.[0];
        if (mark === undefined) return;
        marks++;
        const span = Number(mark.slice(1)) > 900 ? { start: 0, end: file.length } : binding.span;
        const at = file.slice(span.start, span.end).search(new RegExp(`\\b${mark}\\b`)) + span.start;
        const found = map.toNix(number);
        assert.ok(found, `nothing known of: ${line}`);
        assert.equal(found.range.start.line, tree.lines.positionAt(at).line, line);
        assert.equal(found.exact, !(shape.near ?? []).includes(mark), `exact: ${line}`);
        assert.ok(map.toBash(found.range.start.line).includes(number));
      });
      assert.ok(marks > 0);
    });
  });

  it('never calls a line exact that comes from somewhere in an unknown text', async () => {
    const tree = await parsed(file);
    assert.ok(tree.root?.kind === 'letIn' && tree.root.body.kind === 'set');
    for (const binding of tree.root.body.bindings) {
      assert.ok(binding.kind === 'binding');
      const text = texts[binding.path.names[0]?.name ?? ''] ?? '';
      const map = buildLineMap(tree, binding.value, recursiveScope(tree.root.bindings, emptyScope), text);
      text.split('\n').forEach((line, number) => {
        if (/^(m[23]|s[12])$/.test(line)) assert.notEqual(map.toNix(number)?.exact, true, line);
      });
    }
  });
});
