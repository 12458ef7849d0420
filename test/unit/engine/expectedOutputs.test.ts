import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExpectedOutputs } from '../../../server/src/engine/expectedOutputs';
import { rememberBuilt } from '../../../server/src/engine/lastBuilt';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';
import type { Nix } from '../../../server/src/nix/nix';

const subject = { file: '/project/default.nix', attr: '' };
const { signal } = new AbortController();

function store(letter: string): StoreDerivation {
  const path = `/nix/store/${letter.repeat(32)}-hello`;
  return {
    ...{ path: `${path}.drv`, name: 'hello', outputs: { out: { path, hashAlgo: '', hash: '' } } },
    ...{ inputDerivations: {}, inputSources: [] },
    ...{ system: 'x86_64-linux', builder: '/bin/sh', args: [], env: {} },
  };
}

/** A store in which everything is valid, and which remembers what it was asked. */
function nixThatCounts() {
  const asked: string[] = [];
  const nix = {
    pathInfos: (paths: readonly string[]) => {
      asked.push(...paths);
      return Promise.resolve(new Map(paths.map((path) => [path, { registered: 1, bytes: 1 }])));
    },
  } as unknown as Nix;
  return { nix, asked, probe: Promise.resolve({ ok: true as const, value: nix }) };
}

describe('the outputs of a build that is expected', () => {
  const folder = mkdtempSync(join(tmpdir(), 'phasewise-expected-'));
  after(() => rmSync(folder, { recursive: true }));
  before(() => rememberBuilt(folder, subject, store('a'), new Date()));
  const path = store('a').outputs['out']?.path ?? '';

  it('are asked for once, while it is evaluated', async () => {
    const { nix, asked, probe } = nixThatCounts();
    const outputs = new ExpectedOutputs(folder);
    await outputs.expect(probe, subject, signal);
    assert.deepEqual(asked, [path]);
    assert.deepEqual([...((await outputs.infos(nix, store('a'), signal)) ?? [])].length, 1);
    assert.deepEqual(asked, [path]);
    await outputs.infos(nix, store('a'), signal);
    assert.deepEqual(asked, [path, path], 'a later build asks anew');
  });

  it('are those of what was evaluated, whatever was expected', async () => {
    const { nix, probe } = nixThatCounts();
    const outputs = new ExpectedOutputs(folder);
    await outputs.expect(probe, subject, signal);
    const infos = await outputs.infos(nix, store('b'), signal);
    assert.deepEqual([...(infos?.keys() ?? [])], [store('b').outputs['out']?.path]);
  });

  it('are asked for again when evaluation took long', async () => {
    const { nix, asked, probe } = nixThatCounts();
    const outputs = new ExpectedOutputs(folder);
    await outputs.expect(probe, subject, signal);
    const now = Date.now;
    Date.now = () => now() + 5000;
    try {
      await outputs.infos(nix, store('a'), signal);
    } finally {
      Date.now = now;
    }
    assert.deepEqual(asked, [path, path]);
  });
});
