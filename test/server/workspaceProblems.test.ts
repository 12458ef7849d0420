/** Diagnostics of files that are not open, and for clients that ask for diagnostics. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  DocumentDiagnosticRequest,
  WorkspaceDiagnosticRequest,
  type FullDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { FakeEngine } from '../support/fakeEngine';
import { diagnosticsOf } from '../../server/src/analysis/textDiagnostics';
import { findingsOf } from '../../server/src/analysis/findings';
import { TestClient, until } from './testClient';

function engineThatChecks(): FakeEngine {
  const engine = new FakeEngine();
  engine.onCheckStatic = (target) =>
    target.kind === 'nix' ? diagnosticsOf(target.tree, target.file, findingsOf(target.tree)) : [];
  return engine;
}

describe('diagnostics of the whole workspace', () => {
  let client: TestClient;
  afterEach(() => client.end());
  const last = (uri: string) => {
    const found = client.diagnostics.findLast((published) => published.uri === uri);
    return found?.diagnostics.map(({ code }) => code);
  };

  it('are those of closed files as they are on the disk, as long as they are wanted', async () => {
    const capabilities = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } };
    client = await TestClient.over(engineThatChecks(), {
      ...{ capabilities, inWorkspace: true },
      settings: { checks: { wholeWorkspace: true } },
    });
    const broken = await client.file('é $x/broken.nix', '{ a = ; b = { c }: 1; }');
    const fine = await client.file('fine.nix', '1');

    const changed = (uri: string) =>
      client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
    await changed(broken.uri);
    await until('the closed file', () => last(broken.uri)?.join(' ') === 'syntax');
    assert.equal(last(fine.uri), undefined);
    // While it is open, what it says there counts.
    await client.open(broken.uri, '{ a = 1; }', 1);
    await until('the open text', () => last(broken.uri)?.length === 0);
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: broken.uri } });
    await until('the closed file again', () => last(broken.uri)?.join(' ') === 'syntax');
    await rm(broken.file);
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: broken.uri, type: 3 }],
    });
    await until('nothing of what is gone', () => last(broken.uri)?.length === 0);
    await writeFile(fine.file, 'x');
    await changed(fine.uri);
    await until('the other', () => last(fine.uri)?.join(' ') === 'undefined-variable');
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
    await until('nothing where it is not wanted', () => last(fine.uri)?.length === 0);
  });

  it('are kept for a client that asks for them, and told as unchanged when they are', async () => {
    const capabilities = {
      textDocument: { diagnostic: {} },
      workspace: { diagnostics: { refreshSupport: true } },
    };
    client = await TestClient.over(engineThatChecks(), { capabilities, pullDiagnostics: true });
    let refreshes = 0;
    client.connection.onRequest('workspace/diagnostic/refresh', () => {
      refreshes++;
      return null;
    });
    assert.equal(client.initialized?.capabilities.diagnosticProvider !== undefined, true);
    const uri = pathToFileURL(join(client.folder, 'a.nix')).href;
    await client.open(uri, 'x', 3);
    await until('a refresh', () => refreshes > 0);
    const ask = (previousResultId?: string) =>
      client.connection.sendRequest(DocumentDiagnosticRequest.type, {
        textDocument: { uri },
        ...(previousResultId !== undefined && { previousResultId }),
      });
    const first = (await ask()) as FullDocumentDiagnosticReport;
    assert.deepEqual(
      first.items.map(({ code }) => code),
      ['undefined-variable'],
    );
    assert.equal((await ask(first.resultId)).kind, 'unchanged');
    const all = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, {
      previousResultIds: [],
    });
    assert.deepEqual(
      all.items.map((item) => [item.uri, item.version]),
      [[uri, 3]],
    );
    assert.deepEqual(client.diagnostics, [], 'nothing is published as well');
  });
});
