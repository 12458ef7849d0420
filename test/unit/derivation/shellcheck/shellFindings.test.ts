/** What shellcheck says of a script, at its places in the Nix text; with what it really says of such scripts (0.9.0). */
import assert from 'node:assert/strict';
import type { Finding } from '../../../../server/src/analysis/finding';
import { bashTextsOf, type BashText } from '../../../../server/src/derivation/shellcheck/bashTextsOf';
import { shellFindings } from '../../../../server/src/derivation/shellcheck/shellFindings';
import { preludeOf, wordLists } from '../../../../server/src/derivation/shellcheck/shellPrelude';
import { shellTextOf, type ShellText } from '../../../../server/src/derivation/shellcheck/shellText';
import { decodeComments, type ShellComment } from '../../../../server/src/nix/shellcheck';
import type { SyntaxTree } from '../../../../server/src/syntax/syntaxTree';
import { parsed } from '../../../support/syntax';

async function textOf(source: string): Promise<{ tree: SyntaxTree; bash: BashText; text: ShellText }> {
  const tree = await parsed(source);
  const [bash] = bashTextsOf(tree);
  assert.ok(bash !== undefined);
  return { tree, bash, text: shellTextOf(source, bash.literal, preludeOf(bash, source)) };
}

/** A comment on a line of the text itself, as `line:column-endColumn`, with replacements in the same form. */
function comment(
  text: ShellText,
  code: number,
  place: string,
  replacements: Readonly<Record<string, string>> = {},
): ShellComment {
  const before = text.script.slice(0, text.begin).split('\n').length - 1;
  const placeOf = (written: string) => {
    const [line = 0, column = 0, endColumn = 0] = written.split(/[:-]/).map(Number);
    return { line: line + before, endLine: line + before, column, endColumn };
  };
  const fixes = Object.entries(replacements).map(([at, replacement]) => ({ ...placeOf(at), replacement }));
  return { ...placeOf(place), level: 'info', code, message: 'Quote it. Or not.', replacements: fixes };
}

function fixed(tree: SyntaxTree, { fixes }: Finding): string | null {
  const [fix] = fixes;
  if (fix === undefined) return null;
  return [...fix.edits]
    .reverse()
    .reduce((text, { start, end, newText }) => text.slice(0, start) + newText + text.slice(end), tree.text);
}

const source = `stdenv.mkDerivation {
  pname = "é𝒳";
  buildInputs = [ zlib ];
  installPhase = ''
    runHook preInstall
    echo '𝒳 é' ''\${zlib.dev} "\${zlib}" $file
    cp $src $out $buildInputs ''\${more} '''a
    if [ "\${lib.boolToString true}" = true ]; then ls \`pwd\`; fi
    runHook postInstall
  '';
}
`;
const place = (line: number, column: number, endColumn: number) => ({
  line,
  endLine: line,
  column,
  endColumn,
});
const quotes = (line: number, column: number, endColumn: number) => ({
  replacements: [
    { ...place(line, column, column), insertionPoint: 'afterEnd', precedence: 7, replacement: '"' },
    { ...place(line, endColumn, endColumn), insertionPoint: 'beforeStart', precedence: 7, replacement: '"' },
  ],
});
const split = { level: 'info', code: 2086, message: 'Double quote to prevent globbing and word splitting.' };
/** Lines and columns of the script that is made of `source`. */
const recorded = JSON.stringify({
  comments: [
    { ...place(16, 6, 12), level: 'warning', code: 2100, message: 'Use $((..)) for arithmetics', fix: null },
    { file: '-', ...place(29, 12, 23), ...split, fix: quotes(29, 12, 23) },
    { file: '-', ...place(29, 39, 44), ...split, fix: quotes(29, 39, 44) },
    { file: '-', ...place(30, 14, 26), ...split, fix: quotes(30, 14, 26) },
    { file: '-', ...place(30, 27, 34), ...split, fix: quotes(30, 27, 34) },
    {
      file: '-',
      ...place(31, 21, 22),
      level: 'warning',
      code: 2050,
      message: 'This is constant.',
      fix: null,
    },
    {
      file: '-',
      ...place(31, 39, 44),
      level: 'style',
      code: 2006,
      message: 'Use $(...) notation instead of legacy backticks `...`.',
      fix: {
        replacements: [
          { ...place(31, 39, 40), insertionPoint: 'afterEnd', precedence: 10, replacement: '$(' },
          { ...place(31, 43, 44), insertionPoint: 'beforeStart', precedence: 10, replacement: ')' },
        ],
      },
    },
  ],
});

