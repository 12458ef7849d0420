/** A new package, asked for by an editor and fetched by real Nix. */
import { equal, match, rejects } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { newPackageRequest } from '../../server/src/protocol/packageMessages';
import type { Result } from '../../server/src/result';
import { FakeEngine } from '../support/fakeEngine';
import { nixConfig } from '../support/nixEnvironment';
import { TestClient } from './testClient';

describe('phasewise/newPackage', function () {
  it('fetches what is at an address, and writes the package of it', async () => {
    const client = await TestClient.spawned(join(__dirname, 'serverProgram.ts'), { NIX_CONFIG: nixConfig });
    const { folder } = client;
    await mkdir(join(folder, 'thing-2.1'));
    await writeFile(join(folder, 'thing-2.1/meson.build'), "project('thing', license: 'MIT')\n");
    execFileSync('tar', ['-C', folder, '-czf', join(folder, 'thing-2.1.tgz'), 'thing-2.1']);
    const source = `file://${folder}/thing-2.1.tgz`;
    const made = await client.connection.sendRequest(newPackageRequest, { source, folder });
    equal(made?.builder, 'meson');
    match(made.text, /hash = "sha256-[^"]+";/);
    const missing = { source: `${folder}/nothing`, folder };
    await rejects(client.connection.sendRequest(newPackageRequest, missing), /does not exist/);
    await client.end();
  });

  it('fetches nothing in a workspace that is not trusted, and stops when it is cancelled', async () => {
    const engine = new FakeEngine();
    const untrusted = await TestClient.over(engine, { trusted: false });
    const wish = { source: 'https://x.example/a-1.tar.gz', folder: '/' };
    await rejects(untrusted.connection.sendRequest(newPackageRequest, wish), /not trusted/);
    await untrusted.end();
    const client = await TestClient.over(
      Object.assign(engine, {
        packages: {
          ...engine.packages,
          create: async (_: unknown, signal: AbortSignal): Promise<Result<never>> => {
            if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
            return { ok: false, error: { code: 'cancelled', message: 'Stopped.', advice: null } };
          },
        },
      }),
    );
    const cancelling = new CancellationTokenSource();
    const asked = client.connection.sendRequest(newPackageRequest, wish, cancelling.token);
    cancelling.cancel();
    await rejects(asked, /Stopped|cancelled/);
    await client.end();
  });
});
