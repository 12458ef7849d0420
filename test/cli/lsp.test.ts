import { deepEqual, equal } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  StreamMessageReader,
  StreamMessageWriter,
  createMessageConnection,
} from 'vscode-languageserver-protocol/node';
import { repository } from '../support/commandLine';

describe('phasewise lsp', () => {
  const start = () => {
    const child = spawn(process.execPath, [join(repository, 'dist/phasewise.js'), 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    return { child, connection, ended };
  };
  const initialize = {
    processId: null,
    rootUri: null,
    capabilities: {},
    initializationOptions: { trusted: false },
  };

  it('answers, publishes diagnostics of a text, and ends when asked', async () => {
    const { connection, ended } = start();
    const answer = await connection.sendRequest<{ capabilities: { hoverProvider?: boolean } }>(
      'initialize',
      initialize,
    );
    equal(answer.capabilities.hoverProvider, true);
    const published = new Promise<{ uri: string; diagnostics: readonly unknown[] }>((resolve) =>
      connection.onNotification('textDocument/publishDiagnostics', resolve),
    );
    await connection.sendNotification('initialized', {});
    const textDocument = { uri: 'file:///nowhere/x.nix', languageId: 'nix', version: 1, text: '{ a = ' };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    const { uri, diagnostics } = await published;
    deepEqual([uri, diagnostics.length > 0], ['file:///nowhere/x.nix', true]);
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    equal(await ended, 0);
    connection.dispose();
  });

  it('ends when its input ends', async () => {
    const { child, connection, ended } = start();
    await connection.sendRequest('initialize', initialize);
    child.stdin.end();
    equal(typeof (await ended), 'number');
    connection.dispose();
  });
});
