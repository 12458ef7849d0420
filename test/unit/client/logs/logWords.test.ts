import assert from 'node:assert/strict';
import { comparisonItems, partTitle } from '../../../../client/src/logs/comparisonWords';
import { historyItems } from '../../../../client/src/logs/historyWords';
import {
  columnsOf,
  errorFrom,
  findWords,
  openingLine,
  partLenses,
  shows,
} from '../../../../client/src/logs/logPart';
import { decorationOf, firstSpan } from '../../../../client/src/logs/logStyles';
import { isErrorLine } from '../../../../server/src/protocol/errorLines';
import type { LogDocument } from '../../../../server/src/protocol/logMessages';
import { logAddress } from '../../../../server/src/protocol/logUri';

const drvPath = '/nix/store/00000000000000000000000000000000-hello-1.0.drv';
const address = logAddress(drvPath);
const whole: LogDocument = {
  ...{ text: '', file: '/log', first: 0, shown: 10, total: 10, offset: 0, failing: 7 },
  ...{ added: [], folds: [], styles: [], spans: [] },
};
const part = { ...whole, first: 100, total: 300, offset: 1 };

describe('what is shown of a log', () => {
  it('opens where its address says, else where it failed', () => {
    assert.equal(openingLine(whole, address), 7);
    assert.equal(openingLine(whole, { ...address, line: 3 }), 3);
    assert.equal(openingLine(part, { ...address, line: 104 }), 5);
    assert.equal(openingLine(part, { ...address, line: 5000 }), 10);
  });

  it('has what an own search of the editor would not find', () => {
    assert.equal(findWords(part), 'Find looks through the 10 lines that are shown, of 300.');
    assert.deepEqual(
      [99, 100, 109, 110].map((line) => shows(part, line)),
      [false, true, true, false],
    );
    assert.deepEqual(columnsOf('a Größe', 'GRÖ'), { start: 2, end: 5 });
    assert.deepEqual(columnsOf('a', null), { start: 0, end: 0 });
  });

  it('leads to the rest when it is a part', () => {
    assert.deepEqual(partLenses(whole), []);
    assert.deepEqual(
      partLenses(part).map(({ title, to }) => [title, to]),
      [
        ['Open Whole File', null],
        ['Search Whole Log…', null],
        ['Show Lines Before', 99],
        ['Show Lines After', 110],
      ],
    );
  });

  it('has the next error in both directions, around its ends', () => {
    const isError = (line: number) => line === 2 || line === 5;
    assert.equal(errorFrom(10, -1, 1, isError), 2);
    assert.equal(errorFrom(10, 2, 1, isError), 5);
    assert.equal(errorFrom(10, 5, 1, isError), 2);
    assert.equal(errorFrom(10, 2, -1, isError), 5);
    assert.equal(
      errorFrom(10, 2, 1, () => false),
      null,
    );
    assert.equal(
      errorFrom(0, 0, 1, () => true),
      null,
    );
  });

  it('looks as a terminal of the theme shows it', () => {
    assert.deepEqual(decorationOf('bold fg:1'), {
      ...{ color: 'terminal.ansiRed', backgroundColor: null, fontWeight: 'bold' },
    });
    assert.equal(decorationOf('fg:12').color, 'terminal.ansiBrightBlue');
    assert.equal(decorationOf('bg:#010203').backgroundColor, '#010203');
    assert.equal(decorationOf('inverse fg:2').backgroundColor, 'terminal.ansiGreen');
    assert.equal(decorationOf('strike underline').textDecoration, 'underline line-through');
    const spans = [1, 0, 1, 0, 1, 2, 3, 0, 5, 0, 1, 0];
    assert.deepEqual(
      [0, 1, 2, 5, 6].map((line) => firstSpan(spans, line)),
      [0, 0, 8, 8, 12],
    );
  });
});

