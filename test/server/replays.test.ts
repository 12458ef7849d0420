import { logAddress, logUri } from '../../server/src/protocol/logUri';
import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver/node';
import { buildRequest, runRequest, stopRequest } from '../../server/src/protocol/messages';
import type { Failure } from '../../server/src/protocol/model';
import { replayRequest } from '../../server/src/protocol/replayMessages';
import { failure, success } from '../../server/src/result';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf, failureOf, phaseOf } from '../support/modelSamples';
import { at, buildResult, runResult, text } from './runFixture';
import { gate, TestClient, until } from './testClient';

describe('the failing line of a build', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let file: string;
  let uri: string;
  let built: Failure;
  let found: Failure;

  const begin = async (settings: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    engine = new FakeEngine();
    client = await TestClient.over(engine, {
      settings: { evaluation: { debounceMs: 20 }, builds: settings },
    });
    ({ file, uri } = await client.file('default.nix', text));
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
    built = {
      ...failureOf({
        drvPath: `/nix/store/${'1'.repeat(32)}-x.drv`,
        phase: 'buildPhase',
        file,
        range: at(2, 2, 12),
        exact: false,
        tail: ['make: no'],
      }),
      replay: { state: 'offered', seconds: 3, note: null },
      decisive: [{ number: 1, text: 'm.c:1: error: no' }],
      log: { id: 'x', file: '/state/logs/x.log', phase: 'buildPhase', line: 4 },
    };
    found = {
      ...built,
      ...{ range: at(3, 4, 8), exact: true, command: 'make' },
      replay: { state: 'done', seconds: 3, note: null },
    };
    engine.onBuild = () => Promise.resolve(success(buildResult(built)));
    engine.onReplay = () => Promise.resolve(success(found));
    await client.open(uri, text);
  };
  afterEach(() => client.end());

  const build = () =>
    client.connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false });
  const replay = () => client.connection.sendRequest(replayRequest, { uri, attr: '' });
  const problem = () => (client.published(uri) ?? []).find(({ source }) => source === 'build');
  const replays = () => engine.calls.filter((call) => call === 'replay').length;
  const ended = () =>
    client.activities.findLast(({ kind, event }) => kind === 'replay' && event.type === 'finished')?.event;

  it('is looked for unasked after the answer, and the problem moves there with where it is said', async () => {
    await begin();
    assert.equal((await build())?.failure?.exact, false);
    await until('the line', () => problem()?.range.start.line === 3);
    assert.deepEqual(
      problem()?.relatedInformation?.map(({ location, message }) => [
        location.uri,
        location.range.start.line,
        message,
      ]),
      [
        [uri, 2, 'The phase that it is in: buildPhase.'],
        [
          logUri(logAddress(built.drvPath ?? '', { id: 'x', phase: 'buildPhase', line: 4 })),
          ...[4, 'm.c:1: error: no'],
        ],
      ],
    );
    const event = ended();
    assert.ok(event?.type === 'finished' && event.status === 'ok' && event.failure?.exact === true);
    assert.equal((client.published(uri) ?? []).filter(({ source }) => source === 'build').length, 1);
  });

  for (const [what, settings] of [
    ['that takes longer than the limit', { replayLimitSeconds: 2 }],
    ['where the settings say to ask', { replay: 'ask' }],
  ] as const) {
    it(`waits for a click ${what}: the lightbulb’s`, async () => {
      await begin(settings);
      await build();
      await client.settle();
      assert.equal(replays(), 0);
      const range = at(2, 3, 3);
      const params = { textDocument: { uri }, range, context: { diagnostics: [], only: ['quickfix'] } };
      const all = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
      // Fixes of the text itself are there, too.
      const actions = all.filter(({ command }) => command !== undefined);
      assert.deepEqual(
        actions.map(({ title }) => title),
        ['Find failing line (about 3 s)'],
      );
      const { command, arguments: args } = actions[0]?.command ?? { command: '', arguments: [] };
      const answer = await client.connection.sendRequest('workspace/executeCommand', {
        command,
        arguments: args,
      });
      assert.deepEqual(answer, JSON.parse(JSON.stringify(found)));
      await until('the line', () => problem()?.range.start.line === 3);
      await assert.rejects(replay(), /no failed build/);
    });
  }

  it('is never looked for where the settings say so', async () => {
    await begin({ replay: 'off' });
    await build();
    await client.settle();
    assert.equal(replays(), 0);
    const params = {
      textDocument: { uri },
      range: at(2, 3, 3),
      context: { diagnostics: [], only: ['quickfix'] },
    };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
    assert.deepEqual(
      actions.filter(({ command }) => command !== undefined),
      [],
    );
  });

  it('is told to be unknown when the phases did not fail again', async () => {
    await begin();
    const note = 'buildPhase did not fail when it ran again.';
    found = { ...built, replay: { state: 'done', seconds: 3, note } };
    await build();
    await until('the note', () => JSON.stringify(problem()?.message).endsWith(`\\n${note}"`));
    assert.equal(problem()?.range.start.line, 2);
  });

  describe('of which the directory was kept', () => {
    const kept = { state: 'offered', seconds: 1, wholeSeconds: 30, note: null } as const;
    const otherwise = { state: 'offered', seconds: 30, note: 'It failed otherwise there.' } as const;
    beforeEach(async () => {
      await begin({ replayLimitSeconds: 20 });
      built = { ...built, replay: kept };
      engine.onReplay = (_derivation, failed) =>
        Promise.resolve(
          success(failed.replay?.wholeSeconds === 30 ? { ...built, replay: otherwise } : found),
        );
    });

    it('is looked for unasked there, and waits for a click where that told nothing and all phases take long', async () => {
      await build();
      await until('the note', () => JSON.stringify(problem()?.message).includes(otherwise.note));
      assert.equal(replays(), 1);
      assert.equal((await replay())?.exact, true);
      await until('the line', () => problem()?.range.start.line === 3);
      assert.equal(replays(), 2);
    });

    it('is looked for by all phases at once where they are quick', async () => {
      engine.onReplay = (_derivation, failed) => {
        const again = { ...built, replay: { ...otherwise, seconds: 19 } };
        return Promise.resolve(success(failed.replay?.wholeSeconds === 30 ? again : found));
      };
      await build();
      await until('the line', () => problem()?.range.start.line === 3);
      assert.equal(replays(), 2);
    });
  });

  const hanging = async () => {
    const begun = gate();
    let stopped = false;
    engine.onReplay = async (_derivation, _failed, onEvent, signal) => {
      onEvent({ type: 'started', phases: ['buildPhase'] });
      begun.open();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      stopped = true;
      return failure({ code: 'cancelled', message: 'Stopped.', advice: null });
    };
    await build();
    await begun.promise;
    return { stopped: () => stopped };
  };

  it('gives way to what the user does next', async () => {
    await begin();
    const { stopped } = await hanging();
    engine.onRun = () => {
      assert.ok(stopped());
      return Promise.resolve(success(runResult(null)));
    };
    const params = { uri, attr: '', selection: 'all', phase: null, fresh: false } as const;
    assert.ok(await client.connection.sendRequest(runRequest, params));
  });

  it('is not looked for twice at once, and no longer when it is stopped', async () => {
    await begin();
    const { stopped } = await hanging();
    await assert.rejects(replay(), /has its failing line looked for/);
    assert.equal(await client.connection.sendRequest(stopRequest, { uri, attr: '' }), true);
    assert.ok(stopped());
    assert.equal(problem()?.range.start.line, 2);
    assert.equal((ended() as { status: string }).status, 'cancelled');
  });

  it('matters no more once the phase is edited', async () => {
    await begin();
    const { stopped } = await hanging();
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: at(3, 4, 8), text: 'true' }],
    });
    await until('its end', stopped);
    await until('the problem is gone', () => problem() === undefined);
    await assert.rejects(replay(), /no failed build/);
  });

  it('is looked for in the text as it is after an edit elsewhere', async () => {
    await begin({ replay: 'ask' });
    await build();
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: at(0, 0, 0), text: '# a line more\n' }],
    });
    engine.onReplay = (derivation, failed) => {
      assert.deepEqual([failed.file, failed.range], [null, null]);
      assert.ok(derivation.drvPath !== null);
      return Promise.resolve(success({ ...found, range: at(4, 4, 8) }));
    };
    await replay();
    await until('the line', () => problem()?.range.start.line === 4);
  });
});
