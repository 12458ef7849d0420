import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction } from 'vscode-languageserver/node';
import { pinsNotification } from '../../server/src/protocol/pinMessages';
import { buildRequest } from '../../server/src/protocol/messages';
import { success } from '../../server/src/result';
import { nixConfig } from '../support/nixEnvironment';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf, failureOf } from '../support/modelSamples';
import { buildResult, text } from './runFixture';
import { TestClient, until } from './testClient';

const range = { start: { line: 0, character: 0 }, end: { line: 90, character: 0 } };

function actionsOf(client: TestClient, uri: string): Promise<CodeAction[]> {
  const params = { textDocument: { uri }, range, context: { diagnostics: [], only: ['quickfix'] } };
  return client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
}

describe('commands that a failure offers', () => {
  for (const commands of [[], ['phasewise.openReject', 'phasewise.goOnInKept']]) {
    it(`are code actions where the client has them: ${commands.length}`, async () => {
      const engine = new FakeEngine();
      const client = await TestClient.over(engine, { commands });
      try {
        const { file, uri } = await client.file('default.nix', text);
        engine.onEvaluate = () =>
          Promise.resolve({ diagnostics: [], derivations: [derivationOf(file)], message: null });
        const line = 7;
        const reject = {
          kind: 'openReject',
          file: 'a.c',
          reject: 'a.c.rej',
          line,
          phase: 'patchPhase',
        } as const;
        const kept = { kind: 'goOnInKept', folder: '/tmp/kept', phase: 'patchPhase', drvPath: null } as const;
        const failed = failureOf({ file, range: { ...range, end: range.start }, offers: [reject, kept] });
        engine.onBuild = () => Promise.resolve(success(buildResult(failed)));
        await client.open(uri, text);
        await client.connection.sendRequest(buildRequest, {
          uri,
          attr: '',
          rebuild: false,
          keepFailed: false,
          args: ['-K'],
        });
        assert.ok(engine.keptFailed);
        const told = (await actionsOf(client, uri)).flatMap(({ title, command }) =>
          // Fixes of the text itself have none.
          command === undefined ? [] : [[title, command.arguments]],
        );
        const all = [
          ['Open a.c.rej beside a.c', [{ uri, attr: '', ...reject }]],
          ['Go on in the kept directory at patchPhase', [{ uri, attr: '', ...kept }]],
        ];
        assert.deepEqual(told, commands.length === 0 ? [] : all);
      } finally {
        await client.end();
      }
    });
  }
});

describe('a file that a flake does not see', function () {
  this.timeout(60_000);

  it('is told to git by a quick fix, whatever its name is', async () => {
    const client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { settings: { evaluation: { debounceMs: 50 } } },
    );
    try {
      const folder = join(client.folder, 'flake');
      const name = '-n; $(touch x) *.nix';
      await mkdir(folder);
      const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
      const flake = `{ outputs = { self }: { packages."\${import (./. + "/${name.replace('$', '\\$')}")}".default = derivation { name = "a"; system = "x"; builder = "/b"; }; }; }\n`;
      await writeFile(join(folder, 'flake.nix'), flake);
      await writeFile(join(folder, name), 'builtins.currentSystem or "x86_64-linux"');
      git('init', '--quiet');
      git('add', 'flake.nix');
      const uri = pathToFileURL(join(folder, 'flake.nix')).href;
      const pin = { uri: pathToFileURL(folder).href.replace('file', 'phasewise-flake'), attr: '' };
      await client.connection.sendNotification(pinsNotification, { pins: [pin] });
      await until('Nix to miss it', () => /does not see/.test(JSON.stringify(client.published(uri))), 30_000);
      const [action] = await actionsOf(client, uri);
      assert.equal(action?.title, `Tell git of ${name} (git add -N)`);
      await client.connection.sendRequest('workspace/executeCommand', {
        command: action.command?.command,
        arguments: action.command?.arguments,
      });
      assert.equal(git('ls-files', '-z').split('\0')[0], name);
      // Known, and nothing of it staged.
      assert.match(git('status', '--porcelain', '-z'), /^ A -n; /m);
      await until('it to be seen', () => client.published(uri)?.length === 0, 30_000);
      assert.deepEqual((await readdir(folder)).sort(), ['.git', name, 'flake.nix'].sort());
    } finally {
      await client.end();
    }
  });
});
