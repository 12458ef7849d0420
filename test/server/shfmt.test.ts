/** The bash of a document as the real shfmt has it. */
import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplyWorkspaceEditParams, CodeAction, TextEdit } from 'vscode-languageserver/node';
import { TestClient } from './testClient';

const messy = `stdenv.mkDerivation {
  buildPhase = ''
    if [ -n "$x" ];then
          make   install PREFIX=\${placeholder "out"}
        \${lib.optionalString a ''
      echo   kept
    ''}
    fi
    echo 'a ''\${b}'  >$out/x
  '';
  checkPhase = ''
    cat <<EOF
      as   it is
    EOF
    echo $(ls  -l)
  '';
  broken = ''x'';
  installPhase = ''
    if then
  '';
}
`;

describe('shfmt', function () {
  let client: Awaited<ReturnType<typeof TestClient.spawned>>;
  const applied: ApplyWorkspaceEditParams[] = [];

  async function begin(formatting: object): Promise<void> {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      {},
      { settings: { formatting, evaluation: { enable: false } } },
    );
    applied.length = 0;
    client.connection.onRequest('workspace/applyEdit', (params: ApplyWorkspaceEditParams) => {
      applied.push(params);
      return { applied: true };
    });
  }
  afterEach(() => client.end());

  function edited(text: string, edits: readonly TextEdit[]): string {
    const lines = text.split(/(?<=\n)/);
    const at = ({ line, character }: TextEdit['range']['start']): number =>
      lines.slice(0, line).join('').length + character;
    let result = text;
    for (const edit of [...edits].sort((a, b) => at(b.range.start) - at(a.range.start)))
      result = result.slice(0, at(edit.range.start)) + edit.newText + result.slice(at(edit.range.end));
    return result;
  }

  it('formats the text around the cursor, with what Nix puts in as it was, and leaves the rest alone', async () => {
    await begin({});
    const { uri } = await client.file('a.nix', messy);
    await client.open(uri, messy);
    const range = { start: { line: 3, character: 10 }, end: { line: 3, character: 10 } };
    const params = { textDocument: { uri }, range, context: { diagnostics: [] } };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
    const action = actions.find(({ title }) => title === 'Format this bash with shfmt');
    assert.ok(action?.command !== undefined);
    await client.connection.sendRequest('workspace/executeCommand', action.command);
    const [change] = applied[0]?.edit.documentChanges ?? [];
    assert.ok(change !== undefined && 'edits' in change);
    assert.equal(
      edited(messy, change.edits as TextEdit[]),
      messy
        .replace('];then\n          make   install', ']; then\n      make install')
        .replace('    ${lib', '  ${lib')
        .replace('  >$out/x', ' >$out/x'),
    );
  });

  it('is part of formatting a document when that is wanted; what does not parse stays', async () => {
    await begin({ bash: true, program: '' });
    const formatter = join(client.folder, 'formatter');
    await writeFile(formatter, '#!/bin/sh\nexec cat\n');
    await chmod(formatter, 0o755);
    const settings = {
      phasewise: { formatting: { bash: true, program: formatter }, evaluation: { enable: false } },
    };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings });
    const { uri } = await client.file('a.nix', messy);
    await client.open(uri, messy);
    const options = { tabSize: 2, insertSpaces: true };
    const edits = await client.connection.sendRequest<TextEdit[]>('textDocument/formatting', {
      textDocument: { uri },
      options,
    });
    const result = edited(messy, edits);
    assert.ok(result.includes('      make install PREFIX=${placeholder "out"}\n'), result);
    assert.ok(result.includes('\n      as   it is\n'), result);
    assert.ok(result.includes('echo $(ls -l)') || result.includes('echo $(ls  -l)'), result);
    assert.ok(result.includes('    if then\n'), result);
    assert.equal(await readFile(join(client.folder, 'a.nix'), 'utf8'), messy);
  });

  it('says what to do when there is none', async () => {
    await begin({ shfmt: 'no-such-shfmt' });
    const { uri } = await client.file('a.nix', messy);
    await client.open(uri, messy);
    const command = {
      command: 'phasewise.formatBash',
      arguments: [{ uri, position: { line: 3, character: 9 } }],
    };
    await assert.rejects(
      client.connection.sendRequest('workspace/executeCommand', command),
      /no-such-shfmt.*was not found.*Install shfmt/s,
    );
  });
});
