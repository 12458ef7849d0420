import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { chmodSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { FileEdit, FileVersion } from '../../../server/src/patch/gitPatch';
import { gitPatch } from '../../../server/src/patch/gitPatch';

const file = (content: string | Uint8Array, executable = false): FileVersion => ({
  kind: 'file',
  executable,
  content: Buffer.from(content),
});
const link = (target: string): FileVersion => ({
  kind: 'symlink',
  executable: false,
  content: Buffer.from(target),
});
const edit = (path: string, before: FileVersion | null, after: FileVersion | null): FileEdit => ({
  path: Buffer.from(path),
  before,
  after,
});

function place(folder: string, path: string, version: FileVersion | null): void {
  const at = join(folder, path);
  if (version === null) return;
  mkdirSync(dirname(at), { recursive: true });
  if (version.kind === 'symlink') symlinkSync(Buffer.from(version.content), at);
  else {
    writeFileSync(at, version.content);
    chmodSync(at, version.executable ? 0o755 : 0o644);
  }
}

function found(folder: string, path: string): FileVersion | null {
  const at = join(folder, path);
  const stats = lstatSync(at, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  return stats.isSymbolicLink()
    ? { kind: 'symlink', executable: false, content: readlinkSync(at, 'buffer') }
    : { kind: 'file', executable: (stats.mode & 0o100) !== 0, content: readFileSync(at) };
}

describe('a patch of files', () => {
  let scratch = '';
  beforeEach(() => (scratch = mkdtempSync(join(tmpdir(), 'phasewise patch '))));
  afterEach(() => rmSync(scratch, { recursive: true }));

  /** Applies the patch of the edits to their files as they were, and looks whether they are as they should be. */
  const check = (edits: readonly FileEdit[], level = 1, program = 'patch') => {
    const folder = mkdtempSync(join(scratch, 'work'));
    for (const { path, before } of edits) place(folder, Buffer.from(path).toString(), before);
    const input = Buffer.concat(edits.map((one) => gitPatch(one, level)));
    const args = program === 'patch' ? [`-p${level}`, '--batch'] : ['apply', `-p${level}`];
    execFileSync(program, args, { cwd: folder, input, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const { path, after } of edits)
      assert.deepEqual(found(folder, Buffer.from(path).toString()), after, input.toString('latin1'));
    assert.equal(existsSync(join(folder, 'x.orig')), false, 'every hunk fits exactly');
  };

  const cases: Readonly<Record<string, readonly FileEdit[]>> = {
    'a changed, a new and a deleted file': [
      edit('src/a.c', file('1\n2\n3\n4\n5\n6\n7\n8\n9\n'), file('1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n')),
      edit('new/b.c', null, file('b\n')),
      edit('c.c', file('c\nd\n'), null),
    ],
    'names with spaces, quotes and other letters': [
      edit('a b/it\'s "q".txt', file('x\n'), file('y\n')),
      edit('für\tuns', null, file('neu\n')),
      edit('größe', file('1\n'), file('2\n')),
    ],
    'a missing newline at the end, before and after': [
      edit('a', file('x\ny'), file('x\ny\n')),
      edit('b', file('x\ny\n'), file('x\nz')),
      edit('c', file('x'), file('y')),
    ],
    'files without content': [
      edit('made', null, file('')),
      edit('gone', file(''), null),
      edit('filled', file(''), file('x\n')),
    ],
    modes: [
      edit('run', file('x\n'), file('x\n', true)),
      edit('both', file('x\n', true), file('y\n')),
      edit('made', null, file('x\n', true)),
    ],
    links: [
      edit('made', null, link('../a b')),
      edit('turned', link('x'), link('y')),
      edit('gone', link('x'), null),
    ],
    'a file that becomes a link': [edit('x', file('a\n'), link('y'))],
    'bytes that are no text': [
      edit(
        'b.bin',
        file(Buffer.from([0, 1, 10, 255, 254, 10, 0])),
        file(Buffer.from([0, 1, 10, 128, 10, 0, 13, 10])),
      ),
      edit(
        'latin',
        file(Buffer.from('gr\xfc\xdfe\n', 'latin1')),
        file(Buffer.from('gr\xfc\xdf\n', 'latin1')),
      ),
    ],
    'carriage returns': [edit('dos.txt', file('a\r\nb\r\nc\r\n'), file('a\r\nB\r\nc\r\n'))],
  };
  for (const [title, edits] of Object.entries(cases)) {
    it(`is applied by GNU patch: ${title}`, () => check(edits));
  }

  it('is applied by git too', () => {
    for (const [title, edits] of Object.entries(cases))
      if (title !== 'bytes that are no text') check(edits, 1, 'git');
  });

  it('has the names that the wanted level strips', () => {
    for (const level of [0, 1, 2])
      check([edit('a/b c', file('x\n'), file('y\n')), edit('d', null, file('e\n'))], level);
  });

  it('is empty for what is the same', () => {
    assert.equal(gitPatch(edit('x', file('a'), file('a')), 1).length, 0);
    assert.equal(gitPatch(edit('x', null, null), 1).length, 0);
  });

  it('brings any text to any other', function () {
    this.timeout(60000);
    const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '}\n', '\n', 'last'), { maxLength: 60 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const [from, to] = [file(before.join('')), file(after.join(''))];
        if (Buffer.compare(from.content, to.content) !== 0) check([edit('x', from, to)]);
      }),
      { numRuns: 60 },
    );
  });

  it('of texts without a line in common is made at once', function () {
    this.timeout(20000);
    const many = (word: string) =>
      file(Array.from({ length: 60_000 }, (_, at) => `${word} ${at}\n`).join(''));
    check([edit('x', many('a'), many('b'))]);
  });
});
