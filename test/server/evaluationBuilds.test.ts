import assert from 'node:assert/strict';
import { join } from 'node:path';
import { stopRequest } from '../../server/src/protocol/messages';
import { nixConfig } from '../support/nixEnvironment';
import { commandLinesWith } from '../support/processes';
import { TestClient, until } from './testClient';

let count = 0;
/** A file whose evaluation needs something built that takes so long, and then gives the name. */
function needing(seconds: string): string {
  return `derivation {
  name = import (derivation {
    name = "generated";
    system = builtins.currentSystem;
    builder = "/bin/sh";
    PATH = "/usr/bin:/bin";
    args = [ "-c" "echo generating; sleep ${seconds}; echo '\\"made\\"' > $out" ];
    unique = "${Date.now()}-${count++}";
  });
  system = "x";
  builder = "/bin/sh";
}
`;
}

describe('what an evaluation needs built, over real Nix', function () {
  this.timeout(60_000);
  let client: TestClient;

  beforeEach(async () => {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: '' },
      { settings: { evaluation: { debounceMs: 50, timeoutSeconds: 4 } }, inWorkspace: true },
    );
  });
  afterEach(() => client.end());

  const told = () => client.activities.filter(({ kind }) => kind === 'evaluation').map(({ event }) => event);
  const begun = () => until('the build', () => told().some(({ type }) => type === 'output'), 30_000);
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
