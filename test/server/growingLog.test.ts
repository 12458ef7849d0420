import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BoundedText } from '../../client/src/builds/boundedText';
import { PlainText } from '../../client/src/builds/logText';
import { buildRequest, logRequest, type LogAnswer } from '../../server/src/protocol/messages';
import { nixConfig, nixEnvironment } from '../support/nixEnvironment';
import { TestClient, until } from './testClient';

type SpawnedClient = Awaited<ReturnType<typeof TestClient.spawned>>;

const unique = `${process.pid}-${Date.now()}`;

/** A derivation whose builder does this; it is never built twice. */
function buildOf(name: string, script: string): string {
  return `derivation {
  name = "${name}-${unique}";
  system = builtins.currentSystem;
  builder = "/bin/bash";
  args = [ "-c" ''PATH=/bin:/usr/bin; ${script}; echo > $out'' ];
}
`;
}

describe('the log of a build that goes on, with the real Nix', function () {
  this.timeout(240_000);
  let state: string;
  const clients: SpawnedClient[] = [];

  beforeEach(async () => (state = await mkdtemp(join(tmpdir(), 'phasewise-growing-'))));
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await rm(state, { recursive: true, force: true });
  });

  /** A window of an editor; all of them have one folder for state. */
  async function opened(): Promise<SpawnedClient> {
    const environment = { NIX_CONFIG: nixConfig, XDG_STATE_HOME: state };
    const client = await TestClient.spawned(join(__dirname, 'serverProgram.ts'), environment);
    clients.push(client);
    return client;
  }
  const build = (client: SpawnedClient, uri: string) =>
    client.connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false });
  const log = (client: SpawnedClient, uri: string): Promise<LogAnswer> =>
    client.connection.sendRequest(logRequest, { key: { uri, attr: '' }, storePath: null, id: 'log' });
  const said = (client: SpawnedClient): string => client.chunks.join('');
  const printed = (client: SpawnedClient): string =>
    client.activities.map(({ event }) => (event.type === 'output' ? event.text : '')).join('');

  it('comes whole and in order to who asks in the middle, and a channel has its beginning, says so, and has its end', async () => {
    const lines = 240_000;
    const half = lines / 2;
    const line = (from: number, to: number): string =>
      `seq -f 'line %.0f ${'of a log that is long '.repeat(5)}' ${from} ${to}`;
    const client = await opened();
    const { uri } = await client.file(
      'long.nix',
      buildOf('long', `${line(1, half)}; sleep 2; printf '10%%\\r50%%\\r99%%\\n'; ${line(half + 1, lines)}`),
    );
    const building = build(client, uri);
    await until('output', () => printed(client) !== '', 60_000);
    const answer = await log(client, uri);
    assert.equal((await building)?.status, 'built');
    assert.equal(answer.message, null);

    const whole = said(client).split('\n').slice(0, -1);
    const numbers = whole.map((text) => Number(/^line (\d+) /.exec(text)?.[1] ?? -1));
    assert.equal(whole[half], '99%');
    numbers.splice(half, 1);
    assert.equal(numbers.length, lines);
    assert.ok(numbers.every((number, index) => number === index + 1));

    const plain = new PlainText();
    const bounded = new BoundedText();
    const beginning = client.chunks.map((chunk) => bounded.push(plain.push(chunk))).join('');
    const shown = beginning.split('\n').slice(0, -1);
    assert.ok(Buffer.byteLength(said(client)) > 28_000_000);
    assert.match(shown.at(-1) ?? '', /longer than 20 MB/);
    assert.deepEqual(shown.slice(0, -1), whole.slice(0, shown.length - 1));
    const end = bounded.end().split('\n').slice(0, -1);
    assert.match(end[0] ?? '', /are left out; the end of the log/);
    assert.deepEqual(end.slice(1), whole.slice(1 - end.length));
    assert.ok(end.length > 1000);
  });

  it('is followed in the window whose own build waits for that of another window', async () => {
    const [first, second] = [await opened(), await opened()];
    const { uri } = await first.file('shared.nix', buildOf('shared', 'echo early; sleep 8; echo late'));
    const building = build(first, uri);
    await until('output', () => printed(first).includes('early'), 60_000);
    const waiting = build(second, uri);
    await until(
      'the second to wait',
      () =>
        second.activities.some(({ event }) => event.type === 'progress' && event.progress.kind === 'waiting'),
      60_000,
    );
    const reading = log(second, uri);
    await until('the early line', () => said(second).includes('early\n'));
    assert.ok(!said(second).includes('late'));
    await building;
    await waiting;
    assert.equal((await reading).message, null);
    assert.deepEqual(
      said(second)
        .split('\n')
        .filter((line) => !line.startsWith('·')),
      ['early', 'late', ''],
    );
  });

  it('of another window is followed by one that builds nothing, until the other is killed', async () => {
    const [first, second] = [await opened(), await opened()];
    const { uri } = await first.file(
      'killed.nix',
      buildOf('killed', 'echo early; sleep 3; echo later; sleep 300'),
    );
    void build(first, uri).catch(() => undefined);
    await until('output', () => printed(first).includes('early'), 60_000);
    const reading = log(second, uri);
    await until('the early line', () => said(second).includes('early\n'), 30_000);
    await until('the later line', () => said(second).includes('later\n'), 30_000);
    first.server.kill('SIGKILL');
    await until('the other to be gone', () => first.exitCode !== null);
    await reading;
    assert.equal(said(second), 'early\nlater\n');
  });

  it('of a build that another Nix began says what Nix allows, and comes when that ends', async () => {
    const client = await opened();
    const { uri, file } = await client.file(
      'foreign.nix',
      buildOf('foreign', 'echo early; sleep 8; echo late'),
    );
    const foreign = spawn('nix-build', ['--no-out-link', file], {
      env: nixEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let words = '';
    foreign.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    const ended = new Promise((resolve) => foreign.on('close', resolve));
    await until('the foreign build', () => words.includes('early'), 60_000);
    const unfinished = await log(client, uri);
    assert.match(unfinished.message ?? '', /^The log of foreign-\S+ is empty: .*another Nix builds it now/);
    assert.equal(said(client), '');
    const building = build(client, uri);
    await until(
      'it to wait',
      () =>
        client.activities.some(({ event }) => event.type === 'progress' && event.progress.kind === 'waiting'),
      60_000,
    );
    const reading = log(client, uri);
    await until('the words', () => said(client).includes('Another Nix process builds foreign-'));
    await ended;
    assert.equal((await building)?.status, 'valid');
    assert.equal((await reading).message, null);
    assert.match(said(client), /^· Another Nix process builds [^\n]*\nearly\nlate\n$/);
  });
});
