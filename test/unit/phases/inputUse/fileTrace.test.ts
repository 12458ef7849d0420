/** What counts as a use of a store path among the calls that strace tells of. */
import assert from 'node:assert/strict';
import { FileTrace, foldersNamed } from '../../../../server/src/phases/inputUse/fileTrace';

const store = '/nix/store';
const zlib = `${store}/${'a'.repeat(32)}-zlib-1.3-dev`;
const events = '/dev/.phasewise/control/events';
const event = `7 openat(AT_FDCWD</build>, "${events}", O_RDWR|O_CREAT, 0666) = 3<${events}>`;

function traced(calls: readonly string[], { before = [] as readonly string[], phases = 1 } = {}) {
  const searched = new Set([`${zlib}/include`, `${zlib}/lib/pkgconfig`]);
  const question = { storeDir: store, paths: new Set([zlib]), searched, events, phases };
  const trace = new FileTrace(question);
  for (const line of [event, ...before, event, ...calls.map((call) => `9 ${call}`), event, event])
    trace.read(line);
  return trace.used;
}
const isUsed = (...calls: readonly string[]): boolean => traced(calls)?.has(zlib) === true;

describe('a trace of files', () => {
  it('takes for a use what opens, runs or finds a file, by any way to name it', () => {
    assert.ok(
      isUsed(`openat(AT_FDCWD</build>, "${zlib}/include/zlib.h", O_RDONLY) = 4<${zlib}/include/zlib.h>`),
    );
    assert.ok(isUsed(`execve("${zlib}/bin/z", 0x1, 0x2) = 0`));
    assert.ok(isUsed(`newfstatat(AT_FDCWD</build>, "${zlib}/bin/z", 0x1, 0) = 0`));
    assert.ok(isUsed(`openat(AT_FDCWD</build>, "z.h", O_RDONLY) = 4<${zlib}/include/zlib.h>`));
    assert.ok(isUsed(`newfstatat(4<${zlib}/lib>, "libz.so", 0x1, 0) = 0`));
    assert.ok(isUsed(`chdir("${zlib}/include") = 0`));
    assert.ok(isUsed(`symlink("${zlib}/include", "include") = 0`));
    assert.ok(isUsed(`newfstatat(AT_FDCWD</build>, "${zlib}/share", 0x1, 0) = 0`));
  });

  it('takes for none that a tool looks at, or lists, a folder that it is told to search, or one above', () => {
    for (const folder of [zlib, `${zlib}/`, `${zlib}/include`, `${zlib}/lib`, `${zlib}/lib/pkgconfig/`]) {
      assert.ok(!isUsed(`newfstatat(AT_FDCWD</build>, "${folder}", 0x1, 0) = 0`), folder);
      assert.ok(
        !isUsed(`openat(AT_FDCWD</build>, "${folder}", O_RDONLY|O_DIRECTORY) = 4<${folder}>`),
        folder,
      );
    }
    assert.ok(!isUsed(`newfstatat(4<${zlib}/include>, "", 0x1, AT_EMPTY_PATH) = 0`));
  });

  it('leaves out what the setup did before the first phase', () => {
    const before = [`8 openat(AT_FDCWD</build>, "${zlib}/bin/z", O_RDONLY) = 4<x>`];
    assert.deepEqual(traced([], { before })?.size, 0);
  });

  it('tells nothing when it ends too early, or when files may have been opened unseen', () => {
    assert.equal(traced([], { phases: 2 }), null);
    assert.equal(traced(['io_uring_setup(8, 0x1) = 5<anon_inode:[io_uring]>']), null);
  });

  it('finds the folders that variables name, however they name them', () => {
    const text = `declare -x F=" -isystem ${zlib}/include -L${zlib}/lib/ "\ndeclare -x P="${zlib}/bin:/usr/bin"`;
    assert.deepEqual([...foldersNamed(text, store)], [`${zlib}/include`, `${zlib}/lib`, `${zlib}/bin`]);
  });
});