describe('the comparison of two long logs', () => {
  it('names every phase, what is the same in it, and what is not shown', () => {
    const span = (first: number, end: number) => ({ first, end });
    const items = comparisonItems([
      { phase: '', state: 'same', lines: { older: 2, newer: 2 }, parts: [] },
      {
        ...{ phase: 'buildPhase', state: 'both', lines: { older: 1_000_000, newer: 999_999 } },
        parts: [
          { older: span(9, 20), newer: span(9, 19) },
          { older: span(900, 920), newer: span(899, 919) },
        ],
      },
      { phase: 'installPhase', state: 'older', lines: { older: 70_000, newer: 0 }, parts: [] },
    ]);
    assert.deepEqual(
      items.map(({ label, description, detail }) => [label, description, detail.replaceAll('\u202f', ' ')]),
      [
        ['$(check) before the first phase', 'the same', '2 ↔ 2 lines'],
        [
          '$(diff) buildPhase',
          'differs, part 1 of 2',
          'lines 10–20 ↔ 10–19, of 1 000 000 ↔ 999 999 lines; what is in no part is the same',
        ],
        [
          '$(diff) buildPhase',
          'differs, part 2 of 2',
          'lines 901–920 ↔ 900–919, of 1 000 000 ↔ 999 999 lines; what is in no part is the same',
        ],
        [
          '$(diff-removed) installPhase',
          'only in the older log',
          '70 000 lines, of which the first 50 000 are shown',
        ],
      ],
    );
    assert.equal(partTitle({ phase: 'b', older: span(0, 5), newer: null }), 'b: 1–5 ↔ nothing');
  });
});

describe('the history of logs', () => {
  it('says what it was, how it ended, when, and what its phases took', () => {
    const [item] = historyItems(
      [
        {
          ...{ id: 'x', kind: 'build', name: 'hello-1.0', drvPath, begun: 0, seconds: 12, status: 'failed' },
          phases: [
            { name: 'unpackPhase', status: 'ok', seconds: 1 },
            { name: 'checkPhase', status: 'skipped', seconds: 0 },
            { name: 'buildPhase', status: 'failed', seconds: 11 },
          ],
          failedPhase: 'buildPhase',
        },
      ],
      5 * 60_000,
    );
    assert.equal(item?.label, '$(error) build of hello-1.0');
    assert.equal(item.description, 'failed in 12 s · 5 min ago');
    assert.equal(item.detail, 'unpackPhase 1.0 s · ✗ buildPhase 11 s');
  });
});

describe('a line that tells of an error', () => {
  const errors = [
    'main.c:3:1: error: expected ;',
    'src/main.rs:1:2: fatal error: x.h: No such file or directory',
    'error[E0425]: cannot find value',
    'error: builder failed',
    'make[1]: *** [Makefile:3: all] Error 1',
    'ninja: build stopped: subcommand failed.',
    'CMake Error at CMakeLists.txt:3 (find_package):',
    'configure: error: no acceptable C compiler found',
    'bash: line 3: foo: command not found',
    'cat: x: No such file or directory',
    "a.o: in function `f': undefined reference to `g'",
    "ModuleNotFoundError: No module named 'x'",
    'FAILED tests/test_a.py::test_b - assert 1 == 2',
    'E   assert 1 == 2',
    '--- FAIL: TestX (0.00s)',
    'npm ERR! code 1',
    "thread 'main' panicked at src/main.rs:1:2:",
    'Hunk #1 FAILED at 3.',
    'Segmentation fault (core dumped)',
  ];
  const others = [
    'gcc -Werror -c error.c -o error.o',
    '0 errors, 0 warnings',
    'checking for errno.h... yes',
    'checking whether the compiler errors... no',
    'installing /nix/store/x-error-1.0',
    'test_error_handling ... ok',
    'unpacking source archive',
    'Executing cmakeBuildPhase',
    '',
  ];
  it('is known by how tools word it', () => {
    assert.deepEqual(
      errors.filter((line) => !isErrorLine(line)),
      [],
    );
    assert.deepEqual(others.filter(isErrorLine), []);
  });
});
