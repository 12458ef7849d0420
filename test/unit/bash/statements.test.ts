import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { createBashParser, type BashParser } from '../../../server/src/bash/bashParser';
import { startLine, statementAt, statementForLine } from '../../../server/src/bash/statements';

describe('statements of a bash text', () => {
  let parser: BashParser;
  before(async () => {
    parser = await createBashParser({
      parserWasm: join(dirname(require.resolve('web-tree-sitter')), 'tree-sitter.wasm'),
      bashGrammarWasm: require.resolve('tree-sitter-bash/tree-sitter-bash.wasm'),
    });
  });

  const text = [
    'words=(', // 1
    '  one', // 2
    ')', // 3
    'for i in a b; do', // 4
    '  a=$i; b=$i', // 5
    'done', // 6
    'if [[ -n $a ]] && test -e x', // 7
    'then', // 8
    '  cat <<END', // 9
    'text $a', // 10
    'END', // 11
    'fi', // 12
    'printf a \\', // 13
    '  b', // 14
    'case $a in', // 15
    '  a) echo a ;;', // 16
    'esac', // 17
    'f() {', // 18
    '  local x=$(echo a', // 19
    '    echo b)', // 20
    '}', // 21
    '((i++))', // 22
    '{ echo grouped', // 23
    '} | ( cat )', // 24
  ].join('\n');

  const lines = (line: number): readonly string[] =>
    parser
      .statements(text)
      .filter((one) => one.line === line)
      .map((one) => `${one.squeezed} ${one.endLine}`);

  it('are those at which bash stops, with their lines', () => {
    assert.deepEqual(lines(1), ['words=(one) 3']);
    assert.deepEqual(lines(4), ['foriinab; 4']);
    assert.deepEqual(lines(5), ['a=$i 5', 'b=$i 5']);
    assert.deepEqual(lines(7), ['[[-n$a]] 7', 'test-ex 7']);
    assert.deepEqual(lines(9), ['cat 9']);
    assert.deepEqual(lines(13), ['printfab 14']);
    assert.deepEqual(lines(15), ['case$ain 15']);
    assert.deepEqual(lines(16), ['echoa 16']);
    assert.deepEqual(lines(19), ['localx=$(echoaechob) 20']);
    assert.deepEqual(lines(22), ['((i++)) 22']);
    assert.deepEqual(lines(23), ['echogrouped 23']);
    assert.deepEqual(lines(24), ['cat 24']);
    for (const none of [2, 3, 6, 8, 10, 11, 12, 14, 17, 18, 20, 21])
      assert.deepEqual(lines(none), [], `${none}`);
  });

  it('are found for a line, and for what bash 5.2 and 5.3 say of a command', () => {
    const statements = parser.statements(text);
    const meant = (line: number) => statementForLine(statements, line)?.line;
    assert.deepEqual([2, 6, 8, 11, 14, 18].map(meant), [1, 7, 9, 13, 13, 19]);
    assert.equal(meant(25), undefined);
    const named = (line: number, command: string) => {
      const found = statementAt(statements, line, command);
      return found === null || found === 'inside' ? found : `${found.line} ${found.squeezed}`;
    };
    for (const told of [13, 14, 15]) assert.equal(named(told, 'printf a b'), '13 printfab');
    assert.equal(named(5, 'b=$i'), '5 b=$i');
    assert.equal(named(15, 'case $a in '), '15 case$ain');
    assert.equal(named(9, 'cat <<END\ntext $a\nEND\n'), '9 cat');
    assert.equal(named(20, 'echo b'), 'inside');
    assert.equal(named(2, 'nothing of these'), '1 words=(one)');
    assert.equal(named(5, 'nothing of these'), null);
    const behind = parser.statements('words=(\n  one\n)\nf() {\n  :\n}\nf\n');
    assert.equal(statementAt(behind, 4, 'f'), 'inside', 'the call of a function that is defined behind it');
    assert.equal(startLine(statements, 14), 13);
    assert.equal(startLine(statements, 5), 5);
  });

  it('of a text that does not parse are those that do', () => {
    const statements = parser.statements('echo one\nif then (((\necho two');
    assert.equal(statements[0]?.squeezed, 'echoone');
  });
});
