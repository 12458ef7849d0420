import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { nixLogFiles } from '../../server/src/nix/log';
import { nixEnvironment } from '../support/nixEnvironment';
import { NixTestbed, shellDerivation, unique } from './nixTestbed';

describe('logs by the real Nix', () => {
  let bed: NixTestbed;
  let silent: Server;
  let asked = 0;
  const never = new AbortController().signal;
  before(async () => {
    bed = await NixTestbed.open();
    // A substituter that is down: it takes a connection and hangs up.
    silent = createServer((socket) => {
      asked++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    silent.close();
    await bed.close();
  });

  const derivation = (name: string) =>
    bed.instantiate(shellDerivation(`${name}-${unique}`, 'echo from the builder; echo x > $out'));

  it('come from a substituter when the store has none, and one that is down is not waited for twice', async () => {
    const drvPath = await derivation('elsewhere');
    const cache = await mkdtemp(join(tmpdir(), 'phasewise-cache-'));
    await mkdir(join(cache, 'log'));
    await writeFile(join(cache, 'nix-cache-info'), `StoreDir: ${bed.nix.installation.storeDir}\n`);
    await writeFile(join(cache, 'log', basename(drvPath)), 'from the builder\n');
    const { port } = silent.address() as { port: number };
    const other = await NixTestbed.open({
      store: '',
      options: { substituters: `http://127.0.0.1:${port} file://${cache}` },
      searchPath: [],
    });
    const log = async (path: string) => {
      let text = '';
      const result = await other.nix.log(path, (chunk) => (text += Buffer.from(chunk).toString()), never);
      return result.ok ? text : result.error;
    };
    assert.equal(await log(drvPath), 'from the builder\n');
    assert.ok(asked > 0);
    const before = asked;
    assert.equal(await log(drvPath), 'from the builder\n');
    assert.equal(asked, before);
    const missing = await log(drvPath.replace(/-elsewhere-/, '-nowhere-'));
    assert.ok(typeof missing === 'object' && missing.code === 'log-missing');
    assert.equal(asked, before);
    await other.close();
    await rm(cache, { recursive: true });
  });

  it('are where they are looked for, and missing in words when there is none', async () => {
    const drvPath = await derivation('here');
    const missing = await bed.nix.log(drvPath, () => undefined, never);
    assert.ok(!missing.ok && missing.error.code === 'log-missing');
    assert.match(missing.error.message, /not available/);
    await bed.nix.build(drvPath, { rebuild: false, keepFailed: false }, () => undefined, never);
    const files = nixLogFiles(bed.nix.installation, nixEnvironment(), drvPath);
    assert.equal(files.filter((file) => existsSync(file)).length, 1);
    const cancelled = await bed.nix.log(drvPath, () => undefined, AbortSignal.abort());
    assert.ok(!cancelled.ok && cancelled.error.code === 'cancelled');
  });
});
