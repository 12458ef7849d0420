import assert from 'node:assert/strict';
import { changeWords, readQuery, sideQuery } from '../../../../client/src/files/changeWords';
import type { FileChange, FileSide } from '../../../../server/src/protocol/model';

const file = (size: number, mode = 0o644): FileSide => ({ type: 'file', size, mode, target: '' });
const link = (target: string): FileSide => ({ type: 'symlink', size: 0, mode: 0o777, target });
const change = (kind: FileChange['change'], before: FileSide | null, after: FileSide | null): FileChange => ({
  path: 'src/a',
  key: 'build/src/a',
  change: kind,
  before,
  after,
});
const key = { uri: 'file:///a.nix', attr: 'x' };

describe('changed files in words', () => {
  it('say kind, size and permissions', () => {
    assert.equal(changeWords(change('created', null, file(12))), 'created, 12 B');
    assert.equal(changeWords(change('deleted', file(2_500_000), null)), 'deleted, 2.5 MB');
    assert.equal(
      changeWords(change('changed', file(1), file(1200, 0o755))),
      'changed, 1.2 kB, permissions 644, now 755',
    );
    assert.equal(changeWords(change('mode', file(1), file(1, 0o600))), 'permissions 644, now 600');
    assert.equal(changeWords(change('typeChanged', file(1), link('b'))), 'file, now a link');
  });

  it('stand for what is no text', () => {
    assert.equal(sideQuery(key, 'p', change('created', null, file(1)), 'before'), null);
    assert.equal(sideQuery(key, 'p', change('created', null, file(1)), 'after')?.file, 'build/src/a');
    const turned = change('changed', link('b'), link('c'));
    assert.deepEqual(sideQuery(key, 'p', turned, 'after'), {
      ...{ uri: 'file:///a.nix', attr: 'x', phase: 'p', side: 'after', file: null },
      words: 'Link to c\n',
    });
    const mode = change('mode', file(1), file(1, 0o755));
    assert.equal(sideQuery(key, 'p', mode, 'before')?.words, 'File, permissions 644\n');
  });

  it('are read back from a document, and nothing else is', () => {
    const query = sideQuery(key, 'p', change('changed', file(1), file(2)), 'after');
    assert.deepEqual(readQuery(JSON.stringify(query)), query);
    for (const text of ['', '{', 'null', '[]', '{"uri":1}', '{"uri":"a","attr":"b","phase":"c","side":"x"}'])
      assert.equal(readQuery(text), null, text);
  });
});
