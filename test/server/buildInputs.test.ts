import assert from 'node:assert/strict';
import { buildInputsRequest } from '../../server/src/protocol/messages';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf, failureOf } from '../support/modelSamples';
import { TestClient, until } from './testClient';

describe('building inputs', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let uri: string;

  beforeEach(async () => {
    engine = new FakeEngine();
    client = await TestClient.over(engine);
    const made = await client.file('default.nix', '1');
    uri = made.uri;
    const derivation = derivationOf(made.file);
    engine.onEvaluate = () => Promise.resolve({ diagnostics: [], derivations: [derivation], message: null });
    engine.onInspect = (asked) => Promise.resolve({ ...asked, inputsMissing: true, note: 'not built' });
    await client.open(uri, '1');
    await until('the drawing', () => client.drawing(uri)?.derivations[0]?.inputsMissing === true);
  });
  afterEach(() => client.end());

  it('is an activity of its own, after which the stdenv is asked', async () => {
    engine.onBuildInputs = (_derivation, onEvent) => {
      onEvent({ type: 'notice', text: 'building zlib' });
      engine.onInspect = (asked) => Promise.resolve({ ...asked, source: 'stdenv', inputsMissing: false });
      return Promise.resolve({ ok: true, value: { status: 'built', failure: null } });
    };
    const answer = await client.connection.sendRequest(buildInputsRequest, { uri, attr: '' });
    assert.deepEqual(answer, { status: 'built', failure: null });
    assert.deepEqual(client.events(), ['started', 'notice', 'finished ok']);
    assert.ok(client.activities.every(({ kind }) => kind === 'inputs'));
    await until('the truer drawing', () => client.drawing(uri)?.derivations[0]?.source === 'stdenv');
  });

  it('publishes the input that failed', async () => {
    const failure = failureOf({ file: (await client.file('default.nix')).file, message: 'zlib failed.' });
    engine.onBuildInputs = () => Promise.resolve({ ok: true, value: { status: 'failed', failure } });
    await client.connection.sendRequest(buildInputsRequest, { uri, attr: '' });
    assert.deepEqual(client.events(), ['started', 'finished failed']);
    await until(
      'the diagnostic',
      () => client.published(uri)?.some(({ message }) => message === 'zlib failed.') === true,
    );
  });

  it('is refused without trust, and nothing is asked of the engine', async () => {
    await client.connection.sendNotification('phasewise/trust', { trusted: false });
    const asked = client.connection.sendRequest(buildInputsRequest, { uri, attr: '' });
    await assert.rejects(asked, /not trusted/);
    assert.ok(!engine.calls.includes('buildInputs'));
  });
});
