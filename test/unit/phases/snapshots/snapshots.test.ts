import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Result } from '../../../../server/src/result';
import { asOrdinaryUser, ordinaryUsersFolder, publishProgram } from '../../../support/ordinaryUser';
import { hostileTree, never, SnapshotBed } from './snapshotSupport';

function taken<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? '' : `${result.error.code}: ${result.error.message}`);
  return result.value;
}

function refused<T>(result: Result<T>): string {
  assert.ok(!result.ok, 'should have been refused');
  assert.match(result.error.message, /^[A-Z/].*\.$/);
  return result.error.code;
}

/** More than is listed and copied without starting a program. */
const manyFiles = 'mkdir many; for i in {1..450}; do echo $i > many/$i; done\n';

describe('snapshots of the work directory', function () {
  let bed: SnapshotBed;
  beforeEach(() => (bed = new SnapshotBed()));
  afterEach(() => bed.remove());

  for (const [how, portable, more] of [
    ['when there is little', false, ''],
    ['when there is much', false, manyFiles],
    ['without GNU find', true, manyFiles],
  ] as const) {
    it(`come back exactly, ${how}`, async () => {
      bed.sh(hostileTree + more);
      const before = bed.look();
      const inode = statSync(bed.directory).ino;
      const snapshots = bed.open({ portable });
      taken(await snapshots.save(0, never));
      bed.sh(`chmod 755 hidden sealed; rm -rf a/b pipe hidden/in 'sp ace'; mkdir run2; mv run run2/; echo more >> a/one
        rm dangling; mkdir dangling; echo file > dangling/x; rm -r empty; echo now > empty; chmod 700 closed; echo x > sparse; touch .`);
      const after = bed.look();
      taken(await snapshots.save(1, never));
      taken(await snapshots.restore(0, never));
      assert.equal(bed.look(), before);
      taken(await snapshots.restore(1, never));
      assert.equal(bed.look(), after);
      bed.sh('chmod -R 700 .; find . -mindepth 1 -delete');
      taken(await snapshots.restore(0, never));
      assert.equal(bed.look(), before);
      assert.equal(statSync(bed.directory).ino, inode);
    });
  }

  it('come back exactly for an ordinary user, what nobody may read too', async function () {
    this.timeout(60000);
    const published = mkdtempSync(join(tmpdir(), 'snapshots-user-'));
    try {
      await publishProgram('test/support/ordinaryUserSnapshots.ts', published);
      await ordinaryUsersFolder(join(published, 'temporary'));
      const variables = { TMPDIR: join(published, 'temporary') };
      const printed = await asOrdinaryUser(
        join(published, 'node'),
        [join(published, 'program.js')],
        variables,
      );
      assert.equal(printed, 'all came back\n');
      assert.deepEqual(readdirSync(variables.TMPDIR), []);
    } finally {
      rmSync(published, { recursive: true, force: true });
    }
  });

  it('copy only what changed, also after renaming, and only once', async () => {
    bed.sh('mkdir -p a/b; for i in {1..50}; do head -c 5000 /dev/urandom > a/b/$i; done; sleep 0.05');
    const snapshots = bed.open();
    assert.equal(taken(await snapshots.save(0, never)).copiedFiles, 50);
    bed.sh('mv a/b c; rm c/1; printf changed > c/2; echo new > c/new; sleep 0.05');
    const second = taken(await snapshots.save(1, never));
    assert.equal(second.copiedFiles, 2);
    const third = taken(await snapshots.save(2, never));
    assert.deepEqual([third.copiedFiles, third.copiedBytes], [0, 0]);
    assert.equal(third.bytes, await snapshots.bytes());
  });

  it('come back exactly from a row of them, what went, moved and came again in between too', async () => {
    bed.sh('mkdir -p a/b c; for i in {1..210}; do echo $i > a/b/$i; echo $i > c/$i; done; ln -s b a/link');
    const changes = [
      'echo more >> a/b/7; rm c/1 c/{40..200}',
      'echo first > a/b/0; mkdir c/between; echo x > c/between/x; chmod 600 a/b/9',
      'mv c/between c/zlast; mv a/b/7 c/1; ln -sfn ../c a/link',
      ':',
      'rm -r c/zlast; : > a/b/9; ln a/b/10 c/10b; touch -d @5 a/b/11',
      'mv c d; mkdir c; mv d/2 c/; cp d/3 c/3',
      'for i in {1..210}; do echo again $i > a/b/$i; done; rm c/10b d/10b 2> /dev/null || :',
    ];
    const snapshots = bed.open();
    const looks: string[] = [];
    for (const [index, change] of ['sleep 0.05', ...changes].entries()) {
      bed.sh(change);
      taken(await snapshots.save(index, never));
      looks.push(bed.look());
    }
    for (const index of [7, 0, 5, 2, 6, 1, 4, 3]) {
      const reader = index % 3 === 0 ? bed.open() : snapshots;
      taken(await reader.restore(index, never));
      assert.equal(bed.look(), looks[index], `snapshot ${index}`);
    }
  });

  it('see a change that keeps size and time, and one in the same tick as the snapshot', async () => {
    bed.sh('echo aaaa > f; touch -d @1 f; sleep 0.05');
    const snapshots = bed.open();
    taken(await snapshots.save(0, never));
    bed.sh('echo bbbb > f; touch -d @1 f');
    taken(await snapshots.save(1, never));
    for (let round = 0; round < 20; round++) {
      writeFileSync(join(bed.directory, 'f'), `a${round + 100}`);
      taken(await snapshots.save(2, never));
      writeFileSync(join(bed.directory, 'f'), `b${round + 100}`);
      taken(await snapshots.save(3, never));
      assert.equal(Buffer.from(taken(await snapshots.readFile(3, 'f', never))).toString(), `b${round + 100}`);
    }
    taken(await snapshots.restore(0, never));
    assert.equal(bed.sh('cat f; stat -c %Y f'), 'aaaa\n1\n');
  });

  it('are not changed by writing to the live files', async () => {
    bed.sh('echo old > f; ln f g');
    const snapshots = bed.open();
    taken(await snapshots.save(0, never));
    bed.sh('echo new >> f');
    taken(await snapshots.restore(0, never));
    bed.sh('echo newer >> f; chmod 700 f');
    taken(await snapshots.restore(0, never));
    assert.equal(bed.sh('cat g; [[ f -ef g ]]'), 'old\n');
  });

  it('touch nothing that is the same', async () => {
    bed.sh('mkdir d; echo a > d/a; echo b > d/b; sleep 0.05');
    const snapshots = bed.open();
    taken(await snapshots.save(0, never));
    bed.sh('echo more >> d/b');
    const inode = statSync(join(bed.directory, 'd/a')).ino;
    const { removed, written } = taken(await snapshots.restore(0, never));
    assert.deepEqual([removed, written], [1, 1]);
    assert.equal(statSync(join(bed.directory, 'd/a')).ino, inode);
    assert.equal(taken(await snapshots.restore(0, never)).written <= 1, true);
  });

  it('are there for another process', async () => {
    bed.sh(hostileTree);
    const before = bed.look();
    taken(await bed.open().save(0, never));
    bed.sh('rm -rf a; echo x > x');
    const other = bed.open();
    assert.deepEqual(await other.indices(), [0]);
    const again = taken(await other.save(1, never));
    assert.ok(again.copiedFiles < 12, `${again.copiedFiles} files were copied again`);
    taken(await other.restore(0, never));
    assert.equal(bed.look(), before);
  });

  it('keep long names and deep folders', async () => {
    const name = 'n'.repeat(240);
    bed.sh(
      `for i in {1..15}; do mkdir ${name}; cd ${name}; done; echo deep > ${'f'.repeat(250)}; ln -s ${name} l`,
    );
    const before = bed.look();
    const snapshots = bed.open();
    taken(await snapshots.save(0, never));
    bed.sh(`rm -rf ${name}`);
    taken(await snapshots.restore(0, never));
    assert.equal(bed.look(), before);
  });

  it('keep holes', async () => {
    bed.sh('truncate -s 300M holes; printf x | dd of=holes bs=1 seek=100000000 conv=notrunc status=none');
    const snapshots = bed.open();
    const { bytes } = taken(await snapshots.save(0, never));
    assert.ok(bytes < 1_000_000);
    bed.sh('rm holes');
    taken(await snapshots.restore(0, never));
    assert.deepEqual(
      bed
        .sh('stat -c "%s" holes; tail -c +100000001 holes | head -c 1; du -k holes | cut -f1')
        .split('\n')
        .slice(0, 2),
      ['314572800', 'x' + bed.sh('du -k holes | cut -f1').trim()],
    );
    assert.ok(Number(bed.sh('du -k holes | cut -f1')) < 1000);
  });

  it('leave sockets as they are and say when one is gone', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(bed.directory, 'socket'), resolve));
    try {
      const snapshots = bed.open();
      assert.match(taken(await snapshots.save(0, never)).notes.join(), /socket/);
      bed.sh('echo x > x');
      assert.deepEqual(taken(await snapshots.restore(0, never)).notes, []);
      bed.sh('test -S socket; rm socket');
      assert.match(taken(await snapshots.restore(0, never)).notes.join(), /socket/);
    } finally {
      server.close();
    }
  });

  it('of a deleted or damaged store are refused, and nothing is touched', async () => {
    const fill = async () => {
      bed.sh('rm -rf *; for i in {1..9}; do echo content $i > f$i; done; sleep 0.03');
      rmSync(bed.folder, { recursive: true, force: true });
      const fresh = bed.open();
      taken(await fresh.save(0, never));
      bed.sh('rm f3; echo changed > f4');
      return fresh;
    };
    const manifest = join(bed.folder, '0.manifest');
    const pack = join(bed.folder, 'pack-1');
    const flip = (file: string, at: number) => {
      const bytes = readFileSync(file);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    };
    const damages: readonly [string, () => void][] = [
      ['snapshot-missing', () => rmSync(bed.folder, { recursive: true })],
      ['snapshot-missing', () => rmSync(manifest)],
      ['snapshot-damaged', () => rmSync(pack)],
      ['snapshot-damaged', () => truncateSync(pack, 20)],
      ['snapshot-damaged', () => appendFileSync(pack, 'x')],
      ['snapshot-damaged', () => flip(pack, 30)],
      ['snapshot-damaged', () => truncateSync(manifest, 100)],
      ['snapshot-damaged', () => writeFileSync(manifest, '')],
      ['snapshot-damaged', () => flip(manifest, 5)],
      ['snapshot-damaged', () => flip(manifest, readFileSync(manifest).length - 100)],
    ];
    for (const [code, damage] of damages) {
      const snapshots = await fill();
      damage();
      const before = bed.look();
      assert.equal(refused(await snapshots.restore(0, never)), code);
      assert.equal(refused(await bed.open().restore(0, never)), code);
      assert.equal(bed.look(), before);
      // And the store is of use again.
      bed.sh('echo again > f3');
      taken(await snapshots.save(1, never));
      bed.sh('rm f*');
      taken(await snapshots.restore(1, never));
      assert.equal(bed.sh('cat f3 f5'), 'again\ncontent 5\n');
    }
  });

  it('are not begun when they would be too large, and leave no half', async () => {
    bed.sh('head -c 2000000 /dev/zero | tr "\\0" x > large');
    const snapshots = bed.open({ limitBytes: 1_000_000 });
    assert.equal(refused(await snapshots.save(0, never)), 'snapshot-too-large');
    assert.deepEqual(readdirSync(bed.folder), []);
    assert.equal(refused(await snapshots.restore(0, never)), 'snapshot-missing');
  });

  it('on a full disk are refused with the reason, and leave no half', async () => {
    bed.sh('for i in {1..40}; do head -c 100000 /dev/urandom > $i; done');
    const program = join(__dirname, 'snapshotOnFullDisk.ts');
    // A limit on the size of files fails as a full disk does: in the middle of a write.
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      'trap "" XFSZ; ulimit -f 1000; exec "$@"',
      'bash',
      process.execPath,
      '--import',
      'tsx',
      program,
      bed.directory,
      bed.folder,
    ]);
    const { code, message, left } = JSON.parse(stdout) as { code: string; message: string; left: string[] };
    assert.equal(code, 'snapshot-not-saved');
    assert.match(message, /no space|too large/i);
    assert.deepEqual(left, []);
  });

  it('stop when they are told to, and leave no half', async () => {
    bed.sh('for i in {1..210}; do head -c 20000 /dev/urandom > $i; done');
    const snapshots = bed.open();
    const stop = new AbortController();
    const saving = snapshots.save(0, stop.signal);
    setTimeout(() => stop.abort(), 5);
    assert.equal(refused(await saving), 'cancelled');
    assert.deepEqual(readdirSync(bed.folder), []);
    taken(await snapshots.save(0, never));
    bed.sh('rm 1 2');
    assert.equal(refused(await snapshots.restore(0, AbortSignal.abort())), 'cancelled');
    assert.throws(() => bed.sh('test -e 1'));
  });

  it('are taken of files that never stop changing', async () => {
    bed.sh('for i in {1..200}; do echo $i > f$i; done');
    bed.sh('(for i in {1..1000}; do echo line $i >> log; echo x > t.$i; rm t.$i; done) > /dev/null 2>&1 &');
    const snapshots = bed.open();
    for (let index = 0; index < 3; index++) {
      const saved = await snapshots.save(index, never);
      if (!saved.ok) assert.equal(saved.error.code, 'directory-unreadable');
    }
    bed.sh('while [[ $(tail -n 1 log) != "line 1000" ]]; do sleep 0.05; done; sleep 0.05');
    taken(await snapshots.save(3, never));
    const before = bed.look();
    bed.sh('echo more >> log');
    taken(await snapshots.restore(3, never));
    assert.equal(bed.look(), before);
  });

  it('of one index replace each other, and room is given back', async () => {
    const snapshots = bed.open();
    bed.sh('echo keep > keep');
    taken(await snapshots.save(0, never));
    for (let round = 0; round < 4; round++) {
      bed.sh('head -c 1000000 /dev/urandom > f');
      taken(await snapshots.save(1, never));
      taken(await snapshots.restore(0, never));
    }
    assert.ok((await snapshots.bytes()) < 1_100_000);
    await snapshots.drop(1);
    assert.deepEqual(await snapshots.indices(), [0]);
    assert.ok((await snapshots.bytes()) < 2000);
    taken(await snapshots.restore(0, never));
  });

  it('tell what was created, changed and deleted', async () => {
    bed.sh('mkdir d; echo a > d/a; echo same > same; echo gone > gone; echo m > m; ln -s x l; echo t > t');
    const snapshots = bed.open();
    taken(await snapshots.save(0, never));
    bed.sh(
      "echo more >> d/a; echo same > same; rm gone t; chmod 700 m; ln -sf y l; mkdir t; printf new > d/new; printf e > $'\\xe9'",
    );
    taken(await snapshots.save(1, never));
    const expected = [
      'changed d/a 2 7',
      'created d/new null 3',
      'deleted gone 5 null',
      'changed l 1 1',
      'mode m 2 2',
      'typeChanged t 2 0',
      'created \ufffd null 1',
    ];
    for (const to of [1, 'live'] as const) {
      const changes = taken(await snapshots.diff(0, to, never));
      const told = changes.map(
        ({ change, path, from, to }) => `${change} ${path} ${from?.size ?? null} ${to?.size ?? null}`,
      );
      assert.deepEqual(told, expected);
      assert.deepEqual(changes.at(-1)?.bytes, Buffer.from([0xe9]));
    }
    assert.deepEqual(taken(await snapshots.diff(1, 'live', never)), []);
    assert.equal(Buffer.from(taken(await snapshots.readFile(0, 'd/a', never))).toString(), 'a\n');
    assert.equal(Buffer.from(taken(await snapshots.readFile(1, Buffer.from([0xe9]), never))).toString(), 'e');
    assert.equal(refused(await snapshots.readFile(0, 'd', never)), 'no-such-file');
    assert.equal(refused(await snapshots.diff(0, 7, never)), 'snapshot-missing');
  });

  it('of a directory that is gone are refused, and bring it back', async () => {
    bed.sh('echo x > x');
    const snapshots = bed.open();
    taken(await snapshots.save(0, never));
    const before = bed.look();
    rmSync(bed.directory, { recursive: true });
    assert.equal(refused(await snapshots.save(1, never)), 'directory-unreadable');
    taken(await snapshots.restore(0, never));
    assert.equal(bed.look(), before);
  });
});
