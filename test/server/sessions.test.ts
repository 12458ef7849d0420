import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DidChangeWatchedFilesNotification, FileChangeType } from 'vscode-languageserver-protocol';
import { buildDirectoryRequest } from '../../server/src/protocol/buildDirectoryMessages';
import { pinsNotification } from '../../server/src/protocol/pinMessages';
import { redrawRequest, runRequest, stopRequest, type RunParams } from '../../server/src/protocol/messages';
import { dropSessionsRequest, sessionsRequest } from '../../server/src/protocol/sessionMessages';
import { nixConfig } from '../support/nixEnvironment';
import { commandLinesWith } from '../support/processes';
import { repository } from './testAssets';
import { TestClient, until } from './testClient';
import { removeWorkFolders } from '../support/workFolders';

type SpawnedClient = Awaited<ReturnType<typeof TestClient.spawned>>;

const text = `# A derivation whose phases can be told apart.
let pkgs = import ${join(repository, 'examples/pkgs')} { }; in
pkgs.stdenv.mkDerivation {
  name = "kept";
  dontUnpack = true;
  buildPhase = "echo built > made";
  installPhase = "cp made $out";
}
`;

/** A phase that would take the night; the number is found in no other process's arguments. */
const night = String(30_000 + Math.floor(Math.random() * 1_000_000) / 1_000_000);

