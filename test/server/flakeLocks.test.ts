/** Inputs of a flake that are not locked, over real Nix: what is said of them, and that a command has Nix lock them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { nixConfig } from '../support/nixEnvironment';
import { TestClient, until } from './testClient';

describe('inputs of a flake that are not locked, over real Nix', function () {
  this.timeout(60_000);

  const unlocked = (client: TestClient, uri: string): readonly Diagnostic[] =>
    (client.published(uri) ?? []).filter(({ code }) => code === 'unlocked-input');
  async function opened(client: TestClient) {
    await client.file('input/flake.nix', '{ outputs = { self }: { greeting = "hi"; }; }\n');
    const url = `path:${join(client.folder, 'input')}`;
    const text = `{\n  inputs.greeter.url = "${url}";\n  outputs = { self, greeter }: { };\n}\n`;
    const { uri, file } = await client.file('app/flake.nix', text);
    await client.open(uri, text);
    await until('it is marked', () => unlocked(client, uri).length > 0);
    const [problem] = unlocked(client, uri);
    assert.ok(problem !== undefined);
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: problem.range,
      context: { diagnostics: [problem], only: ['quickfix'] },
    });
    return { uri, file, problem, actions };
  }

  it('are marked with what to do, and locked by a fix', async () => {
    const client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { inWorkspace: true },
    );
    try {
      const { uri, file, problem, actions } = await opened(client);
      assert.deepEqual(problem.range.start, { line: 1, character: 9 });
      assert.match(problem.message as string, /'greeter' is not in flake\.lock.*\n`nix flake lock`/);
      const command = actions.find(({ title }) => title.startsWith('Lock the inputs'))?.command;
      assert.ok(command !== undefined);
      const { command: name, arguments: given } = command;
      await client.connection.sendRequest('workspace/executeCommand', { command: name, arguments: given });
      assert.match(await readFile(join(file, '../flake.lock'), 'utf8'), /"greeter"/);
      await until('it is not marked', () => unlocked(client, uri).length === 0);
    } finally {
      await client.end();
    }
  });

  it('are never locked in a workspace that is not trusted', async () => {
    const client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { inWorkspace: true, trusted: false },
    );
    try {
      const { uri, actions } = await opened(client);
      assert.equal(
        actions.some(({ title }) => title.startsWith('Lock the inputs')),
        false,
      );
      const params = { command: 'phasewise.lockFlake', arguments: [{ uri }] };
      await assert.rejects(client.connection.sendRequest('workspace/executeCommand', params), /trust/i);
    } finally {
      await client.end();
    }
  });
});
