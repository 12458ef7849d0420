import assert from 'node:assert/strict';
import {
  buildRequest,
  derivationDocumentRequest,
  logRequest,
  redrawRequest,
  runRequest,
  trustNotification,
} from '../../server/src/protocol/messages';
import type { NixProbe } from '../../server/src/nix/nix';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf } from '../support/modelSamples';
import { pause, TestClient, until } from './testClient';

describe('an untrusted workspace', () => {
  let engine: FakeEngine;
  let client: TestClient;

  beforeEach(async () => {
    engine = new FakeEngine();
    client = await TestClient.over(engine, { trusted: false, settings: { evaluation: { debounceMs: 5 } } });
  });
  afterEach(() => client.end());

  it('has nothing but its text looked at, whatever is asked', async () => {
    const { uri } = await client.file('a.nix', '1');
    engine.onDrawStatic = (target) => [derivationOf(target.kind === 'nix' ? target.file : '')];
    await client.open(uri, '1');
    await client.change(uri, 2, '2');
    await client.save(uri);
    const { connection } = client;
    const key = { uri, attr: '' };
    await connection.sendRequest(redrawRequest, { uri });
    await assert.rejects(
      connection.sendRequest(runRequest, { ...key, selection: 'all', phase: null, fresh: false }),
      /not trusted/,
    );
    await assert.rejects(
      connection.sendRequest(buildRequest, { ...key, rebuild: false, keepFailed: false }),
      /not trusted/,
    );
    for (const command of ['phasewise.run', 'phasewise.build', 'phasewise.replay']) {
      await assert.rejects(
        connection.sendRequest('workspace/executeCommand', { command, arguments: [{ uri }] }),
        /not trusted/,
      );
    }
    const log = await connection.sendRequest(logRequest, { key, storePath: null, id: '1' });
    assert.match(log.message ?? '', /not trusted/);
    const document = await connection.sendRequest(derivationDocumentRequest, { path: '/nix/store/x.drv' });
    assert.match(document.text, /not trusted/);
    const lenses = await connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
    assert.deepEqual(lenses, []);
    await pause(30);
    const asked = new Set(engine.calls);
    assert.deepEqual([...asked].sort(), ['checkStatic', 'drawStatic']);
    assert.equal(client.statuses.at(-1)?.state, 'untrusted');
    assert.equal(client.statuses.length, 1);
    assert.match(client.drawing(uri)?.message ?? '', /not trusted/);
    assert.deepEqual(client.activities, []);
  });

  it('is evaluated as soon as it is trusted', async () => {
    const { uri } = await client.file('a.nix', '1');
    await client.open(uri, '1');
    await client.connection.sendNotification(trustNotification, { trusted: true });
    await until('the evaluation', () => engine.calls.includes('evaluate'));
    await until('the status', () => client.statuses.at(-1)?.state === 'nixMissing');
  });
});

describe('the status', () => {
  const missing: NixProbe = {
    ok: false,
    error: { code: 'nix-missing', message: 'Nix was not found.', advice: 'Install Nix.' },
  };

  it('says once that Nix is missing and what to do, and says so when that changes', async () => {
    const engine = new FakeEngine();
    engine.onNix = () => Promise.resolve(missing);
    const client = await TestClient.over(engine);
    const { uri } = await client.file('a.nix', '1');
    await client.open(uri, '1');
    await client.save(uri);
    await client.save(uri);
    await client.settle();
    await until('the status', () => client.statuses.length > 0);
    assert.deepEqual(client.statuses, [
      { state: 'nixMissing', nixVersion: null, message: 'Nix was not found.', advice: 'Install Nix.' },
    ]);
    engine.onNix = () =>
      Promise.resolve({
        ok: false,
        error: { code: 'nix-unusable', message: 'The daemon is down.', advice: 'Start it.' },
      });
    await client.save(uri);
    await until('the new status', () => client.statuses.length === 2);
    assert.equal(client.statuses[1]?.state, 'nixUnusable');
    assert.deepEqual(client.toasts, []);
    await client.end();
  });

  it('survives a probe that throws', async () => {
    const engine = new FakeEngine();
    engine.onNix = () => Promise.reject(new Error('boom'));
    const client = await TestClient.over(engine);
    await until('the status', () => client.statuses.length > 0);
    assert.equal(client.statuses[0]?.state, 'nixUnusable');
    await client.end();
  });

  it('is asked anew when settings change, and evaluations obey the new settings', async () => {
    const engine = new FakeEngine();
    const client = await TestClient.over(engine);
    const { uri } = await client.file('a.nix', '1');
    await client.open(uri, '1');
    await until('the evaluation', () => engine.evaluatedTexts.length === 1);
    engine.calls.length = 0;
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: {
        phasewise: { evaluation: { timeoutSeconds: 3, memoryLimitMb: 'lots', callPackage: false } },
      },
    });
    await until('the evaluation', () => engine.evaluatedTexts.length === 2);
    const { callPackage, timeoutMs, memoryLimitMb } = engine.optionsSeen ?? {};
    assert.deepEqual(
      { callPackage, timeoutMs, memoryLimitMb },
      { callPackage: false, timeoutMs: 3000, memoryLimitMb: 4096 },
    );
    assert.equal(engine.calls[0], 'forget');
    const named = () => client.logged.filter((line) => line.includes('phasewise.evaluation.memoryLimitMb'));
    await until('the refused setting in the log', () => named().length > 0);
    assert.equal(named().length, 1);
    await client.end();
  });
});
