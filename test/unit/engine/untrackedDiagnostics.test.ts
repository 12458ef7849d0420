import assert from 'node:assert/strict';
import { untrackedDiagnostics } from '../../../server/src/engine/untrackedDiagnostics';
import type { UntrackedRead } from '../../../server/src/nix/nix';
import { parsed } from '../../support/syntax';

const one: UntrackedRead = {
  ...{ folder: '/r', path: 'src/a.c', ignored: false },
  ...{ copiedWith: '/r/src', told: true, namedIn: null },
};

describe('what is said of files that git does not know', () => {
  const told = async (text: string, reads: readonly UntrackedRead[], severities = {}) => {
    const tree = await parsed(text);
    const subject = { file: '/r/p.nix', tree, flake: '/r/flake.nix', severities };
    return untrackedDiagnostics(subject, reads, () => tree);
  };

  it('has the severity that the user wants, or is not said', async () => {
    const severities = async (wanted: string) =>
      (await told('{ src = ./src; }', [one], { 'untracked-file': wanted })).map(({ severity }) => severity);
    assert.deepEqual(await severities('hint'), ['hint']);
    assert.deepEqual(await severities('off'), []);
  });

  it('is said once of a folder that is copied, with some of its files', async () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ ...one, path: `src/${name}` }));
    const [said, ...more] = await told('{ src = ./src; }', many);
    assert.deepEqual(more, []);
    assert.match(said?.message ?? '', /all that is in src: a, b, c, and 2 more\./);
    assert.equal(said?.offers?.length, 3);
  });

  it('is not said of what only looks like a path, as in a string', async () => {
    const read = { ...one, copiedWith: null, told: false };
    assert.deepEqual(await told('{ script = "cat ./src/a.c"; }', [read]), []);
    assert.equal((await told('{ script = ./src/a.c; }', [read])).length, 1);
  });
});
