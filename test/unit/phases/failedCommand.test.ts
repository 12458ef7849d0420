import assert from 'node:assert/strict';
import {
  findFailedCommand,
  parseFailureRecords,
  placedByMessages,
  statementAt,
} from '../../../server/src/phases/failedCommand';

const record = (
  kind: string,
  pid: number,
  status: number,
  line: number,
  command: string,
  frames: readonly (readonly [string, string, number])[],
) =>
  [kind, pid, status, line, command, frames.length, ...frames.flat()].map((field) => `${field}\0`).join('');

const texts = {
  folder: '/s/texts',
  texts: new Map([
    ['buildPhase', 'echo 1\nmake all\necho 2\n'],
    ['preBuild', 'x=$(\n  false\n)\n'],
  ]),
};

describe('the failed command', () => {
  it('is placed in the innermost text, with the frames around it', () => {
    const content = record('error', 7, 2, 12, 'make "$@"', [
      ['_runMake', '/nix/store/x/setup', 12],
      ['source', '/s/texts/buildPhase.sh', 2],
      ['runPhase', '/d/texts.sh', 9],
      ['__phasewise_run', '/d/chain.sh', 9],
    ]);
    const found = findFailedCommand(parseFailureRecords(content), 7, texts);
    assert.deepEqual(found?.place, { text: 'buildPhase', line: 2, endLine: 2, exact: true });
    assert.deepEqual(
      found.frames.map(({ functionName, text }) => [functionName, text]),
      [
        ['_runMake', null],
        ['source', 'buildPhase'],
        ['runPhase', null],
      ],
    );
  });

  it('prefers the subshell that failed first when its place is sure', () => {
    const content =
      record('error', 8, 1, 2, 'false', [['source', '/s/texts/preBuild.sh', 0]]) +
      record('error', 7, 1, 3, 'x=$( false)', [['source', '/s/texts/preBuild.sh', 0]]) +
      record('exit', 7, 1, 1, 'x', []);
    assert.deepEqual(findFailedCommand(parseFailureRecords(content), 7, texts)?.place, {
      text: 'preBuild',
      line: 2,
      endLine: 2,
      exact: true,
    });
  });

  it('ignores failures of subshells that the phase survived', () => {
    const content =
      record('error', 8, 1, 1, 'echo 1', [['source', '/s/texts/buildPhase.sh', 0]]) +
      record('error', 7, 2, 2, 'make all', [['source', '/s/texts/buildPhase.sh', 0]]);
    assert.equal(findFailedCommand(parseFailureRecords(content), 7, texts)?.place?.line, 2);
  });

  it('is the one `exit` of the text that leaves with its status, never surely', () => {
    const left = (text: string) =>
      findFailedCommand(
        parseFailureRecords(
          record('exit', 7, 4, 1, 'source "$__phasewise_file"', [['source', '/s/texts/p.sh', 1]]),
        ),
        7,
        { folder: '/s/texts', texts: new Map([['p', text]]) },
      );
    assert.deepEqual(left('a\nexit 3\nif x; then exit 4; fi\n')?.place, {
      text: 'p',
      line: 3,
      endLine: 3,
      exact: false,
    });
    assert.equal(left('exit 4\nexit 4\n')?.place, null);
    assert.equal(left('exit 4')?.command, 'exit 4');
  });

  it('is placed by bash’s own message where the traps cannot tell', () => {
    const found = { command: 'x', exitCode: 1, frames: [], place: null };
    const tail = ['/s/texts/buildPhase.sh: line 3: nosuch: unbound variable', 'more'];
    const place = { text: 'buildPhase', line: 3, endLine: 3, exact: true };
    assert.deepEqual(placedByMessages(found, tail, texts)?.place, place);
    assert.equal(placedByMessages(found, ['/s/texts/other.sh: line 3: x'], texts)?.place, null);
  });

  it('is unknown without a record, and survives one cut short', () => {
    assert.equal(findFailedCommand([], 7, texts), null);
    assert.deepEqual(parseFailureRecords(record('error', 7, 1, 1, 'x', [['f', '/x', 1]]).slice(0, -4)), []);
    assert.deepEqual(parseFailureRecords(''), []);
  });
});

describe('a statement over several lines', () => {
  const text = 'echo a\ncat \\\n  one \\\n  two\nx="$(\n  foo\n)"\n';
  it('is found from its last line, as bash 5.2 reports it', () => {
    assert.deepEqual(statementAt(text, 4, 'cat one two'), { line: 2, endLine: 4, exact: true });
    assert.deepEqual(statementAt(text, 7, 'x="$(\n  foo\n)"'), { line: 5, endLine: 7, exact: true });
  });
  it('is found from its first line, as bash 5.3 reports it', () => {
    assert.deepEqual(statementAt(text, 2, 'cat one two'), { line: 2, endLine: 4, exact: true });
  });
  it('is not exact when no line confirms it', () => {
    assert.deepEqual(statementAt(text, 3, 'something else'), { line: 3, endLine: 3, exact: false });
    assert.equal(statementAt(text, 99, 'something else').exact, false);
  });
});
