import assert from 'node:assert/strict';
import type { SessionEntry } from '../../../../server/src/protocol/sessionMessages';
import { dropQuestion, sessionItems, sessionsSum } from '../../../../client/src/sessions/sessionItems';
import { sessionSubject } from '../../../../client/src/sessions/sessionSubject';

const now = Date.parse('2026-03-04T12:00:00Z');

function entry(over: Partial<SessionEntry> = {}): SessionEntry {
  return {
    ...{ id: 'hello-1.0-s1', folder: '/state/sessions/hello-1.0-s1', name: 'hello-1.0' },
    ...{ file: '/home/me/default.nix', attr: '', drvPath: '/nix/store/x-hello-1.0.drv', bytes: 1.2e9 },
    ...{
      used: '2026-03-04T09:00:00Z',
      heldBy: null,
      buildDirectory: '/tmp/x/build',
      resumable: true,
      reason: null,
    },
    ...over,
  };
}

const list = (...sessions: readonly SessionEntry[]) => ({ folder: '/state', sessions, limitBytes: 5e9 });
const rowOf = (over: Partial<SessionEntry>) => sessionItems(list(entry(over)), now)[0]!;

describe('the view of sessions', () => {
  it('says of each its size and when it was last used, and leads to its file', () => {
    const row = rowOf({ attr: 'tools.cli' });
    assert.equal(row.label, 'hello-1.0');
    assert.equal(row.description, 'tools.cli · 1.2 GB · 3 h ago');
    assert.equal(row.spoken, 'session of hello-1.0, tools.cli, 1.2 GB, 3 h ago');
    assert.match(row.context, /;file;/);
    assert.match(row.tooltip, /goes on with it/);
  });

  it('can be gone on with, also that of a flake or a .drv, which is opened as what can be read', () => {
    assert.match(rowOf({}).context, /;resumable;/);
    assert.doesNotMatch(rowOf({ resumable: false, reason: 'Its stdenv is gone.' }).context, /resumable/);
    const shown = ['/x/a.nix', '/srv/flake/', '/nix/store/x-a.drv'].map((file) =>
      sessionSubject(entry({ file, attr: 'a' })),
    );
    assert.deepEqual(
      shown.map((subject) => [subject?.kind, subject?.shown]),
      [
        ['nix', '/x/a.nix'],
        ['flake', '/srv/flake/flake.nix'],
        ['derivation', '/nix/store/x-a.drv'],
      ],
    );
  });

  it('says which is in use and by whom', () => {
    const row = rowOf({ heldBy: 4711 });
    assert.match(row.description, / · in use$/);
    assert.match(row.tooltip, /Process 4711 has it now/);
    assert.equal(row.icon.name, 'vm-active');
  });

  it('dims one that no run goes on with, says why, and leads to no file that is gone', () => {
    const row = rowOf({ resumable: false, reason: 'Its file is gone.' });
    assert.match(row.description, / · Its file is gone$/);
    assert.equal(row.icon.color, 'disabledForeground');
    assert.doesNotMatch(row.context, /file/);
    const unreadable = rowOf({ name: null, file: null, attr: null, used: null, drvPath: null });
    assert.equal(unreadable.label, 'hello-1.0-s1');
    assert.equal(unreadable.description, '1.2 GB');
  });

  it('sums up what they take', () => {
    assert.equal(sessionsSum(list()), '');
    assert.equal(sessionsSum(list(entry(), entry({ bytes: 3e6 }))), '1.2 GB of 5.0 GB');
  });

  it('asks before anything is dropped, with what that costs', () => {
    assert.equal(dropQuestion([entry()]).message, 'Drop the session of hello-1.0?');
    const both = dropQuestion([entry(), entry({ bytes: 8e8 })]);
    assert.equal(both.message, 'Drop 2 sessions?');
    assert.match(both.detail, /2\.0 GB/);
  });
});
