import assert from 'node:assert/strict';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import type { CodeAction } from 'vscode-languageserver/node';
import { buildRequest, runRequest, stopRequest } from '../../server/src/protocol/messages';
import type { ActivityEvent, RunParams } from '../../server/src/protocol/messages';
import { failure, success } from '../../server/src/result';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf, failureOf, phaseOf } from '../support/modelSamples';
import { at, buildResult, runResult, text } from './runFixture';
import { gate, pause, TestClient, until } from './testClient';

describe('phase runs and builds', () => {
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

  it('tell what happens from the first event to the last, in order, and answer', async () => {
    engine.onRun = (_derivation, selection, onEvent) => {
      assert.deepEqual(selection, {
        selection: 'only',
        phase: 'buildPhase',
        fresh: false,
        verify: false,
        watchInputs: false,
        out: null,
      });
      const events: ActivityEvent[] = [
        { type: 'started', phases: ['buildPhase'] },
        { type: 'phaseStarted', phase: 'buildPhase' },
        { type: 'output', phase: 'buildPhase', text: 'one\n' },
        { type: 'output', phase: 'buildPhase', text: 'two\n' },
        { type: 'phaseFinished', phase: 'buildPhase', status: 'ok', seconds: 1, lines: 2 },
        { type: 'finished', status: 'ok', seconds: 1, failure: null },
      ];
      events.forEach(onEvent);
      return Promise.resolve(success(runResult(null)));
    };
    await client.open(uri, text);
    const answer = await run();
    assert.equal(answer?.phases[0]?.status, 'ok');
    assert.deepEqual(client.events(), [
      'started',
      'phaseStarted buildPhase',
      'output',
      'phaseFinished buildPhase',
      'finished ok',
    ]);
    const output = client.activities.find(({ event }) => event.type === 'output')?.event;
    assert.deepEqual(output, { type: 'output', phase: 'buildPhase', text: 'one\ntwo\n' });
    assert.equal(new Set(client.activities.map(({ id }) => id)).size, 1);
  });

  it('begin and end properly even when the engine tells nothing', async () => {
    engine.onRun = () => Promise.resolve(success(runResult(failureOf())));
    await client.open(uri, text);
    await run();
    assert.deepEqual(client.events(), ['started', 'finished failed']);
  });

  it('use the text of the buffer', async () => {
    engine.onRun = () => Promise.resolve(success(runResult(null)));
    await client.open(uri, text);
    await client.change(uri, 2, `${text}# unsaved`);
    await run();
    assert.equal(engine.evaluatedTexts.at(-1), `${text}# unsaved`);
  });

  it('read the file when the document is not open, and publish the failure for it', async () => {
    engine.onBuild = () => Promise.resolve(success(buildResult(failureOf({ phase: 'buildPhase' }))));
    await client.connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false });
    assert.deepEqual(engine.evaluatedTexts, [text]);
    await until('the failure', () => sourcesOf(uri).includes('build'));
    assert.equal(client.published(uri)?.[0]?.range.start.line, 2);
  });

  it('cannot be two of the same derivation at once: the second is refused in words', async () => {
    const held = gate();
    engine.onRun = async () => {
      await held.promise;
      return success(runResult(null));
    };
    await client.open(uri, text);
    const first = run();
    await until('the run', () => engine.calls.includes('run'));
    await assert.rejects(run(), /already being run.*Stop it/);
    await assert.rejects(
      client.connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false }),
      /already being run/,
    );
    held.open();
    assert.notEqual(await first, null);
    await run();
  });

  it('stop when asked, and `stop` answers when they have ended', async () => {
    let ended = false;
    engine.onRun = async (_derivation, _selection, onEvent, signal) => {
      onEvent({ type: 'started', phases: [] });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await pause(20);
      ended = true;
      return success({ ...runResult(null), phases: [] });
    };
    await client.open(uri, text);
    const running = run();
    await until('the run', () => engine.calls.includes('run'));
    const { connection } = client;
    assert.equal(await connection.sendRequest(stopRequest, { uri, attr: 'other' }), false);
    assert.equal(await connection.sendRequest(stopRequest, { uri, attr: '' }), true);
    assert.equal(ended, true);
    await running;
    assert.equal(await connection.sendRequest(stopRequest, { uri, attr: '' }), false);
  });

  it('stop when their request is cancelled', async () => {
    engine.onRun = async (_derivation, _selection, _onEvent, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return failure({ code: 'cancelled', message: 'Stopped.', advice: null });
    };
    await client.open(uri, text);
    const source = new CancellationTokenSource();
    const running = client.connection.sendRequest(runRequest, params, source.token);
    await until('the run', () => engine.calls.includes('run'));
    source.cancel();
    await running.catch(() => undefined);
    await until('the end', () => client.events().includes('finished cancelled'));
  });

  it('stop while the derivation is still being evaluated', async () => {
    await client.open(uri, text);
    await until('the first evaluation', () => client.drawing(uri)?.busy === false);
    engine.onEvaluate = async (_target, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { diagnostics: [], derivations: [], message: null };
    };
    const running = run();
    await until('the evaluation', () => engine.evaluatedTexts.length === 2);
    assert.equal(await client.connection.sendRequest(stopRequest, { uri, attr: '' }), true);
    assert.equal(await running, null);
    assert.deepEqual(client.events(), ['started', 'finished cancelled']);
    assert.ok(!engine.calls.includes('run'));
  });

  it('tell why nothing ran, in Nix’s own words', async () => {
    engine.onEvaluate = () =>
      Promise.resolve({
        diagnostics: [
          {
            file,
            range: at(0, 0, 1),
            severity: 'error',
            code: 'x',
            message: 'undefined variable',
            source: 'nix',
            related: [],
          },
        ],
        derivations: [],
        message: null,
      });
    await client.open(uri, text);
    assert.equal(await run(), null);
    const last = client.activities.at(-1)?.event;
    assert.equal(last?.type === 'finished' ? last.failure?.message : null, 'undefined variable');
  });

  it('survive an engine that throws', async () => {
    engine.onRun = () => Promise.reject(new Error('boom'));
    await client.open(uri, text);
    assert.equal(await run(), null);
    assert.deepEqual(client.events(), ['started', 'finished failed']);
    assert.ok(client.logged.some((line) => line.includes('boom')));
    engine.onRun = () => Promise.resolve(success(runResult(null)));
    assert.notEqual(await run(), null);
  });

  it('send at most twenty messages of output a second, of bounded size', async () => {
    engine.onRun = async (_derivation, _selection, onEvent) => {
      const line = `${'x'.repeat(99)}\n`;
      for (let round = 0; round < 20; round++) {
        for (let n = 0; n < 5000; n++) onEvent({ type: 'output', phase: 'buildPhase', text: line });
        await pause(5);
      }
      onEvent({ type: 'output', phase: 'buildPhase', text: 'the end\n' });
      return success(runResult(null));
    };
    await client.open(uri, text);
    const begun = performance.now();
    await run();
    const seconds = (performance.now() - begun) / 1000;
    const outputs = client.activities.flatMap(({ event }) => (event.type === 'output' ? [event.text] : []));
    assert.ok(outputs.length <= 20 * seconds + 2, `${outputs.length} messages in ${seconds} s`);
    assert.ok(outputs.every(({ length }) => length < 140_000));
    assert.match(
      outputs[0] ?? '',
      /^… \d+ characters came too fast to be shown here: Open Log has them …\nx/,
    );
    assert.ok(outputs.at(-1)?.endsWith('the end\n'));
  });

  describe('failures', () => {
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

    it('stand at the line that failed, with what explains them', () => {
      const [shown] = client.published(uri) ?? [];
      assert.deepEqual(shown?.range, at(3, 4, 8));
      assert.equal(shown.code, 'phase-failed');
      assert.equal(shown.message, 'make: command not found\nNo input brings make.');
      assert.equal(shown.severity, 1);
    });

    it('move with edits elsewhere and go with an edit of their phase', async () => {
      await client.change(uri, 2, `# above\n${text}`);
      await until('the new version', () => client.diagnostics.at(-1)?.version === 2);
      assert.deepEqual(client.published(uri)?.[0]?.range, at(4, 4, 8));
      await client.change(uri, 3, `# above\n${text.replace('"old"', '"new"')}`);
      await until('the new version', () => client.diagnostics.at(-1)?.version === 3);
      assert.deepEqual(sourcesOf(uri), ['build']);
      await client.change(uri, 4, `# above\n${text.replace('make', 'make all').replace('"old"', '"new"')}`);
      await until('the new version', () => client.diagnostics.at(-1)?.version === 4);
      assert.deepEqual(sourcesOf(uri), []);
    });

    it('go when the phase ran well, or when the derivation was built', async () => {
      engine.onRun = () => Promise.resolve(success(runResult(null)));
      await run();
      await until('it to go', () => sourcesOf(uri).length === 0);
      engine.onRun = () => Promise.resolve(success(runResult({ ...failed, file })));
      await run();
      await until('it to come back', () => sourcesOf(uri).length === 1);
      engine.onBuild = () => Promise.resolve(success(buildResult(null)));
      await client.connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false });
      await until('it to go', () => sourcesOf(uri).length === 0);
    });

    it('in stdenv’s own scripts stand at the phase, with the script as related information', async () => {
      const setup = '/nix/store/22222222222222222222222222222222-stdenv/setup';
      engine.onRun = () =>
        Promise.resolve(success(runResult({ ...failed, file: setup, range: at(99, 0, 3) })));
      await run();
      await until('the new failure', () => client.published(uri)?.[0]?.range.start.line === 2);
      const related = client.published(uri)?.[0]?.relatedInformation;
      assert.equal(related?.[0]?.location.uri, `file://${setup}`);
      assert.ok(client.diagnostics.every((published) => published.uri === uri));
    });

    it('bring their fixes as code actions, which move with the text', async () => {
      const edit = { range: at(5, 9, 14), newText: '"new"' };
      const edits = [{ ...edit, file }];
      engine.onBuild = () =>
        Promise.resolve(success(buildResult(failureOf({ range: at(5, 2, 6), file, edits }))));
      await client.connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false });
      const actions = (line: number) =>
        client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
          textDocument: { uri },
          range: at(line, 0, 20),
          context: { diagnostics: [], only: ['quickfix'] },
        });
      const [action] = await actions(5);
      assert.equal(action?.title, 'Write "new"');
      assert.equal(action.diagnostics?.[0]?.source, 'build');
      assert.deepEqual(action.edit?.changes, { [uri]: [edit] });
      assert.deepEqual(await actions(0), []);
      await client.change(uri, 2, `# above\n${text}`);
      const [moved] = await actions(6);
      assert.deepEqual(moved?.edit?.changes?.[uri]?.[0]?.range, at(6, 9, 14));
    });

    it('offer a fix of several edits at the problem, by its title', async () => {
      const edits = [
        { file, range: at(0, 4, 4), newText: ', bison' },
        { file, range: at(5, 9, 9), newText: ' bison' },
      ];
      const failure = failureOf({
        range: at(2, 2, 6),
        file,
        edits,
        fixTitle: 'Add bison to nativeBuildInputs',
      });
      engine.onBuild = () => Promise.resolve(success(buildResult(failure)));
      await client.connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false });
      const [action] = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri },
        range: at(2, 3, 3),
        context: { diagnostics: [], only: ['quickfix'] },
      });
      assert.equal(action?.title, 'Add bison to nativeBuildInputs');
      assert.equal(action.isPreferred, true);
      assert.deepEqual(
        action.edit?.changes?.[uri]?.map(({ newText }) => newText),
        [', bison', ' bison'],
      );
    });
  });
});
