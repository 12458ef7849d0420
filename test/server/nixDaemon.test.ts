import assert from 'node:assert/strict';
import { join } from 'node:path';
import { buildRequest, stopRequest } from '../../server/src/protocol/messages';
import { nixConfig } from '../support/nixEnvironment';
import { canStartDaemon, NixDaemon } from '../support/nixDaemon';
import { commandLinesWith } from '../support/processes';
import { TestClient, until } from './testClient';

type SpawnedClient = Awaited<ReturnType<typeof TestClient.spawned>>;

const whenDaemon: (title: string, tests: (this: Mocha.Suite) => void) => void = canStartDaemon
  ? describe
  : () => undefined;
let count = 0;
const named = (name: string, script = 'echo > $out') =>
  `derivation {
  name = "${name}"; system = builtins.currentSystem; builder = "/bin/sh"; PATH = "/usr/bin:/bin";
  args = [ "-c" "${script}" ]; unique = "${Date.now()}-${process.pid}-${++count}";
}
`;

whenDaemon('windows whose Nix is a daemon', function () {
  this.timeout(90_000);
  let daemon: NixDaemon;
  let client: SpawnedClient;
  const clients: SpawnedClient[] = [];

  async function opened(): Promise<SpawnedClient> {
    const one = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { ...daemon.variables, NIX_PATH: '' },
      { settings: { evaluation: { debounceMs: 50 } }, inWorkspace: true },
    );
    clients.push(one);
    return one;
  }
  beforeEach(async () => {
    daemon = await NixDaemon.open(nixConfig);
    client = await opened();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((one) => one.end()));
    await daemon.close();
  });

  const evaluated = async (uri: string, version: number) => {
    await until(
      `version ${version} to be evaluated`,
      () => client.drawing(uri)?.version === version && client.drawing(uri)?.busy === false,
      30_000,
    );
    const { message, derivations } = client.drawing(uri) ?? assert.fail();
    return { message, name: derivations[0]?.name, isEvaluated: derivations[0]?.drvPath != null };
  };

  it('evaluate what is typed after it was started again, as if nothing had been', async () => {
    const { uri } = await client.file('default.nix', named('first'));
    await client.open(uri, named('first'));
    await evaluated(uri, 1);
    await client.change(uri, 2, named('second'));
    assert.deepEqual(await evaluated(uri, 2), { message: null, name: 'second', isEvaluated: true });
    await daemon.crash();
    await daemon.start();
    await client.change(uri, 3, named('third'));
    assert.deepEqual(await evaluated(uri, 3), { message: null, name: 'third', isEvaluated: true });
    assert.deepEqual(client.published(uri), []);
  });

  it('say while it is down that it does not answer, and go on when it does', async () => {
    const { uri } = await client.file('default.nix', named('first'));
    await client.open(uri, named('first'));
    await evaluated(uri, 1);
    await daemon.crash();
    await client.change(uri, 2, named('second'));
    const down = await evaluated(uri, 2);
    assert.equal(down.message, 'The Nix daemon does not answer.');
    assert.match(
      `${client.published(uri)?.[0]?.message as string | undefined}`,
      /does not answer\. Start it \(`sudo systemctl/,
    );
    await daemon.start();
    await client.change(uri, 3, named('third'));
    await client.save(uri);
    assert.deepEqual(await evaluated(uri, 3), { message: null, name: 'third', isEvaluated: true });
  });

  it('that build the same wait for each other; the second builds it when the first is stopped', async () => {
    const sleep = `sleep 4${String(process.pid).padStart(7, '0')}`;
    const second = await opened();
    const text = named('shared', `echo at work; ${sleep}; echo > $out`);
    const { uri } = await client.file('default.nix', text);
    const build = (one: SpawnedClient) =>
      one.connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false });
    const builders = () => commandLinesWith(sleep).filter((line) => line === sleep).length;
    const first = build(client);
    await until('the first to build', () => builders() === 1, 30_000);
    const other = build(second);
    await until(
      'the second to wait',
      () =>
        second.activities.some(
          ({ event }) =>
            event.type === 'progress' && event.progress.kind === 'waiting' && event.progress.words !== null,
        ),
      30_000,
    );
    await client.connection.sendRequest(stopRequest, { uri, attr: '' });
    assert.equal((await first)?.status, 'cancelled');
    const output = () => second.activities.some(({ event }) => event.type === 'output');
    await until('the second to build', () => output() && builders() === 1, 30_000);
    await second.connection.sendRequest(stopRequest, { uri, attr: '' });
    assert.equal((await other)?.status, 'cancelled');
    await until('the builder to end', () => builders() === 0);
  });
});
