import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopRequest } from '../../server/src/protocol/messages';
import { nixConfig } from '../support/nixEnvironment';
import { commandLinesWith } from '../support/processes';
import { TestClient, until } from './testClient';

let count = 0;
/** A file whose evaluation needs something built that takes so long, and then gives the name. */
function needing(seconds: string, before = ''): string {
  return `derivation {
  name = import (derivation {
    name = "generated";
    system = builtins.currentSystem;
    builder = "/bin/sh";
    PATH = "/usr/bin:/bin";
    args = [ "-c" "${before}echo generating; sleep ${seconds}; echo '\\"made\\"' > $out" ];
    unique = "${Date.now()}-${count++}";
  });
  system = "x";
  builder = "/bin/sh";
}
`;
}

/** So many that Nix takes a while to remove them. */
const manyFiles = 'seq 8000 | xargs touch; ';

describe('what an evaluation needs built, over real Nix', function () {
  this.timeout(90_000);
  let client: Awaited<ReturnType<typeof TestClient.spawned>>;
  let temporary: string;

  const start = (settings: Readonly<Record<string, unknown>> = {}) =>
    TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: '', TMPDIR: temporary },
      { settings: { evaluation: { debounceMs: 50, timeoutSeconds: 4, ...settings } }, inWorkspace: true },
    );
  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'phasewise-temporary-'));
    client = await start();
  });
  afterEach(async () => {
    await client.end();
    await rm(temporary, { recursive: true, force: true });
  });

  const told = () => client.activities.filter(({ kind }) => kind === 'evaluation').map(({ event }) => event);
  const begun = () => until('the build', () => told().some(({ type }) => type === 'output'), 60_000);
  const made = (uri: string, version: number) =>
    until(
      `version ${version} to be evaluated`,
      () => client.drawing(uri)?.version === version && client.drawing(uri)?.busy === false,
      30_000,
    );

  it('may take longer than an evaluation, is an activity with its log, and an edit does not end it', async () => {
    const text = needing('7');
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    await begun();
    assert.match(client.drawing(uri)?.message ?? '', /^Building generated, which the evaluation needs/);
    await client.change(uri, 2, `${text}\n`);
    await until(
      'the edited text to wait for it',
      () =>
        client.drawing(uri)?.version === 2 && /^Building generated/.test(client.drawing(uri)?.message ?? ''),
    );
    await client.change(uri, 3, text);
    await client.save(uri);
    await made(uri, 3);
    assert.equal(client.drawing(uri)?.derivations[0]?.name, 'made');
    assert.deepEqual(
      told().map((event) =>
        event.type === 'output' || event.type === 'notice' ? event.text.trim() : event.type,
      ),
      [
        'started',
        'Building generated, which the evaluation needs (import from derivation).',
        'generating',
        'finished',
      ],
      'built once, to its end',
    );
    assert.deepEqual(client.published(uri), []);
  });

  it('keeps nobody waiting who types a text that does without it', async () => {
    const { uri } = await client.file('default.nix', needing('304'));
    await client.open(uri, needing('304'));
    await begun();
    await client.change(uri, 2, 'derivation { name = "plain"; system = "x"; builder = "/bin/sh"; }\n');
    await made(uri, 2);
    assert.equal(client.drawing(uri)?.derivations[0]?.drvPath?.endsWith('-plain.drv'), true);
    assert.ok(commandLinesWith('sleep 304').length > 0, 'it is still built');
    await client.change(
      uri,
      3,
      'derivation { name = throw "no name"; system = "x"; builder = "/bin/sh"; }\n',
    );
    await until('the error', () => (client.published(uri) ?? []).some(({ code }) => code === 'nix-eval'));
  });

  it('is ended by a stop, and said to be; saving evaluates again', async () => {
    const text = needing('301');
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    await begun();
    assert.equal(await client.connection.sendRequest(stopRequest, { uri, attr: '' }), true);
    await made(uri, 1);
    assert.match(client.drawing(uri)?.message ?? '', /^The evaluation was stopped\. Save the file/);
    assert.deepEqual(client.published(uri), []);
    assert.equal(told().at(-1)?.type, 'finished');
    await until('the builder to end', () => commandLinesWith('sleep 301').length === 0);
    await client.save(uri);
    await until('it to be built again', () => told().filter(({ type }) => type === 'started').length === 2);
  });

  it('ends with its document, and with the server', async () => {
    const text = needing('302');
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    await begun();
    await client.change(uri, 2, `${text}\n`);
    await client.close(uri);
    await until('the builder to end', () => commandLinesWith('sleep 302').length === 0);
    await client.open(uri, text, 3);
    await until('it to be built again', () => commandLinesWith('sleep 302').length > 0, 30_000);
    await client.end();
    await until('the builder to end', () => commandLinesWith('sleep 302').length === 0);
  });

  describe('leaves no process and no build directory', () => {
    const buildDirectories = async () =>
      (await readdir(temporary)).filter((name) => name.startsWith('nix-build-'));
    const nothingIsLeft = async (seconds: string) => {
      await until('the builder to end', () => commandLinesWith(`sleep ${seconds}`).length === 0);
      assert.deepEqual(await buildDirectories(), []);
    };
    const building = async (seconds: string) => {
      const text = needing(seconds, manyFiles);
      const { uri } = await client.file('default.nix', text);
      await client.open(uri, text);
      await begun();
      return { uri, text };
    };

    it('when it is stopped', async () => {
      const { uri } = await building('304');
      assert.equal((await buildDirectories()).length, 1);
      await client.connection.sendRequest(stopRequest, { uri, attr: '' });
      await until('the activity to end', () => told().at(-1)?.type === 'finished', 30_000);
      await made(uri, 1);
      await nothingIsLeft('304');
    });

    it('when the server ends', async () => {
      await building('305');
      await client.end();
      await nothingIsLeft('305');
    });

    it('when the client is gone', async () => {
      await building('306');
      client.hangUp();
      await until('the server to end', () => client.exitCode !== null, 30_000);
      await nothingIsLeft('306');
    });

    it('when the server is killed', async () => {
      await building('307');
      client.server.kill('SIGKILL');
      await until('the builder to end', () => commandLinesWith('sleep 307').length === 0, 30_000);
      await until('Nix to end', () => commandLinesWith(`${client.folder}/`).length === 0, 30_000);
      await nothingIsLeft('307');
    });

    it('when a kept evaluator builds it', async () => {
      await client.end();
      client = await start({ importFromDerivation: true });
      const { uri } = await client.file('default.nix', '{ }');
      await client.open(uri, '{ }');
      await made(uri, 1);
      await client.change(uri, 2, needing('308', manyFiles));
      await begun();
      assert.equal((await buildDirectories()).length, 1);
      await client.connection.sendRequest(stopRequest, { uri, attr: '' });
      await until('the activity to end', () => told().at(-1)?.type === 'finished', 30_000);
      await client.end();
      await nothingIsLeft('308');
    });
  });

  it('keeps no other file waiting', async () => {
    for (const name of ['a.nix', 'b.nix', 'c.nix']) {
      const text = needing('303');
      const { uri } = await client.file(name, text);
      await client.open(uri, text);
    }
    await until(
      'all to be built',
      () => told().filter(({ type }) => type === 'started').length === 3,
      30_000,
    );
    const { uri } = await client.file('other.nix', '{ }');
    await client.open(uri, '{ }');
    await made(uri, 1);
  });
});
