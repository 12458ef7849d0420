import assert from 'node:assert/strict';
import type { Target } from '../../server/src/engine/engine';
import { runRequest } from '../../server/src/protocol/messages';
import {
  pinnedDrawingNotification,
  pinsNotification,
  type PinnedDrawingParams,
} from '../../server/src/protocol/pinMessages';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf } from '../support/modelSamples';
import { TestClient, until } from './testClient';

const keptOf = {
  ...{ id: 'a-1', phases: [], edit: null, isolation: null, isolationNote: null },
  ...{ heldBy: null, buildDirectory: null },
} as const;

describe('pinned derivations', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let told: PinnedDrawingParams[];
  let targets: Target[];

  async function begin(trusted = true): Promise<void> {
    engine = new FakeEngine();
    targets = [];
    engine.onEvaluate = (target) => {
      targets.push(target);
      const file = target.kind === 'nix' ? target.file : '/elsewhere';
      return Promise.resolve({
        diagnostics: [],
        derivations: [derivationOf(file, target.kind === 'nix' ? { attr: 'a' } : {})],
        message: null,
      });
    };
    engine.onInspect = (asked) => Promise.resolve({ ...asked, source: 'stdenv' });
    client = await TestClient.over(engine, { trusted, settings: { evaluation: { debounceMs: 1 } } });
    told = [];
    client.connection.onNotification(pinnedDrawingNotification, (params) => void told.push(params));
  }
  afterEach(() => client.end());

  const pin = (...pins: { uri: string; attr: string }[]) =>
    client.connection.sendNotification(pinsNotification, { pins });
  const last = (uri: string) => told.findLast(({ key }) => key.uri === uri);

  it('of files that are not open, of flakes and of the store are evaluated, then asked of their stdenv', async () => {
    await begin();
    const { uri } = await client.file('lib.nix', '{ }');
    const others = ['phasewise-flake:///srv/my%20flake', 'file:///nix/store/x-hello.drv'];
    await pin({ uri, attr: 'a' }, ...others.map((other) => ({ uri: other, attr: '' })));
    await until('all are drawn', () =>
      [uri, ...others].every(
        (one) => last(one)?.derivation?.source === 'stdenv' && last(one)?.busy === false,
      ),
    );
    assert.deepEqual(
      targets.flatMap((target) => (target.kind === 'flake' ? [target.folder, target.attr] : [])),
      ['/srv/my flake', ''],
    );
    assert.ok(
      targets.some((target) => target.kind === 'derivation' && target.drvPath === '/nix/store/x-hello.drv'),
    );
  });

  it('are drawn as their file shows them while it is open, and again by themselves when something is saved', async () => {
    await begin();
    const { uri } = await client.file('lib.nix', '{ }');
    const other = await client.file('other.nix', '{ }');
    await client.open(uri, '{ unsaved = 1; }');
    await pin({ uri, attr: 'a' });
    await until('it is drawn', () => last(uri)?.derivation?.source === 'stdenv');
    assert.equal(targets.length, 1, 'the open file is evaluated once');
    await client.close(uri);
    await until('the file on disk is evaluated', () => targets.length === 2);
    await client.open(other.uri, '{ }');
    await until('the other is evaluated', () => targets.length === 3);
    await client.save(other.uri);
    await until('both are evaluated', () => targets.filter(({ kind }) => kind === 'nix').length >= 5);
  });

  it('are told what is kept of them under the name that they were pinned by', async () => {
    await begin();
    engine.onInspect = (asked) =>
      Promise.resolve({ ...asked, source: 'stdenv', drvPath: '/nix/store/a.drv' });
    engine.onSessions = (asked) => Promise.resolve(asked.map(({ attr }) => ({ ...keptOf, attr })));
    const { uri } = await client.file('lib.nix', '{ }');
    await pin({ uri, attr: '"a"' }, { uri, attr: 'a' });
    await until('both are told', () => client.sessionStates.at(-1)?.sessions.length === 2);
    assert.deepEqual(
      client.sessionStates.at(-1)?.sessions.map(({ attr }) => attr),
      ['"a"', 'a'],
    );
  });

  it('run as others do', async () => {
    await begin();
    const result = { session: '', isolation: 'none', phases: [], outputs: {}, verify: null } as const;
    engine.onRun = () => Promise.resolve({ ok: true, value: result });
    const params = {
      uri: 'phasewise-flake:///srv/flake',
      attr: 'x',
      selection: 'all',
      phase: null,
      fresh: false,
    } as const;
    assert.deepEqual(await client.connection.sendRequest(runRequest, params), result);
  });

  it('are not evaluated without trust, and are once it is given', async () => {
    await begin(false);
    await pin({ uri: 'file:///nix/store/x-hello.drv', attr: '' });
    await until('the reason', () => told.length > 0);
    assert.match(told.at(-1)?.message ?? '', /not trusted/);
    assert.deepEqual(targets, []);
    await client.connection.sendNotification('phasewise/trust', { trusted: true });
    await until('it is drawn', () => told.at(-1)?.derivation?.source === 'stdenv');
  });
});
