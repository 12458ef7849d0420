import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  compareLogsRequest,
  findInLogRequest,
  findLogRequest,
  logDocumentRequest,
  logHistoryRequest,
  logLinksRequest,
  logTextRequest,
  saveLogRequest,
} from '../../server/src/protocol/logMessages';
import { documentLineOf } from '../../server/src/protocol/logPlaces';
import { logAddress, readLogQuery, type LogAddress } from '../../server/src/protocol/logUri';
import { buildRequest, logRequest, runRequest } from '../../server/src/protocol/messages';
import { nixConfig } from '../support/nixEnvironment';
import { repository } from './testAssets';
import { TestClient, until } from './testClient';

type SpawnedClient = Awaited<ReturnType<typeof TestClient.spawned>>;

describe('log documents of real builds', function () {
  this.timeout(90_000);
  let client: SpawnedClient;
  beforeEach(async () => {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { settings: { evaluation: { debounceMs: 50 } } },
    );
  });
  afterEach(() => client.end());

  const page = async (address: LogAddress) => {
    const answer = await client.connection.sendRequest(logDocumentRequest, address);
    if (answer.kind === 'none') assert.fail(answer.message);
    return answer.document;
  };

  /** The text that related information of the problem leads to, in the log's document, and what it says there. */
  async function saidInLog(uri: string, id: string | undefined) {
    const leadsTo = () =>
      (client.published(uri) ?? [])
        .flatMap(({ relatedInformation }) => relatedInformation ?? [])
        .map(({ location, message }) => ({ message, line: location.range.start.line, uri: location.uri }))
        .map((place) => ({
          ...place,
          address: readLogQuery(decodeURIComponent(place.uri.split('?')[1] ?? '')),
        }))
        .find(({ address }) => address !== null && address.id === id);
    await until('a place in the log', () => leadsTo() !== undefined);
    const { address, line, message } = leadsTo() ?? assert.fail();
    assert.ok(address !== null && address.line === line);
    return [message, (await page(address)).text.split('\n')[line]];
  }

  async function opened(attributes: string) {
    const file = join(client.folder, 'logged', 'default.nix');
    await mkdir(join(client.folder, 'logged'), { recursive: true });
    const text = `let pkgs = import ${join(repository, 'examples/pkgs')} { }; in
pkgs.stdenv.mkDerivation { name = "logged"; nonce = "${Date.now()}-${process.pid}"; src = ./src; ${attributes} }`;
    await mkdir(join(client.folder, 'logged/src'), { recursive: true });
    await writeFile(join(client.folder, 'logged/src/main.c'), 'int main;\nbad\n');
    await writeFile(file, text);
    const uri = pathToFileURL(file).href;
    await client.open(uri, text);
    await until('the drawing', () => client.drawing(uri)?.busy === false, 30_000);
    return { uri, attr: '' };
  }

  it('are those of the build that failed and of the run after it, with their history, links and files', async () => {
    const key = await opened(
      `buildPhase = ''echo "main.c:2:1: error: no"; echo "$src/main.c:1: note"; exit 3'';`,
    );
    const build = await client.connection.sendRequest(buildRequest, {
      ...key,
      rebuild: false,
      keepFailed: false,
    });
    assert.equal(build?.status, 'failed');
    const found = await client.connection.sendRequest(findLogRequest, { key, phase: 'buildPhase' });
    assert.ok(found.address !== null);
    const built = await page(found.address);
    const lines = built.text.split('\n');
    assert.match(lines[built.failing ?? -1] ?? '', /^main\.c:2:1: error: no$/);
    assert.match(lines[0] ?? '', /^── buildPhase/);
    const [ofBuild] = await client.connection.sendRequest(logHistoryRequest, key);
    const error = 'main.c:2:1: error: no';
    assert.deepEqual(await saidInLog(key.uri, ofBuild?.id), [error, error]);
    const source = pathToFileURL(join(client.folder, 'logged/src/main.c')).href;
    assert.deepEqual(
      client.published(source)?.map(({ range, message }) => [range.start.line, message]),
      [[1, 'no']],
    );

    await client.connection.sendRequest(runRequest, {
      ...key,
      selection: 'only',
      phase: 'buildPhase',
      fresh: true,
    });
    const history = await client.connection.sendRequest(logHistoryRequest, key);
    assert.deepEqual(
      history.map(({ kind, status, failedPhase }) => [kind, status, failedPhase]),
      [
        ['run', 'failed', 'buildPhase'],
        ['build', 'failed', 'buildPhase'],
      ],
    );
    assert.deepEqual(await saidInLog(key.uri, history[0]?.id), [error, error]);
    const published = client.diagnostics.filter(({ uri }) => uri === source);
    // Said by the build, gone as the run began, said by the run.
    assert.deepEqual(
      published.map(({ diagnostics }) => diagnostics.length),
      [1, 0, 1],
    );
    assert.ok(history[1]?.phases.some(({ name, seconds }) => name === 'unpackPhase' && seconds > 0));
    const ran = await page(logAddress(build.drvPath, { id: history[0]?.id ?? '', phase: 'buildPhase' }));
    assert.match(ran.text, /main\.c:2:1: error: no\n/);
    const whole = await page(logAddress(build.drvPath, { id: history[1]?.id ?? '' }));
    assert.match(whole.text, /── unpackPhase[\s\S]*── buildPhase/);

    const links = await client.connection.sendRequest(logLinksRequest, found.address);
    const [first, second] = links.map(({ file, line }) => [file, line] as const);
    assert.equal(first?.[1], 1);
    assert.equal(await readFile(first[0], 'utf8'), 'int main;\nbad\n');
    assert.match(second?.[0] ?? '', /-src\/main\.c$/);

    const file = join(client.folder, 'saved.log');
    const saved = await client.connection.sendRequest(saveLogRequest, { address: found.address, file });
    assert.deepEqual(saved, { message: null });
    assert.match(await readFile(file, 'utf8'), /^── buildPhase─*[\s\S]*error: no\n/);
    const nowhere = await client.connection.sendRequest(saveLogRequest, {
      address: found.address,
      file: join(client.folder, 'no/such/folder/x'),
    });
    assert.match(nowhere.message ?? '', /could not be read or written/);
  });

  it('of a run are folded by the hooks that printed them', async () => {
    const key = await opened(
      `preBuild = "echo one; echo two"; buildPhase = "runHook preBuild; echo three; runHook postBuild"; postBuild = "echo four; echo five";`,
    );
    await client.connection.sendRequest(runRequest, {
      ...key,
      selection: 'until',
      phase: 'buildPhase',
      fresh: true,
    });
    const [entry] = await client.connection.sendRequest(logHistoryRequest, key);
    for (const phase of ['buildPhase', null]) {
      const shown = await page(logAddress('', { id: entry?.id ?? '', phase }));
      const lines = shown.text.split('\n');
      const hooks = shown.folds.filter(({ kind }) => kind === 'hook');
      assert.deepEqual(
        hooks.map(({ start, end }) => [lines[start], lines[end]]),
        [
          ['one', 'two'],
          ['four', 'five'],
        ],
      );
    }
    const lineOf = async (hook: string) => {
      const found = await client.connection.sendRequest(findLogRequest, { key, phase: 'buildPhase', hook });
      const { address, message } = found;
      if (address?.line == null) return message;
      const shown = await page(address);
      return shown.text.split('\n')[documentLineOf(shown, address.line)];
    };
    assert.equal(await lineOf('preBuild'), 'one');
    assert.equal(await lineOf('postBuild'), 'four');
    assert.equal(await lineOf('preInstall'), 'preInstall printed nothing in the last run of buildPhase.');
  });

  it('of a build do not tell what its hooks printed, which is said', async () => {
    const key = await opened(
      `preBuild = "echo one"; buildPhase = "runHook preBuild"; installPhase = "touch $out";`,
    );
    await client.connection.sendRequest(buildRequest, { ...key, rebuild: false, keepFailed: false });
    const hook = 'preBuild';
    const found = await client.connection.sendRequest(findLogRequest, { key, phase: 'buildPhase', hook });
    assert.match(
      found.message ?? '',
      /^What preBuild printed is marked in runs of buildPhase, not in builds/,
    );
    assert.match((await page(found.address ?? assert.fail())).text, /^one$/m);
  });

  it('lead to the first error, thousands of lines before the end', async () => {
    const key = await opened(
      `buildPhase = ''echo cc; echo "main.c:2:1: fatal error: zstd.h: No such file or directory"; echo "    2 | bad"; seq 5000; exit 2'';`,
    );
    const error = 'main.c:2:1: fatal error: zstd.h: No such file or directory';
    const build = await client.connection.sendRequest(buildRequest, {
      ...key,
      rebuild: false,
      keepFailed: false,
    });
    const run = await client.connection.sendRequest(runRequest, {
      ...key,
      selection: 'until',
      phase: 'buildPhase',
      fresh: true,
    });
    const [ofRun, ofBuild] = await client.connection.sendRequest(logHistoryRequest, key);
    const ran = run?.phases.find(({ status }) => status === 'failed')?.failure;
    for (const [failed, entry] of [
      [build?.failure, ofBuild],
      [ran, ofRun],
    ] as const) {
      assert.deepEqual(
        failed?.decisive?.map(({ text }) => text),
        [error, '    2 | bad'],
      );
      assert.match(failed.explanation ?? '', /zstd\.h/);
      assert.equal(failed.log?.line, failed.decisive[0]?.number);
      for (const phase of ['buildPhase', null]) {
        const shown = await page(logAddress(failed.drvPath ?? '', { id: entry?.id ?? '', phase }));
        assert.equal(shown.text.split('\n')[shown.failing ?? -1], error);
      }
    }
    assert.deepEqual(await saidInLog(key.uri, ofRun?.id), [error, error]);
  });

  it('that are shown in part are searched and copied whole', async () => {
    const key = await opened(
      `buildPhase = ''echo "a.c:1:1: error: early"; seq 150000; echo "b.c:1:1: error: amid"; seq 150000; echo last; exit 1'';`,
    );
    await client.connection.sendRequest(buildRequest, { ...key, rebuild: false, keepFailed: false });
    const found = await client.connection.sendRequest(findLogRequest, { key, phase: 'buildPhase' });
    const address = found.address ?? assert.fail();
    const shown = await page(address);
    assert.deepEqual([shown.first, shown.shown < shown.total, shown.total], [0, true, 300_004]);
    const find = async (from: number, step: 1 | -1, text: string | null = null) => {
      const answer = await client.connection.sendRequest(findInLogRequest, { address, from, step, text });
      assert.equal(answer.message, null);
      return answer.line;
    };
    assert.deepEqual([await find(1, 1), await find(150_002, 1), await find(1, -1)], [150_002, 1, 150_002]);
    assert.deepEqual([await find(1, 1, 'LAST'), await find(1, 1, 'nowhere')], [300_003, null]);
    const moved = await page({ ...address, line: 150_002 });
    assert.match(moved.text.split('\n')[documentLineOf(moved, 150_002)] ?? '', /error: amid/);
    const copied = await client.connection.sendRequest(logTextRequest, address);
    assert.ok(copied.kind === 'text');
    const lines = copied.text.split('\n');
    assert.deepEqual(
      [lines.length, lines[150_002], lines[300_003]],
      [300_005, 'b.c:1:1: error: amid', 'last'],
    );

    const compared = await client.connection.sendRequest(compareLogsRequest, {
      older: address,
      newer: address,
    });
    const phases = compared.phases ?? assert.fail(compared.message ?? '');
    assert.ok(phases.some(({ phase, lines }) => phase === 'buildPhase' && lines.newer === 300_004));
    assert.ok(phases.every(({ state, parts }) => state === 'same' && parts.length === 0));

    const gone = { ...address, id: `${'0'.repeat(17)}-${'0'.repeat(12)}-${'0'.repeat(32)}-${'0'.repeat(8)}` };
    const missing = await client.connection.sendRequest(findInLogRequest, {
      ...{ address: gone, from: 0, step: 1, text: null },
    });
    assert.match(missing.message ?? '', /not kept any more/);
  });

  it('that were deleted between list and open are told as gone, and what Nix kept takes their place', async () => {
    const key = await opened(`buildPhase = "echo made here"; installPhase = "touch $out";`);
    const build = await client.connection.sendRequest(buildRequest, {
      ...key,
      rebuild: false,
      keepFailed: false,
    });
    assert.equal(build?.status, 'built');
    const [entry] = await client.connection.sendRequest(logHistoryRequest, key);
    assert.ok(entry !== undefined);
    const folder = join(client.folder, 'state/phasewise/logs');
    for (const name of await readdir(folder)) if (name.endsWith('.log')) await rm(join(folder, name));
    const gone = await client.connection.sendRequest(
      logDocumentRequest,
      logAddress(build.drvPath, { id: entry.id }),
    );
    assert.ok(gone.kind === 'none' && gone.message.includes('not kept any more'));
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    assert.match((await page(logAddress(build.drvPath))).text, /── buildPhase[\s\S]*made here/);
    assert.deepEqual(await client.connection.sendRequest(logHistoryRequest, key), []);
    const streamed = await client.connection.sendRequest(logRequest, { key, storePath: null, id: 'x' });
    assert.equal(streamed.message, null);
  });
});
