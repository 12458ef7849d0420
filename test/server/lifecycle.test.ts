import assert from 'node:assert/strict';
import { runRequest } from '../../server/src/protocol/messages';
import type { RunResult } from '../../server/src/protocol/model';
import { success } from '../../server/src/result';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf } from '../support/modelSamples';
import { pause, TestClient, until } from './testClient';

const nothing: RunResult = { session: '', isolation: 'none', phases: [], outputs: {}, verify: null };

describe('the server’s life', () => {
  /** A server in the middle of a run and an evaluation; `ended` says what was ended, in order. */
  async function inTheMiddle(): Promise<{
    readonly client: TestClient;
    readonly engine: FakeEngine;
    readonly ended: string[];
  }> {
    const engine = new FakeEngine();
    const ended: string[] = [];
    const client = await TestClient.over(engine);
    const { file, uri } = await client.file('a.nix', '1');
    const { uri: slow } = await client.file('slow.nix', 'slow');
    engine.onEvaluate = async (target, signal) => {
      if (target.kind === 'nix' && target.tree.text === 'slow') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        ended.push('evaluation');
      }
      return { diagnostics: [], derivations: [derivationOf(file)], message: null };
    };
    engine.onRun = async (_derivation, _selection, onEvent, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      onEvent({ type: 'output', phase: null, text: 'its last words' });
      await pause(60);
      ended.push('run');
      return success(nothing);
    };
    const dispose = engine.dispose.bind(engine);
    engine.dispose = () => {
      ended.push('engine');
      return dispose();
    };
    client.connection
      .sendRequest(runRequest, { uri, attr: '', selection: 'all', phase: null, fresh: false })
      .catch(() => undefined);
    await until('the run', () => engine.calls.includes('run'));
    await client.open(slow, 'slow');
    await until('the slow evaluation', () => engine.evaluatedTexts.includes('slow'));
    return { client, engine, ended };
  }

  it('ends with everything ended before it exits, when asked to shut down and exit', async () => {
    const { client, ended } = await inTheMiddle();
    await client.end();
    assert.deepEqual(ended, ['evaluation', 'run', 'engine']);
    assert.equal(client.exitCode, 0);
  });

  it('ends in the same way when the stream closes without a word', async () => {
    const { client, ended } = await inTheMiddle();
    client.hangUp();
    await until('the end', () => client.exitCode !== null);
    assert.deepEqual(ended, ['evaluation', 'run', 'engine']);
    assert.equal(client.exitCode, 1);
    await client.end();
  });

  it('ends with code 1 when told to exit without shutdown', async () => {
    const { client, ended } = await inTheMiddle();
    await client.connection.sendNotification('exit');
    await until('the end', () => client.exitCode !== null);
    assert.deepEqual(ended, ['evaluation', 'run', 'engine']);
    assert.equal(client.exitCode, 1);
    await client.end();
  });

  it('tells what it can do', async () => {
    const client = await TestClient.over(new FakeEngine());
    const capabilities = client.initialized?.capabilities;
    assert.deepEqual(capabilities?.executeCommandProvider?.commands, [
      'phasewise.run',
      'phasewise.build',
      'phasewise.replay',
      'phasewise.addToGit',
      'phasewise.fetchHash',
      'phasewise.bumpVersion',
      'phasewise.formatBash',
      'phasewise.lockFlake',
    ]);
    assert.equal(capabilities.hoverProvider, true);
    await client.end();
  });

  it('answers questions about documents that are not open with nothing', async () => {
    const client = await TestClient.over(new FakeEngine());
    const textDocument = { uri: 'file:///nowhere/a.nix' };
    const position = { line: 0, character: 0 };
    const ask = (method: string, params: object = {}) =>
      client.connection.sendRequest(`textDocument/${method}`, { textDocument, ...params });
    assert.equal(await ask('hover', { position }), null);
    assert.deepEqual(await ask('definition', { position }), []);
    assert.deepEqual(await ask('documentSymbol'), []);
    assert.deepEqual(await ask('foldingRange'), []);
    assert.deepEqual(await ask('codeLens'), []);
    await client.change(textDocument.uri, 2, 'never opened');
    await client.save(textDocument.uri);
    await client.close(textDocument.uri);
    await client.settle();
    assert.deepEqual(
      client.logged.filter((line) => !line.includes('not open')),
      [],
    );
    await client.end();
  });
});
