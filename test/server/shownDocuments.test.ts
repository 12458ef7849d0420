import assert from 'node:assert/strict';
import {
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
} from 'vscode-languageserver-protocol';
import { redrawRequest } from '../../server/src/protocol/messages';
import { sessionsRequest } from '../../server/src/protocol/sessionMessages';
import { FakeEngine } from '../support/fakeEngine';
import { TestClient, until } from './testClient';

describe('documents that are not shown', () => {
  const settings = { evaluation: { debounceMs: 1 } };
  let client: TestClient;
  let first: string;
  let second: string;
  /** The texts that were evaluated, in order. */
  let evaluated: string[];
  let finish: (() => void) | null;

  const begin = async (tellsShown: boolean): Promise<void> => {
    const engine = new FakeEngine();
    evaluated = [];
    finish = null;
    engine.onEvaluate = async (target) => {
      evaluated.push(target.kind === 'nix' ? target.tree.text : '');
      if (finish !== null) await new Promise<void>((resolve) => (finish = resolve));
      return { diagnostics: [], derivations: [], message: null };
    };
    client = await TestClient.over(engine, { settings, tellsShown });
    first = (await client.file('first.nix', '1')).uri;
    second = (await client.file('second.nix', '2')).uri;
  };
  beforeEach(() => begin(true));
  afterEach(async () => {
    finish?.();
    await client.end();
  });

  /** Long enough for what would have been evaluated. */
  const settled = async (): Promise<void> => {
    await client.connection.sendRequest(sessionsRequest, null);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.connection.sendRequest(sessionsRequest, null);
  };
  const onDisk = (uri: string): Promise<void> => {
    const changes: FileEvent[] = [{ uri, type: FileChangeType.Changed }];
    return client.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
  };

  it('are evaluated when they are shown, once', async () => {
    await client.open(first, '1');
    await client.open(second, '2');
    await settled();
    assert.deepEqual(evaluated, []);
    await client.show(second);
    await until('it is evaluated', () => evaluated.length === 1);
    await client.show(first, second);
    await until('the other is, too', () => evaluated.length === 2);
    await client.show(second);
    await client.show(first);
    await settled();
    assert.deepEqual(evaluated, ['2', '1']);
  });

  it('may be shown before they are open', async () => {
    await client.show(first);
    await client.open(first, '1');
    await until('it is evaluated', () => evaluated.length === 1);
  });

  it('are evaluated as they are by then, whatever happened since', async () => {
    await client.show(first);
    await client.open(first, '1');
    await until('it is evaluated', () => evaluated.length === 1);
    await client.show();
    await client.change(first, 2, '12');
    await client.save(first);
    await client.change(first, 3, '123');
    await onDisk(second);
    await onDisk(second);
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { phasewise: { evaluation: { debounceMs: 2 } } },
    });
    await settled();
    assert.deepEqual(evaluated, ['1']);
    await client.show(first);
    await until('it is evaluated again', () => evaluated.length === 2);
    await settled();
    assert.deepEqual(evaluated, ['1', '123']);
  });

  it('are forgotten when they are closed', async () => {
    await client.open(first, '1');
    await client.close(first);
    await client.show(first);
    await settled();
    assert.deepEqual(evaluated, []);
  });

  it('go on being evaluated when they are hidden meanwhile', async () => {
    finish = () => undefined;
    await client.show(first);
    await client.open(first, '1');
    await until('it begins', () => evaluated.length === 1);
    await client.show(second);
    finish();
    await until('it has ended', () => client.drawing(first)?.busy === false);
    assert.deepEqual(evaluated, ['1']);
  });

  it('are evaluated for whoever asks', async () => {
    await client.open(first, '1');
    await client.connection.sendRequest(redrawRequest, { uri: first });
    assert.deepEqual(evaluated, ['1']);
  });

  it('are not told from others where the client does not tell', async () => {
    await client.end();
    await begin(false);
    await client.open(first, '1');
    await until('it is evaluated', () => evaluated.length === 1);
  });
});
