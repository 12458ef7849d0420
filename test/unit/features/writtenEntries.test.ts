import assert from 'node:assert/strict';
import { entryText, readEntry, writtenEntry } from '../../../server/src/features/writtenEntries';
import { parsed } from '../../support/syntax';

const file = '/w/pkgs/a/default.nix';
const folder = '/w';

async function entry(text: string, entries: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const written = writtenEntry(file, await parsed(text), entries, folder);
  return written === null ? null : [written.from, written.text, readEntry(written)];
}

describe('What the user says a file is evaluated through', () => {
  it('a comment, relative to the file', async () => {
    const read = { path: '/w/default.nix', attr: ['python3Packages', 'a.b'] };
    const text = '../../default.nix#python3Packages."a.b"';
    assert.deepEqual(await entry(`# phasewise: entry ${text}  \n{ }: 1`), ['comment', text, read]);
    assert.deepEqual(await entry(`{ }: /* # phasewise: entry ${text} */ 1`), ['comment', text, read]);
    assert.equal(await entry('"# phasewise: entry x"'), null);
  });

  it('a setting by name, before one by pattern, relative to the workspace folder', async () => {
    const entries = { 'pkgs/**': './release.nix', 'pkgs/a/default.nix': 'default.nix#a', 'x/*': 'none' };
    assert.deepEqual(await entry('1', entries), [
      'setting',
      'default.nix#a',
      { path: '/w/default.nix', attr: ['a'] },
    ]);
    assert.deepEqual(await entry('1', { 'pkgs/*/default.nix': './release.nix' }), [
      'setting',
      './release.nix',
      { path: '/w/release.nix', attr: [] },
    ]);
    for (const other of ['pkgs/*.nix', 'pkgs', '(', 'pkgs/?/default-nix'])
      assert.equal(await entry('1', { [other]: 'x' }), null, other);
  });

  it('a comment before a setting, and none for the file as it stands', async () => {
    assert.deepEqual(await entry('# phasewise: entry none\n1', { '**': 'x' }), ['comment', 'none', null]);
  });

  it('names an entry as the settings have it', () => {
    assert.equal(entryText('/w/default.nix', 'a.b', folder), 'default.nix#a.b');
    assert.equal(entryText('/elsewhere/x.nix', '', folder), '/elsewhere/x.nix');
  });
});
