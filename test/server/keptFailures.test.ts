/** How long the problem of a failed run stands: over the closing of its file, and by the settings. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { runRequest } from '../../server/src/protocol/messages';
import type { RunParams } from '../../server/src/protocol/messages';
import type { Diagnostic } from '../../server/src/protocol/model';
import { success } from '../../server/src/result';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf, failureOf, phaseOf } from '../support/modelSamples';
import { at, runResult, text } from './runFixture';
import { gate, TestClient, until } from './testClient';

describe('problems of a run', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let file: string;
  let uri: string;
  let params: RunParams;

  beforeEach(async () => {
    engine = new FakeEngine();
    client = await TestClient.over(engine, { settings: { evaluation: { debounceMs: 20 } } });
    ({ file, uri } = await client.file('default.nix', text));
    params = { uri, attr: '', selection: 'only', phase: 'buildPhase', fresh: false };
    engine.onEvaluate = () =>
      Promise.resolve({
        diagnostics: [],
        derivations: [
          derivationOf(file, {
            phases: [phaseOf('buildPhase')],
            attributes: { buildPhase: { file, range: at(2, 2, 12) } },
            range: at(0, 0, 19),
          }),
        ],
        message: null,
      });
  });
  afterEach(() => client.end());

  const run = (given: RunParams = params) => client.connection.sendRequest(runRequest, given);
  const sourcesOf = (shown: string) => (client.published(shown) ?? []).map(({ source }) => source);

  it('show what tools said of source files where the setting wants it', async () => {
    const source = await client.file('main.c', 'int main;\n');
    const said: Diagnostic = {
      ...{ file: source.file, range: at(0, 0, 3), severity: 'error', code: 'cc', message: 'no' },
      ...{ source: 'build', related: [] },
    };
    engine.onRun = (_derivation, _selection, onEvent) => {
      onEvent({ type: 'started', phases: ['buildPhase'] });
      onEvent({ type: 'phaseStarted', phase: 'buildPhase' });
      onEvent({ type: 'progress', progress: { kind: 'problems', problems: [said] } });
      onEvent({ type: 'finished', status: 'failed', seconds: 1, failure: null });
      return Promise.resolve(success(runResult(null)));
    };
    const want = (toolProblems: boolean) =>
      client.connection.sendNotification('workspace/didChangeConfiguration', {
        settings: { phasewise: { evaluation: { debounceMs: 20 }, builds: { toolProblems } } },
      });
    await client.open(uri, text);
    await run();
    await until('the problem', () => sourcesOf(source.uri).length === 1);
    await want(false);
    await until('it to go', () => sourcesOf(source.uri).length === 0);
    await run();
    await client.settle();
    assert.deepEqual(sourcesOf(source.uri), []);
    await want(true);
    await until('it to be back', () => sourcesOf(source.uri).length === 1);
  });

  describe('that failed', () => {
    const failed = failureOf({
      phase: 'buildPhase',
      range: at(3, 4, 8),
      exact: true,
      message: 'make: command not found',
      explanation: 'No input brings make.',
    });

    beforeEach(async () => {
      engine.onRun = () => Promise.resolve(success(runResult({ ...failed, file })));
      await client.open(uri, text);
      await until('the evaluation', () => client.drawing(uri)?.busy === false);
      await run();
      await until('the failure', () => sourcesOf(uri).includes('build'));
    });

    it('stay when the document is closed, and are there when it is opened again', async () => {
      await client.close(uri);
      await client.settle();
      assert.deepEqual(sourcesOf(uri), ['build']);
      await client.open(uri, text);
      await client.settle();
      assert.deepEqual(sourcesOf(uri), ['build']);
      await client.change(uri, 2, text.replace('make', 'make all'));
      await until('the edit to end it', () => sourcesOf(uri).length === 0);
    });

    it('are not shown where the setting does not want them, in a closed file either, and are back with it', async () => {
      const want = (problems: boolean) =>
        client.connection.sendNotification('workspace/didChangeConfiguration', {
          settings: { phasewise: { evaluation: { debounceMs: 20 }, builds: { problems } } },
        });
      await want(false);
      await until('it to go', () => !sourcesOf(uri).includes('build'));
      await want(true);
      await until('it to be back', () => sourcesOf(uri).includes('build'));
      await client.close(uri);
      await want(false);
      await until('it to go', () => !sourcesOf(uri).includes('build'));
      await want(true);
      await until('it to be back', () => sourcesOf(uri).includes('build'));
    });

    it('go when the document is closed without being saved', async () => {
      await client.change(uri, 2, `# above\n${text}`);
      await client.close(uri);
      await until('it to go', () => sourcesOf(uri).length === 0);
    });

    it('go when the file changes while it is closed, at once where that is told, else when it is opened', async () => {
      await client.close(uri);
      const watched = (type: number) =>
        client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type }] });
      await watched(2);
      await client.settle();
      assert.deepEqual(sourcesOf(uri), ['build']);
      await writeFile(file, text.replace('make', 'make all'));
      await watched(2);
      await until('it to go', () => sourcesOf(uri).length === 0);
      await writeFile(file, text);
      await client.open(uri, text);
      await run();
      await until('the failure', () => sourcesOf(uri).includes('build'));
      await client.close(uri);
      await client.open(uri, text.replace('make', 'make all'));
      await until('it to go', () => sourcesOf(uri).length === 0);
    });

    it('of a file that was closed before its run ended are shown there', async () => {
      const ending = gate();
      engine.onRun = async () => {
        await ending.promise;
        return success(runResult({ ...failed, file, message: 'later' }));
      };
      const ran = run();
      await client.close(uri);
      ending.open();
      await ran;
      await until('the problem', () => {
        const message = client.published(uri)?.[0]?.message;
        return typeof message === 'string' && message.startsWith('later');
      });
      await client.open(uri, text);
      await client.settle();
      assert.deepEqual(sourcesOf(uri), ['build']);
    });
  });
});
