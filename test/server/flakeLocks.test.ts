/** Inputs of a flake that are not locked, over real Nix: what is said of them, and that a command has Nix lock them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeAction, CompletionItem, CompletionList, Diagnostic } from 'vscode-languageserver/node';
import { atCursor } from '../support/cursor';
import { nixConfig } from '../support/nixEnvironment';
import { pause, TestClient, until } from './testClient';

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

  it('are proposed to be locked where names of what they have would be', async () => {
    const client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { inWorkspace: true },
    );
    try {
      await client.file('input/flake.nix', '{ outputs = { self }: { greeting = "hi"; tools.one = 1; }; }\n');
      const begin = `{ inputs.greeter.url = "path:${join(client.folder, 'input')}"; `;
      const saved = `${begin}outputs = { self, greeter }: { }; }\n`;
      const { uri } = await client.file('app/flake.nix', saved);
      await client.open(uri, saved);
      let version = 1;
      const completed = async (withCursor: string): Promise<readonly CompletionItem[]> => {
        const { text, offset } = atCursor(`${begin}${withCursor} }\n`);
        await client.change(uri, ++version, text);
        const position = { line: 0, character: offset };
        for (let tries = 0; ; tries++) {
          const told = await client.connection.sendRequest<CompletionList | CompletionItem[]>(
            'textDocument/completion',
            { textDocument: { uri }, position },
          );
          const items = 'items' in told ? told.items : told;
          if (items.length > 0 || tries > 100) return items;
          await pause(50);
        }
      };
      const texts = [
        'outputs = { self, greeter }: { a = greeter.|; };',
        'outputs = inputs: { a = inputs.greeter.gr| };',
        'outputs = { self, greeter }: let tools = (x: x) greeter.tools; in { a = tools.|; };',
      ];
      for (const text of texts) {
        const [item, ...more] = await completed(text);
        assert.deepEqual([item?.label, item?.detail, more], ['Lock greeter', 'nix flake lock', []], text);
        assert.match(JSON.stringify(item?.documentation), /is not in flake\.lock/);
      }
      const [item] = await completed('outputs = { self, greeter }: { a = greeter.|; };');
      assert.ok(item?.command !== undefined);
      const { command, arguments: given } = item.command;
      await client.connection.sendRequest('workspace/executeCommand', { command, arguments: given });
      const labels = (await completed('outputs = { self, greeter }: { a = greeter.|; };')).map(
        ({ label }) => label,
      );
      assert.ok(labels.includes('greeting') && !labels.includes('Lock greeter'), labels.join());
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
