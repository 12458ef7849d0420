import { deepEqual, rejects } from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareTrees } from '../../../server/src/engine/compareTrees';

describe('comparison of outputs', () => {
  let folder = '';
  const signal = new AbortController().signal;
  const tree = (name: string): string => {
    const root = join(folder, name);
    mkdirSync(join(root, 'bin'), { recursive: true });
    writeFileSync(join(root, 'bin/tool'), Buffer.alloc(3_000_000, 'x'), { mode: 0o755 });
    symlinkSync('tool', join(root, 'bin/alias'));
    return root;
  };
  const compare = async (a: string, b: string): Promise<readonly string[]> =>
    (await compareTrees('out', a, b, signal)).map(({ words }) => words);

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'phasewise compare '))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('finds no difference between equal trees, whatever their times', async () => {
    deepEqual(await compare(tree('a'), tree('b')), []);
  });

  it('names the byte that differs, far into a file', async () => {
    const [a, b] = [tree('a'), tree('b')];
    const changed = Buffer.alloc(3_000_000, 'x');
    changed[2_500_001] = 0;
    writeFileSync(join(b, 'bin/tool'), changed);
    deepEqual(await compare(a, b), ['out/bin/tool differs from the real build at byte 2500001.']);
  });

  it('names what is missing, what is more, what has another kind, mode, size or target', async () => {
    const [a, b] = [tree('a'), tree('b')];
    writeFileSync(join(a, 'more'), '');
    writeFileSync(join(b, 'missing'), '');
    mkdirSync(join(a, 'kind'));
    symlinkSync('bin', join(b, 'kind'));
    chmodSync(join(a, 'bin/tool'), 0o644);
    rmSync(join(a, 'bin/alias'));
    symlinkSync('other', join(a, 'bin/alias'));
    writeFileSync(join(a, 'size'), '1');
    writeFileSync(join(b, 'size'), '12');
    deepEqual(await compare(a, b), [
      'out/bin/alias links to other; in the real build to tool.',
      'out/bin/tool is not executable, unlike in the real build.',
      'out/kind is a folder; in the real build it is a link.',
      'out/missing is missing; the real build makes it.',
      'out/more is not in the real build.',
      'out/size has 1 bytes; in the real build 2.',
    ]);
  });

  it('tells a build ID from all else in a program', async () => {
    const [a, b] = [tree('a'), tree('b')];
    const put = (id: string, code: string): void => {
      writeFileSync(join(a, 'program'), elf('\x01\x02\x03\x04', 'code'));
      writeFileSync(join(b, 'program'), elf(id, code));
    };
    put('\x01\x02\x03\x05', 'code');
    deepEqual(await compareTrees('out', a, b, signal), [
      { words: 'out/program has another build ID.', isBuildIdOnly: true },
    ]);
    put('\x01\x02\x03\x05', 'cope');
    deepEqual(await compareTrees('out', a, b, signal), [
      { words: 'out/program differs from the real build at byte 142.', isBuildIdOnly: false },
    ]);
    writeFileSync(join(a, 'program'), `\x7fELF${'\xff'.repeat(200)}`, 'latin1');
    writeFileSync(join(b, 'program'), `\x7fELF${'\xff'.repeat(199)}x`, 'latin1');
    deepEqual(
      (await compareTrees('out', a, b, signal)).map(({ isBuildIdOnly }) => isBuildIdOnly),
      [false],
    );
  });

  it('ends when aborted', async () => {
    await rejects(compareTrees('out', tree('a'), tree('b'), AbortSignal.abort()));
  });
});

/** A 64-bit program of one note segment, a build ID, and some code. */
function elf(id: string, code: string): Buffer {
  const header = Buffer.alloc(120);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(4, 64);
  header.writeBigUInt64LE(120n, 72);
  header.writeBigUInt64LE(20n, 96);
  const note = Buffer.alloc(20);
  note.writeUInt32LE(4, 0);
  note.writeUInt32LE(4, 4);
  note.writeUInt32LE(3, 8);
  note.write(`GNU\0${id}`, 12, 'latin1');
  return Buffer.concat([header, note, Buffer.from(code)]);
}
