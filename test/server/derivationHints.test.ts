import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { InlayHint } from 'vscode-languageserver/node';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { nixConfig } from '../support/nixEnvironment';
import { TestClient, until } from './testClient';

const set = `let
  make = version: derivation {
    name = "shared-\${version}"; system = "x"; builder = "/bin/sh";
  };
in
{
  one = derivation { name = "plain"; system = "x"; builder = "/bin/sh"; };
  two = derivation { name = "two-\${toString 1}"; system = "x"; builder = "/bin/sh"; outputs = [ "out" "dev" ]; };
  three = make "3";
  four = make "4";
}
`;

describe('hints of what derivations evaluate to, over real Nix', function () {
  this.timeout(60_000);
  let client: TestClient;
  let refreshes = 0;

  beforeEach(async () => {
    refreshes = 0;
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: '' },
      {
        settings: { evaluation: { debounceMs: 50 } },
        capabilities: { workspace: { inlayHint: { refreshSupport: true } } },
      },
    );
    client.connection.onRequest('workspace/inlayHint/refresh', () => {
      refreshes++;
      return null;
    });
  });
  afterEach(() => client.end());

  const drawn = (uri: string, version: number) =>
    until(
      'the drawing',
      () => client.drawing(uri)?.version === version && !client.drawing(uri)!.busy,
      20_000,
    );
  const hints = (uri: string, text: string) =>
    client.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', {
      textDocument: { uri },
      range: new LineIndex(text).rangeOf({ start: 0, end: text.length }),
    });
  const wish = (inlayHints: object) =>
    client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { evaluation: { debounceMs: 50 }, inlayHints },
    });

  it('tell a name that is computed and the same for all, and come anew when it changes', async () => {
    const { uri } = await client.file('default.nix', set);
    await client.open(uri, set);
    await drawn(uri, 1);
    const [only, ...others] = await hints(uri, set);
    assert.deepEqual([only?.label, only?.position.line, others], ['= two-1', 7, []]);
    assert.equal(refreshes, 1);
    const edited = set.replace('toString 1', 'toString 12');
    await client.change(uri, 2, edited);
    await drawn(uri, 2);
    assert.equal((await hints(uri, edited))[0]?.label, '= two-12');
    assert.equal(refreshes, 2);
    const broken = edited.replace('toString 12', 'throw "no"');
    await client.change(uri, 3, broken);
    await drawn(uri, 3);
    assert.deepEqual(await hints(uri, broken), [], 'nothing is told that is not true now');
  });

  it('tell the hashes of outputs when that is wished, with the whole paths', async () => {
    await wish({ resolvedNames: false, outputHashes: true });
    const { uri } = await client.file('default.nix', set);
    await client.open(uri, set);
    await drawn(uri, 1);
    const paths = Object.fromEntries(
      client.drawing(uri)!.derivations.map(({ attr, outputs }) => [attr, outputs]),
    );
    const found = await hints(uri, set);
    const short = (path: string | null | undefined) => `${path?.slice('/nix/store/'.length).slice(0, 7)}…`;
    assert.deepEqual(
      found.filter(({ position }) => position.line === 6).map(({ label }) => label),
      [`→ ${short(paths['one']?.['out'])}`],
    );
    const two = found.find(({ position }) => position.line === 7);
    const { out, dev } = paths['two']!;
    assert.equal(two?.label, `→ out ${short(out)}, dev ${short(dev)}`);
    assert.ok(JSON.stringify(two.tooltip).includes(dev!));
  });
});
