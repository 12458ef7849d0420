import assert from 'node:assert/strict';
import {
  compareEntries,
  followed,
  readDirectories,
  withDirectory,
} from '../../../../client/src/sessions/buildDirectories';

const hello = { id: 'hello-s1', name: 'hello', folder: '/tmp/a/build' };
const tool = { id: 'tool-s2', name: 'tool', folder: '/tmp/b/build' };

describe('the build directories in the Explorer', () => {
  it('stand once each, in the order in which they were asked for', () => {
    assert.deepEqual(withDirectory([hello], tool), [hello, tool]);
    const moved = { ...hello, folder: '/tmp/c/build' };
    assert.deepEqual(withDirectory([hello, tool], moved), [moved, tool]);
  });

  it('are where their sessions say, and stay where nothing is said of them', () => {
    const sessions = [{ id: tool.id, buildDirectory: '/tmp/d/build' }];
    assert.deepEqual(followed([hello, tool], sessions), [hello, { ...tool, folder: '/tmp/d/build' }]);
    const shown = [hello];
    assert.equal(followed(shown, [{ id: hello.id, buildDirectory: null }]), shown);
    assert.equal(followed(shown, []), shown);
  });

  it('are those of the last time, but for what is not understood', () => {
    const stored = [hello, null, { ...tool, folder: 'relative' }, { id: 'x' }, 'text'];
    assert.deepEqual(readDirectories(JSON.parse(JSON.stringify(stored))), [hello]);
    assert.deepEqual(readDirectories(undefined), []);
  });

  it('list folders first, and numbers as people count', () => {
    const entries = ['b10', 'b2', 'a'].map((name) => ({ name, isFolder: false }));
    const sorted = [...entries, { name: 'src', isFolder: true }].sort(compareEntries);
    assert.deepEqual(
      sorted.map(({ name }) => name),
      ['src', 'a', 'b2', 'b10'],
    );
  });
});