describe('what sessions keep', function () {
  this.timeout(120_000);
  let folder: string;
  let file: string;
  let uri: string;
  const clients: SpawnedClient[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phasewise-sessions-'));
    file = join(folder, 'default.nix');
    uri = pathToFileURL(file).href;
    await writeFile(file, text);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end();
    await until('nothing to be left', () => commandLinesWith(`sleep ${night}`).length === 0, 20_000);
    removeWorkFolders(join(folder, 'state'));
    await rm(folder, { recursive: true, force: true });
  });

  /** A window of the user: another server over the same sessions. */
  async function started(): Promise<SpawnedClient> {
    const client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, XDG_STATE_HOME: join(folder, 'state') },
      { settings: { evaluation: { debounceMs: 20 } } },
    );
    clients.push(client);
    return client;
  }

  /** Such a window with the file open. */
  async function opened(content = text): Promise<SpawnedClient> {
    const client = await started();
    await client.open(uri, content);
    return client;
  }

  const run = (client: SpawnedClient, over: Partial<RunParams> = {}) =>
    client.connection.sendRequest(runRequest, {
      ...{ uri, attr: '', selection: 'all', phase: null, fresh: false },
      ...over,
    });

  function states(client: SpawnedClient): Readonly<Record<string, string>> {
    const phases = client.session(uri)?.phases ?? [];
    return Object.fromEntries(phases.map(({ name, status, stale }) => [name, stale ?? status]));
  }

  const told = (client: SpawnedClient, phase: string, words: RegExp) =>
    until(`${phase} to be ${words.source}`, () => words.test(states(client)[phase] ?? ''), 30_000);

  it('is told after a run; an edit makes stale what it reaches before anything runs, a comment nothing', async () => {
    const client = await opened();
    const none = await client.connection.sendRequest(buildDirectoryRequest, { uri, attr: '' });
    assert.equal(none.directory, null);
    assert.match(none.message ?? '', /No phase .* has been run/);
    await run(client);
    await told(client, 'installPhase', /^ok$/);
    assert.equal(client.session(uri)?.edit, null);
    const asked = await client.connection.sendRequest(buildDirectoryRequest, { uri, attr: '' });
    const { id, buildDirectory } = client.session(uri) ?? {};
    assert.deepEqual(asked, { directory: { id, folder: buildDirectory }, message: null });
    assert.equal(readFileSync(join(buildDirectory ?? '', 'made'), 'utf8'), 'built\n');
    const ran = client.events().length;
    await client.change(uri, 2, text.replace('cp made $out', 'cp -v made $out'));
    await told(client, 'installPhase', /installPhase was edited/);
    assert.equal(states(client)['buildPhase'], 'ok');
    assert.deepEqual(client.session(uri)?.edit?.reach, 'phase');
    await client.change(uri, 3, text.replace('# A derivation', '# This is a derivation'));
    await told(client, 'installPhase', /^ok$/);
    assert.equal(client.session(uri)?.edit, null);
    await client.change(uri, 4, text.replace('echo built', 'echo rebuilt'));
    await told(client, 'buildPhase', /buildPhase was edited/);
    assert.match(states(client)['installPhase'] ?? '', /buildPhase was edited/);
    assert.equal(client.events().length, ran, 'nothing ran');
    const result = await run(client);
    const again = result?.phases.filter(({ reused, status }) => !reused && status === 'ok');
    assert.equal(again?.[0]?.name, 'buildPhase');
    await told(client, 'installPhase', /^ok$/);
  });

  it('is told of a phase that ran before an earlier one ran again', async () => {
    const client = await opened();
    await run(client);
    await run(client, { selection: 'only', phase: 'buildPhase' });
    await told(client, 'installPhase', /buildPhase ran again since/);
    assert.equal(states(client)['buildPhase'], 'ok');
    await run(client);
    await told(client, 'installPhase', /^ok$/);
  });

  it('says of an edit of the stdenv or of what setup reads that all begins anew, and why', async () => {
    const client = await opened();
    await run(client);
    await told(client, 'installPhase', /^ok$/);
    await client.change(uri, 2, text.replace('name = "kept"', 'name = "renamed"'));
    await told(client, 'buildPhase', /name changed/);
    assert.equal(client.session(uri)?.edit?.reach, 'everything');
  });

  it('is told of an edit of the source or of an input on the disk, and why a run goes on where it does', async () => {
    await mkdir(join(folder, 'src'));
    await writeFile(join(folder, 'src/main'), 'one');
    await writeFile(join(folder, 'tool.nix'), '"one"');
    const content = text
      .replace('dontUnpack = true;', 'src = ./src; tool = import ./tool.nix;')
      .replace('echo built > made', 'echo $tool | cat main - > made');
    const client = await opened(content);
    await run(client);
    await told(client, 'installPhase', /^ok$/);
    const write = async (name: string, bytes: string) => {
      await writeFile(join(folder, name), bytes);
      await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
        changes: [{ uri: pathToFileURL(join(folder, name)).href, type: FileChangeType.Changed }],
      });
    };
    await write('tool.nix', '"two"');
    await told(client, 'buildPhase', /tool was edited; it is read first in buildPhase/);
    assert.equal(states(client)['patchPhase'], 'ok');
    await write('src/main', 'two');
    await told(client, 'unpackPhase', /The source \(src\) changed/);
    const result = await run(client);
    assert.equal(result?.phases.find(({ reused }) => !reused)?.name, 'unpackPhase');
    await told(client, 'installPhase', /^ok$/);
  });

  it('survives the server, which may be killed in the middle of a phase', async () => {
    const sleeping = text.replace('cp made $out', `sleep ${night}; cp made $out`);
    const first = await opened(sleeping);
    run(first).catch(() => undefined);
    // Not only the evaluation, which has the text among its arguments.
    const asleep = () =>
      first.events().includes('phaseStarted installPhase') && commandLinesWith(`sleep ${night}`).length > 0;
    await until('the phase to sleep', asleep, 30_000);
    first.server.kill('SIGKILL');
    await until('the server to be gone', () => first.exitCode !== null);
    const second = await opened(sleeping);
    await told(second, 'installPhase', /^cancelled$/);
    assert.equal(states(second)['buildPhase'], 'ok');
    assert.ok((second.session(uri)?.phases[0]?.seconds ?? -1) >= 0);
    await second.change(uri, 2, text);
    await told(second, 'installPhase', /installPhase was edited/);
    const result = await run(second);
    assert.equal(result?.phases.find(({ name }) => name === 'buildPhase')?.reused, true);
    await told(second, 'installPhase', /^ok$/);
  });

  it('is run phase by phase, and any earlier phase is entered again', async () => {
    const client = await opened();
    const next = async () => {
      const result = await run(client, { selection: 'next' });
      return result?.phases
        .filter(({ reused, status }) => !reused && status === 'ok')
        .map(({ name }) => name);
    };
    assert.deepEqual(await next(), ['patchPhase']);
    assert.deepEqual(await next(), ['configurePhase']);
    assert.deepEqual(await next(), ['buildPhase']);
    assert.deepEqual(await next(), ['installPhase']);
    await run(client, { selection: 'only', phase: 'configurePhase' });
    await told(client, 'buildPhase', /configurePhase ran again since/);
    assert.deepEqual(await next(), ['buildPhase']);
  });

  it('takes no harm from Stop pressed twenty times, and goes on', async () => {
    const client = await opened(text.replace('cp made $out', `sleep ${night}; cp made $out`));
    const running = run(client);
    await until('the phase to run', () => client.events().includes('phaseStarted installPhase'), 30_000);
    const pressed = Array.from({ length: 20 }, () =>
      client.connection.sendRequest(stopRequest, { uri, attr: '' }),
    );
    assert.ok((await Promise.all(pressed)).includes(true));
    assert.equal((await running)?.phases.at(-1)?.status, 'cancelled');
    await told(client, 'installPhase', /^cancelled$/);
    await client.change(uri, 2, text);
    const again = await run(client);
    assert.equal(again?.phases.find(({ name }) => name === 'buildPhase')?.reused, true);
    assert.deepEqual(client.logged, []);
  });

  it('is one window’s at a time: it goes to the one that runs phases, unless they run in the other', async () => {
    const [first, second] = [await opened(), await opened()];
    await run(first);
    await told(first, 'installPhase', /^ok$/);
    await second.connection.sendRequest(redrawRequest, { uri });
    const taken = await run(second, { selection: 'only', phase: 'buildPhase' });
    assert.equal(taken?.phases.find(({ name }) => name === 'configurePhase')?.reused, true);
    await second.change(uri, 2, text.replace('echo built', `sleep ${night}; echo built`));
    const long = run(second);
    const asleep = () => second.events().filter((event) => event === 'phaseStarted buildPhase').length === 2;
    await until('the phase to sleep in the other', asleep, 30_000);
    assert.equal(await run(first), null);
    const [last] = first.activities.slice(-1);
    assert.ok(last?.event.type === 'finished' && last.event.status === 'failed');
    assert.match(last.event.failure?.message ?? '', new RegExp(`process \\(${second.server.pid ?? 0}\\)`));
    assert.match(last.event.failure?.explanation ?? '', /stop it in the other window/);
    await until('it to say who has it', () => first.session(uri)?.heldBy === second.server.pid);
    await second.connection.sendRequest(stopRequest, { uri, attr: '' });
    await long;
    const back = await run(first);
    assert.equal(back?.phases.at(-1)?.status, 'skipped');
    assert.equal(back.outputs['out'] !== undefined, true);
  });

  it('is listed and dropped, but not while its phases run', async () => {
    const client = await opened(text.replace('cp made $out', `sleep ${night}; cp made $out`));
    const { connection } = client;
    const long = run(client);
    await until('the phase to run', () => client.events().includes('phaseStarted installPhase'), 30_000);
    const [listed] = (await connection.sendRequest(sessionsRequest, null)).sessions;
    assert.deepEqual([listed?.name, listed?.file, listed?.resumable], ['kept', file, true]);
    assert.equal(listed?.heldBy, client.server.pid);
    assert.ok((listed?.bytes ?? 0) > 0);
    const refused = await connection.sendRequest(dropSessionsRequest, { ids: null });
    assert.deepEqual([refused.dropped, refused.kept.map(({ id }) => id)], [[], [listed?.id]]);
    await connection.sendRequest(stopRequest, { uri, attr: '' });
    await long;
    const gone = await connection.sendRequest(dropSessionsRequest, { ids: null });
    assert.deepEqual(gone, { dropped: [listed?.id], kept: [] });
    await until('the tree to know', () => client.sessionStates.at(-1)?.sessions.length === 0);
    assert.deepEqual((await connection.sendRequest(sessionsRequest, null)).sessions, []);
  });

  it('is told of what is pinned though its file is closed, and of the edit that another program makes there', async () => {
    const first = await started();
    const pins = { pins: [{ uri, attr: '' }] };
    await first.connection.sendNotification(pinsNotification, pins);
    await run(first);
    await told(first, 'installPhase', /^ok$/);
    first.server.kill('SIGKILL');
    const client = await started();
    await client.connection.sendNotification(pinsNotification, pins);
    await told(client, 'installPhase', /^ok$/);
    await writeFile(file, text.replace('cp made $out', 'cp -v made $out'));
    await client.connection.sendNotification(pinsNotification, pins);
    await told(client, 'installPhase', /installPhase was edited/);
    assert.equal(states(client)['buildPhase'], 'ok');
    await run(client);
    await told(client, 'installPhase', /^ok$/);
    await client.open(uri, text);
    await told(client, 'installPhase', /installPhase was edited/);
    await client.close(uri);
    await told(client, 'installPhase', /^ok$/);
  });

  it('is told of nobody’s derivations in a workspace that is not trusted', async () => {
    const trusting = await opened();
    await run(trusting);
    await trusting.end();
    const client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, XDG_STATE_HOME: join(folder, 'state') },
      { trusted: false },
    );
    clients.push(client);
    await client.open(uri, text);
    await until('the drawing', () => client.drawing(uri)?.busy === false);
    await client.settle();
    assert.deepEqual(client.sessionStates, []);
  });
});
