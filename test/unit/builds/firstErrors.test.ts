import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisiveLines } from '../../../server/src/builds/decisiveLines';
import { isError } from '../../../server/src/builds/errorLines';
import { FirstErrors, withFirst } from '../../../server/src/builds/firstErrors';
import { printable } from '../../../server/src/builds/tail';

const fixtures = join(__dirname, '../../fixtures/logs');
const logs = (readdirSync(fixtures, { recursive: true }) as string[]).filter((file) => file.endsWith('.txt'));
const other = (count: number) => Array.from({ length: count }, (_, n) => `gcc -Werror -c file${n}.c`);

function firstOf(text: string, size = text.length || 1, number = 0) {
  const first = new FirstErrors(number);
  for (let at = 0; at < text.length; at += size) first.write(text.slice(at, at + size));
  first.end();
  return first;
}

describe('the first errors of a log', () => {
  const compiled = [
    'gcc -c main.c',
    'main.c: In function ‘main’:',
    'main.c:3:5: error: ‘x’ undeclared (first use in this function)',
    '    3 |   x = 1;',
    '      |   ^',
    'make: *** [Makefile:2: main.o] Error 1',
  ];

  it('are kept with what stands around them and with their numbers, however much follows', () => {
    const text = [...other(1000), ...compiled, ...other(5000), ''].join('\n');
    deepEqual(
      firstOf(text).lines,
      compiled.map((line, index) => ({ number: 1000 + index, text: line })),
    );
  });

  it('are the same wherever the text is cut', () => {
    const text = `${[...compiled, ...other(3), ...compiled, 'a', 'ld: error: no x', 'b'].join('\n')}\n`;
    const { lines } = firstOf(text);
    for (const size of [1, 2, 3, 7, 50, 200]) deepEqual(firstOf(text, size).lines, lines, String(size));
  });

  it('are found without a newline at the end, after colours, and counted from the number given', () => {
    deepEqual(firstOf('one\n\u001b[1m\u001b[31merror[E0425]\u001b[0m\u001b[1m: no x\u001b[0m', 99, 7).lines, [
      { number: 7, text: 'one' },
      { number: 8, text: 'error[E0425]: no x' },
    ]);
  });

  it('are twenty; then nothing more is looked at', () => {
    const first = new FirstErrors();
    const error = 'x.c:1:1: error: no\nx\nx\nx\nx\nx\n';
    first.write(error.repeat(19));
    equal(first.full, false);
    first.write(error.repeat(19));
    equal(first.full, true);
    equal(first.lines.filter(({ text }) => text.includes('error')).length, 20);
  });

  it('are found in lines of any length, of which the beginning is kept', () => {
    const first = new FirstErrors();
    first.write('error: ');
    for (let n = 0; n < 20; n++) first.write('x'.repeat(1_000_000));
    first.write('\nlater\n');
    first.end();
    deepEqual(
      first.lines.map(({ number, text }) => [number, text.length]),
      [
        [0, 2001],
        [1, 5],
      ],
    );
  });

  it('are found in the words of any tool', () => {
    for (const line of [
      'src/a.ts(1,2): error TS2322: no',
      '[error] no',
      "app.rb:3:in `run': no (ArgumentError)",
      '** (MatchError) no match',
      "Can't locate Foo.pm in @INC at x.pl line 3.",
      'FAILED',
    ])
      equal(firstOf(`${line}\n`).lines.length, isError(line) ? 1 : 0, line);
  });

  it('of real logs are those that a look at each line finds', () => {
    ok(logs.length > 100);
    for (const log of logs) {
      const text = readFileSync(join(fixtures, log), 'utf8');
      const all = text.split('\n').map(printable);
      const errors = all.flatMap((line, number) => (isError(line) ? [number] : [])).slice(0, 20);
      const found = new Set(firstOf(text).lines.map(({ number }) => number));
      deepEqual(
        errors.filter((number) => !found.has(number)),
        [],
        log,
      );
      for (const { number, text: line } of firstOf(text, 100).lines) equal(line, all[number], log);
    }
  });

  it('come before the end of the log, with an empty line for what is between', () => {
    const first = firstOf([...compiled, ...other(5000)].join('\n')).lines;
    const end = other(5000).map((text, index) => ({ number: compiled.length + index, text }));
    const lines = withFirst(first, end.slice(-400));
    deepEqual(lines[compiled.length], { number: compiled.length, text: '' });
    equal(lines.length, compiled.length + 1 + 400);
    deepEqual(withFirst(first, end), [...first, ...end]);
    deepEqual(withFirst([], end.slice(-400)), end.slice(-400));
  });
});

describe('decisive lines of a long log', () => {
  it('are its first errors, and the first of its end', () => {
    const errors = (name: string) => Array.from({ length: 5 }, (_, n) => `${name}.c:${n}:1: error: no`);
    const end = errors('end').map((text, number) => ({ number: number + 9000, text }));
    const lines = withFirst(firstOf(errors('first').join('\n')).lines, end);
    deepEqual(
      decisiveLines(lines, null).map(({ number, text }) => [number, text]),
      [
        [0, 'first.c:0:1: error: no'],
        [1, 'first.c:1:1: error: no'],
        [9000, 'end.c:0:1: error: no'],
      ],
    );
    ok(decisiveLines(lines, lines.length - 1).some(({ number }) => number === 9004));
  });
});
