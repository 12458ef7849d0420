import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
} from 'vscode-languageserver-protocol';
import { sessionsRequest } from '../../server/src/protocol/sessionMessages';
import { FakeEngine } from '../support/fakeEngine';
import { TestClient, until } from './testClient';

describe('files that change on the disk', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let folder: string;
  let evaluated: number;
  let finish: (() => void) | null;

  beforeEach(async () => {
    engine = new FakeEngine();
    evaluated = 0;
    finish = null;
    engine.onEvaluate = async () => {
      evaluated++;
      if (evaluated > 1) await new Promise<void>((resolve) => (finish = resolve));
      return { diagnostics: [], derivations: [], message: null };
    };
    client = await TestClient.over(engine, { trusted: true, settings: { evaluation: { debounceMs: 1 } } });
    const { uri } = await client.file('default.nix', '');
    folder = dirname(fileURLToPath(uri));
    await client.open(uri, '{ src = ./src; patches = [ (../. + "/x") ./${"a"}/b ]; }');
    await until('it is evaluated', () => evaluated === 1);
  });
  afterEach(async () => {
    finish?.();
    await client.end();
  });

  const change = (...names: readonly string[]) =>
    client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: names.map((name): FileEvent => ({
        uri: pathToFileURL(join(folder, name)).href,
        type: FileChangeType.Changed,
      })),
    });

  for (const name of ['src/main.c', 'src', 'lib.nix', '/elsewhere/set.nix', 'flake.lock', 'a/b/c'])
    it(`are evaluated again when something is made of them: ${name}`, async () => {
      await change(name);
      await until('it is evaluated again', () => evaluated === 2);
    });

  it('are nothing to a document that is not made of them, nor is its own text on the disk', async () => {
    await client.change(pathToFileURL(join(folder, 'default.nix')).href, 2, '{ src = ./src; }');
    await until('the edit is evaluated', () => evaluated === 2 && finish !== null);
    finish?.();
    await change('README.md', 'srcs/x', 'src/.git/index', 'src/node_modules/a/b.js', 'default.nix');
    // Answered after what was said before it.
    await client.connection.sendRequest(sessionsRequest, null);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(evaluated, 2);
  });

  it('wait for an evaluation that is under way, however often they change', async () => {
    await change('src/a');
    await until('it is evaluated', () => evaluated === 2 && finish !== null);
    for (let round = 0; round < 20; round++) await change('src/a');
    await client.connection.sendRequest(sessionsRequest, null);
    assert.equal(evaluated, 2);
    finish?.();
    await until('once more', () => evaluated === 3);
  });
});
