import { deepEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisiveLines } from '../../../server/src/builds/decisiveLines';

const numbered = (text: string) => text.split('\n').map((line, number) => ({ number, text: line }));
const texts = (log: string, explained: number | null = null) =>
  decisiveLines(numbered(log), explained).map(({ text }) => text);
const recorded = (name: string) =>
  readFileSync(join(__dirname, '../../fixtures/logs', `${name}.txt`), 'utf8').trimEnd();

describe('decisive lines', () => {
  it('are the first errors with what is drawn below them, not what followed', () => {
    deepEqual(
      texts(
        [
          'gcc -c main.c',
          'main.c: In function ‘main’:',
          'main.c:3:5: error: ‘x’ undeclared (first use in this function)',
          '    3 |   x = 1;',
          '      |   ^',
          'main.c:3:5: note: each undeclared identifier is reported only once',
          'make: *** [Makefile:2: main.o] Error 1',
          'make: *** Waiting for unfinished jobs....',
          'gcc -c other.c',
        ].join('\n'),
      ),
      ['main.c:3:5: error: ‘x’ undeclared (first use in this function)', '    3 |   x = 1;', '      |   ^'],
    );
  });

  it('have the line that was explained among them, in its place, with its number', () => {
    const lines = ['a', 'setup: line 3: x: command not found', 'b', 'the explained one', 'c'];
    deepEqual(decisiveLines(numbered(lines.join('\n')), 3), [
      { number: 1, text: 'setup: line 3: x: command not found' },
      { number: 3, text: 'the explained one' },
    ]);
  });

  it('are ten at most', () => {
    const error = 'error: no\n    1 | a\n      | ^\n      | b';
    ok(texts(Array.from({ length: 40 }, () => error).join('\n')).length <= 10);
  });

  for (const [name, expected] of [
    ['missing-header/gcc', 'main.c:1:10: fatal error: zstd.h: No such file or directory'],
    ['command-not-found/bash', 'setup: line 1: pkg-config: command not found'],
    ['python-module/import', "ModuleNotFoundError: No module named 'numpy'"],
    ['not-executable/configure', 'bash: line 1: ./configure: Permission denied'],
  ] as const) {
    it(`of ${name}`, () => ok(texts(recorded(name)).includes(expected), texts(recorded(name)).join('\n')));
  }

  it('are none where nothing says that it is wrong', () => {
    deepEqual(
      texts(
        [
          'checking for error_at_line... no',
          '-- Performing Test HAVE_ERROR: Failed',
          'gcc -Werror -Wno-error=foo -c error.c',
          '0 errors, 0 warnings',
          'compiling src/error.rs',
          'm.c:1:1: warning: unused: error: it is called so',
          'make: *** [Makefile:2: all] Error 1',
          'Errors: 0',
        ].join('\n'),
      ),
      [],
    );
  });
});