describe('what shellcheck says', () => {
  it('stands at its place in the Nix text, without what only the script is to blame for', async () => {
    const { tree, bash, text } = await textOf(source);
    const meaning = { isWordList: wordLists(bash), isWhole: true };
    const comments = decodeComments(recorded);
    assert.ok(comments !== null);
    const found = shellFindings(source, text, comments, meaning);
    assert.deepEqual(
      found.map(({ code, severity, span }) => [code, severity, source.slice(span.start, span.end)]),
      [
        ['SC2086', 'information', "''${zlib.dev}"],
        ['SC2086', 'information', '$file'],
        ['SC2086', 'information', "''${more}"],
        ['SC2006', 'hint', '`pwd`'],
      ],
    );
    // Columns of the document are UTF-16 units, those of shellcheck code points.
    assert.deepEqual(tree.lines.rangeOf(found[1]!.span).start, { line: 5, character: 40 });
    const lines = found.map((each) => fixed(tree, each)?.split('\n').slice(5, 8) ?? []);
    assert.match(lines[0]?.[0] ?? '', / "''\$\{zlib\.dev\}" "\$\{zlib\}" \$file$/);
    assert.match(lines[1]?.[0] ?? '', /"\$\{zlib\}" "\$file"$/);
    assert.match(lines[2]?.[1] ?? '', / "''\$\{more\}" '''a$/);
    assert.match(lines[3]?.[2] ?? '', /ls \$\(pwd\); fi$/);
  });

  it('is left out of a text that does not parse', async () => {
    const { text } = await textOf('mkDerivation { buildPhase = "if x; $y"; }');
    const errors = [1046, 1073, 1047, 1072].map((code) => ({
      ...comment(text, code, '1:1-1'),
      level: 'error' as const,
    }));
    const meaning = { isWordList: () => false, isWhole: true };
    assert.deepEqual(shellFindings('', text, [...errors, comment(text, 2086, '1:7-9')], meaning), []);
  });

  const quoted = 'mkDerivation { buildPhase = "echo \\"a\\" \\\\n $x\\n$y ${z}b ${z}"; }';
  const indented = "mkDerivation { buildPhase = ''\n  $x '''a ${z}b '\n    $y\n''; }";
  const fixes: readonly (readonly [string, string, Readonly<Record<string, string>>, string | null])[] = [
    ['escapes what it writes', quoted, { '1:13-13': '"', '1:15-15': '"' }, '\\\\n \\"$x\\"\\n$y'],
    [
      'may stand on another line of one string',
      quoted,
      { '2:1-1': '\\', '2:3-3': '${q}' },
      '\\n\\\\$y\\${q} ',
    ],
    ['never touches a splice', quoted, { '2:6-7': 'q' }, null],
    ['may stand beside one', quoted, { '2:4-4': 'q' }, ' q${z}b'],
    ['does not overlap', quoted, { '1:13-15': 'q', '1:14-14': 'r' }, null],
    ['writes what means the same', indented, { '1:1-1': '"', '1:3-3': '"' }, '  "$x" '],
    ['makes no new escape', indented, { '1:1-3': '${x}' }, null],
    ['makes none with its neighbour', indented, { '1:4-4': "'" }, null],
    ['cuts none in two', indented, { '1:5-5': 'q' }, null],
    ['leaves the indentation as it is', indented, { '2:1-3': '' }, '\n  $y'],
  ];
  for (const [says, text, replacements, expected] of fixes)
    it(`a fix ${says}`, async () => {
      const made = await textOf(text);
      const said = comment(made.text, 2086, '1:1-2', replacements);
      const [found] = shellFindings(text, made.text, [said], { isWordList: () => false, isWhole: true });
      assert.ok(found !== undefined);
      const after = fixed(made.tree, found);
      if (expected === null) assert.equal(after, null);
      else assert.ok(after?.includes(expected), String(after));
    });

  it('that is not the JSON of shellcheck is no answer', () => {
    for (const json of ['', '[]', '{"comments":[{"line":1}]}', 'shellcheck: no']) {
      assert.equal(decodeComments(json), null);
    }
    assert.deepEqual(decodeComments('{"comments":[]}'), []);
  });
});
