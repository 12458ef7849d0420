/** Hashes that are stale or stand-ins, and the true ones fetched by real Nix. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplyWorkspaceEditParams, CodeAction } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { nixConfig } from '../support/nixEnvironment';
import { repository } from './testAssets';
import { TestClient, until } from './testClient';

describe('hashes', function () {
  this.timeout(60_000);
  let client: Awaited<ReturnType<typeof TestClient.spawned>>;
  const applied: ApplyWorkspaceEditParams[] = [];

  beforeEach(async () => {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { settings: { evaluation: { debounceMs: 20 } } },
    );
    await cp(join(repository, 'examples/pkgs'), join(client.folder, 'pkgs'), { recursive: true });
    applied.length = 0;
    client.connection.onRequest('workspace/applyEdit', (params: ApplyWorkspaceEditParams) => {
      applied.push(params);
      return { applied: true };
    });
  });
  afterEach(() => client.end());

  const sri = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const textOf = (version: string, hash: string): string => `let pkgs = import ./pkgs { }; in
pkgs.stdenv.mkDerivation rec {
  pname = "fetched";
  version = "${version}";
  src = pkgs.fetchurl { url = "file://\${./files}/${process.pid}-\${version}.txt"; hash = ${hash}; };
  dontUnpack = true;
  installPhase = "cp $src $out";
}
`;
  const found = (code: string) =>
    (client.diagnostics.at(-1)?.diagnostics ?? []).filter((one) => one.code === code);

  async function fillIn(uri: string, code: string): Promise<void> {
    await until(`${code} is said`, () => found(code).length > 0);
    const [problem] = found(code);
    const params = { textDocument: { uri }, range: problem?.range, context: { diagnostics: [problem] } };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
    const command = actions.find(({ title }) => title === 'Fetch and fill in the hash')?.command;
    assert.ok(command !== undefined);
    await client.connection.sendRequest('workspace/executeCommand', command);
  }
  const newTexts = () =>
    applied.flatMap(({ edit }) =>
      (edit.documentChanges ?? []).flatMap((change) =>
        'edits' in change ? change.edits.map((one) => ('newText' in one ? one.newText : '')) : [],
      ),
    );

  it('are stale when the version is another than in the last commit, and filled in', async () => {
    await client.file(`files/${process.pid}-2.txt`, 'second');
    const committed = textOf('1', `"${sri('first')}"`);
    const { uri } = await client.file('default.nix', committed);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: client.folder });
    git('init', '-q');
    git('add', 'default.nix');
    git('commit', '-qm', 'a');
    await client.open(uri, textOf('2', `"${sri('first')}"`));
    await fillIn(uri, 'stale-hash');
    assert.deepEqual(newTexts(), [`"${sri('second')}"`]);
  });

  it('are refused while evaluating, and replaced by what Nix got', async () => {
    await client.file('tree/default.nix', '"fetched"');
    execFileSync('tar', ['czf', join(client.folder, 'tree.tgz'), '-C', client.folder, 'tree']);
    const fetched = (hash: string): string =>
      `import (builtins.fetchTarball { url = "file://${client.folder}/tree.tgz"; sha256 = ${hash}; })\n`;
    const text = fetched('"0000000000000000000000000000000000000000000000000000"');
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    await until('Nix refuses it', () => found('nix-eval').length > 0);
    const [problem] = found('nix-eval');
    const params = { textDocument: { uri }, range: problem?.range, context: { diagnostics: [problem] } };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
    const fix = actions.find(({ title }) => title.startsWith('Replace the hash by'));
    assert.equal(fix?.isPreferred, true);
    const [edit] = fix.edit?.changes?.[uri] ?? [];
    const value = execFileSync('nix-instantiate', ['--eval', '-E', fetched(edit?.newText ?? '')], {
      env: { ...process.env, NIX_CONFIG: nixConfig },
      encoding: 'utf8',
    });
    assert.equal(value.trim(), '"fetched"');
  });

  it('are fetched anew for another version, by one edit', async () => {
    await client.file(`files/${process.pid}-1.txt`, 'first');
    await client.file(`files/${process.pid}-2.txt`, 'second');
    const text = textOf('1', `"${sri('first')}"`);
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    const bump = { command: 'phasewise.bumpVersion', arguments: [{ uri, version: '2' }] };
    await client.connection.sendRequest('workspace/executeCommand', bump);
    assert.equal(applied.length, 1);
    const [change] = applied[0]?.edit.documentChanges ?? [];
    assert.ok(change !== undefined && 'edits' in change);
    const edits = change.edits.flatMap((edit) => ('range' in edit && 'newText' in edit ? [edit] : []));
    const bumped = TextDocument.applyEdits(TextDocument.create(uri, 'nix', 1, text), edits);
    assert.equal(bumped, textOf('2', `"${sri('second')}"`));

    const unknown = { command: 'phasewise.bumpVersion', arguments: [{ uri, version: '3' }] };
    await assert.rejects(
      client.connection.sendRequest('workspace/executeCommand', unknown),
      /could not be fetched/,
    );
    assert.equal(applied.length, 1);
  });

  it('are stand-ins, and filled in; what cannot be fetched is told in the words of Nix', async () => {
    await client.file(`files/${process.pid}-1.txt`, 'first');
    const text = textOf('1', 'pkgs.lib.fakeHash');
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    await fillIn(uri, 'fake-hash');
    assert.deepEqual(newTexts(), [`"${sri('first')}"`]);
    await client.change(uri, 2, textOf('nowhere', '""'));
    await assert.rejects(fillIn(uri, 'fake-hash'), /could not be fetched/);
    assert.equal(applied.length, 1);
  });
});
