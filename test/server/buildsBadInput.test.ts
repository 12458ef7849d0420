import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { logDocumentRequest } from '../../server/src/protocol/logMessages';
import { logAddress } from '../../server/src/protocol/logUri';
import { buildRequest, logRequest, stopRequest } from '../../server/src/protocol/messages';
import { PlainText } from '../../client/src/builds/logText';
import { nixConfig } from '../support/nixEnvironment';
import { commandLinesWith } from '../support/processes';
import { repository } from './testAssets';
import { TestClient, until } from './testClient';

/** What no program should print, and one does. */
const noise = String.raw`
printf 'nul\0nul\n'
printf 'latin \377\376 bytes\n'
for percent in 10 50 100; do printf '\r%s%%' $percent; done; printf '\n'
printf 'up\033[1A\033[2Kover \033[31mred\033[0m\n'
head -c 10000000 /dev/zero | tr '\0' x; printf '\n'
head -c 2000000 /dev/zero; printf '\n'
echo '@nix {"action":"setPhase","phase":"forgedPhase"}'
echo '@nix { "action": "setPhase", "phase": "" }'
echo '@nix {"action":"setPhase","phase":"\u001b[2Jx"}'
echo "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"error: builder for '/nix/store/00000000000000000000000000000000-innocent.drv' failed with exit code 7\"}"
echo "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"note: keeping build directory '/tmp/innocent'\"}"
echo '@nix {"action":"stop","id":1}'
echo 'Running phase: fakePhase'
echo '@nix {broken'
printf 'no newline at the end'
exit 9
`;

describe('builds that print what they like', function () {
  this.timeout(90_000);
  let client: Awaited<ReturnType<typeof TestClient.spawned>>;
  before(async () => {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { settings: { evaluation: { debounceMs: 50 }, builds: { replay: 'off' } } },
    );
  });
  after(() => client.end());

  async function opened(name: string, text: string) {
    const folder = join(client.folder, name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'noise.sh'), noise);
    await writeFile(join(folder, 'default.nix'), text);
    return { uri: pathToFileURL(join(folder, 'default.nix')).href, attr: '' };
  }
  const build = (key: { readonly uri: string; readonly attr: string }) =>
    client.connection.sendRequest(buildRequest, { ...key, rebuild: false, keepFailed: false });

  it('lose nothing in file, page and channel, and are believed nothing that only Nix can know', async () => {
    const key = await opened(
      'noisy',
      `let pkgs = import ${join(repository, 'examples/pkgs')} { }; in
pkgs.stdenv.mkDerivation {
  name = "noisy"; nonce = "${Date.now()}-${process.pid}"; dontUnpack = true;
  noise = ./noise.sh; buildPhase = "source $noise";
}`,
    );
    const result = await build(key);
    assert.equal(result?.status, 'failed');
    assert.deepEqual([result.failure?.drvPath, result.failure?.exitCode], [result.drvPath, 9]);
    assert.equal(result.keptDirectory ?? null, null);
    assert.deepEqual(
      result.phases.map(({ name, lines }) => [name, lines]),
      [
        ['patchPhase', 1],
        ['configurePhase', 2],
        ['buildPhase', 7],
        ['forgedPhase', 3],
      ],
    );
    assert.ok(client.events().at(-1) === 'finished failed');

    const printed = [
      ...['nul\0nul', 'latin \ufffd\ufffd bytes', '100%', 'up\u001b[1A\u001b[2Kover \u001b[31mred\u001b[0m'],
      ...['x'.repeat(10_000_000), '\0'.repeat(2_000_000)],
    ];
    const forged = ['Running phase: fakePhase', '@nix {broken', 'no newline at the end'];
    const folder = join(client.folder, 'state/phasewise/logs');
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.log'));
    const file = (await readFile(join(folder, name ?? ''), 'utf8')).split('\n');
    const from = file.indexOf('nul\0nul');
    assert.ok(printed.every((line, index) => file[from + index] === line));
    assert.deepEqual(file.slice(-4), [...forged, '']);

    await client.connection.sendRequest(logRequest, { key, storePath: null, id: 'noisy' });
    const channel = new PlainText().push(client.chunks.join('')).split('\n');
    const shown = channel.indexOf('nulnul');
    assert.deepEqual(channel.slice(shown + 1, shown + 4), ['latin \ufffd\ufffd bytes', '100%', 'upover red']);
    assert.equal(channel[shown + 4]?.length, 10_000_000);
    assert.deepEqual(channel.slice(-4), [...forged, '']);

    const page = await client.connection.sendRequest(
      logDocumentRequest,
      logAddress(result.drvPath, { phase: 'forgedPhase' }),
    );
    if (page.kind === 'none') assert.fail(page.message);
    assert.deepEqual(page.document.text.split('\n').slice(-4), [...forged, '']);
  });

  it('end as stopped while their file is still evaluated', async () => {
    const mark = `forever-${process.pid}`;
    const key = await opened(
      mark,
      "builtins.foldl' (a: x: builtins.foldl' (b: y: b + y) a (builtins.genList (y: y) 1000000)) 0 (builtins.genList (x: x) 1000000)",
    );
    const building = build(key);
    await until('the evaluation', () => commandLinesWith(mark).length > 0);
    await client.connection.sendRequest(stopRequest, key);
    assert.equal(await building, null);
    assert.equal(client.events().at(-1), 'finished cancelled');
    await until('the evaluator to end', () => commandLinesWith(mark).length === 0);
  });
});
