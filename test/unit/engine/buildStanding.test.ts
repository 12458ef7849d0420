import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standingWords } from '../../../server/src/engine/buildStanding';
import { lastBuilt, rememberBuilt } from '../../../server/src/engine/lastBuilt';
import { rebuildReasons } from '../../../server/src/engine/rebuildReasons';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';

const hash = (letter: string) => letter.repeat(32);
const drvPathOf = (letter: string, name: string) => `/nix/store/${hash(letter)}-${name}.drv`;

function store(letter: string, name: string, more: Partial<StoreDerivation> = {}): StoreDerivation {
  return {
    path: drvPathOf(letter, name),
    name,
    outputs: { out: { path: `/nix/store/${hash(letter)}-${name}`, hashAlgo: '', hash: '' } },
    inputDerivations: {},
    inputSources: [],
    ...{ system: 'x86_64-linux', builder: '/bin/sh', args: [], env: {} },
    ...more,
  };
}

describe('why a derivation is built again', () => {
  it('is told through its inputs, what somebody wrote first', async () => {
    const known = new Map<string, StoreDerivation>();
    const pair = (name: string, more: (letter: string) => Partial<StoreDerivation>) =>
      (['a', 'b'] as const).map((letter) => {
        const made = store(letter, name, more(letter));
        known.set(made.path, made);
        return made;
      });
    pair('zlib-1.0', (letter) => ({ env: { CFLAGS: letter === 'a' ? '-O1' : '-O2' } }));
    pair('png-2.0', (letter) => ({ inputDerivations: { [drvPathOf(letter, 'zlib-1.0')]: ['out'] } }));
    const [from, to] = pair('viewer', (letter) => ({
      inputDerivations: { [drvPathOf(letter, 'png-2.0')]: ['out'] },
      env: { buildInputs: `/nix/store/${hash(letter)}-png-2.0`, buildPhase: letter },
    }));
    const read = (path: string) => {
      const value = known.get(path);
      return Promise.resolve(
        value === undefined
          ? { ok: false as const, error: { code: 'derivation-missing', message: 'no', advice: null } }
          : { ok: true as const, value },
      );
    };
    assert.ok(from !== undefined && to !== undefined);
    assert.deepEqual(await rebuildReasons(from, to, read), [
      'buildPhase changed from "a" to "b".',
      'The input png-2.0 changed: The input zlib-1.0 changed: CFLAGS changed from "-O1" to "-O2".',
      'buildInputs names other store paths.',
    ]);
    known.clear();
    assert.equal((await rebuildReasons(from, to, read))[1], 'The input png-2.0 changed.');
  });

  it('is said in a sentence, whatever became of the outputs', () => {
    const standing = { name: 'hello-1.0', drvPath: '/x.drv', since: null, unchanged: true, changes: [] };
    const words = (more: Partial<Parameters<typeof standingWords>[0]>) =>
      standingWords({ ...standing, status: 'valid', ...more });
    assert.equal(words({}), 'hello-1.0 is unchanged and already valid: nothing is built.');
    assert.match(words({ since: '2026-01-02T03:04:05Z' }), /valid, since 202\d-\d\d-\d\d \d\d:\d\d: nothing/);
    assert.match(words({ unchanged: false, changes: ['A.'] }), /It is not what was built last: A\.$/);
    assert.match(words({ status: 'gone' }), /has not changed, but its outputs are no longer in the store/);
    assert.equal(
      words({ status: 'changed', changes: ['A.', 'B.'] }),
      'hello-1.0 is built again, because it changed. A. B.',
    );
  });
});

describe('the last built derivation', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'phasewise-built-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const subject = { file: '/home/é/default.nix', attr: 'a."b c"' };

  it('is remembered for each file and attribute, whole', async () => {
    assert.equal(await lastBuilt(folder, subject), null);
    const built = store('a', 'hello', { env: { buildPhase: 'echo "é"\n\t$x \\' } });
    await rememberBuilt(folder, subject, built, new Date(0));
    assert.deepEqual(await lastBuilt(folder, subject), {
      derivation: built,
      built: '1970-01-01T00:00:00.000Z',
    });
    assert.equal(await lastBuilt(folder, { ...subject, attr: '' }), null);
    await rememberBuilt(folder, subject, store('b', 'hello'), new Date(1));
    assert.equal((await lastBuilt(folder, subject))?.derivation.path, drvPathOf('b', 'hello'));
  });

  it('is nothing when its file was damaged, and is written again', async () => {
    await rememberBuilt(folder, subject, store('a', 'hello'), new Date(0));
    const [name = ''] = readdirSync(join(folder, 'built'));
    for (const text of ['', '{', 'null', '{"key":1}', '[]']) {
      writeFileSync(join(folder, 'built', name), text);
      assert.equal(await lastBuilt(folder, subject), null);
    }
    await rememberBuilt(folder, subject, store('b', 'hello'), new Date(0));
    assert.notEqual(await lastBuilt(folder, subject), null);
  });

  it('costs nothing but the memory of it where it cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    await rememberBuilt(join(folder, 'file'), subject, store('a', 'hello'), new Date(0));
    assert.equal(await lastBuilt(join(folder, 'file'), subject), null);
  });
});
