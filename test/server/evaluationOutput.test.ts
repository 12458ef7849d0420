import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { DiagnosticSeverity } from 'vscode-languageserver/node';
import { pinsNotification } from '../../server/src/protocol/pinMessages';
import { nixConfig } from '../support/nixEnvironment';
import { TestClient, until } from './testClient';

const set = `{ }: {
  old = builtins.trace "evaluation warning: 'old' has been renamed to 'new'" "x";
  word = builtins.trace "the set is evaluated" "word";
}
`;
const uses = (name: string) => `let
  set = import ./set.nix { };
in
derivation { name = set.${name}; system = "x"; builder = "/bin/sh"; }
`;

describe('what an evaluation prints, over real Nix', function () {
  this.timeout(60_000);
  let client: TestClient;
  const secrets = { DEPLOY_KEY: 'hunter2-of-the-environment', GITHUB_TOKEN: `ghp_${'a1B2'.repeat(9)}` };

  beforeEach(async () => {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      {
        NIX_CONFIG: `${nixConfig}\naccess-tokens = github.com=${secrets.GITHUB_TOKEN}`,
        NIX_PATH: '',
        ...secrets,
      },
      { settings: { evaluation: { debounceMs: 50 } }, inWorkspace: true },
    );
    await client.file('set.nix', set);
  });
  afterEach(() => client.end());

  const lines = (uri: string) => client.printed.findLast((params) => params.uri === uri)?.lines ?? [];
  const evaluated = (uri: string, version: number): Promise<void> =>
    until(
      `version ${version} to be evaluated`,
      () => client.drawing(uri)?.version === version && client.drawing(uri)?.busy === false,
      20_000,
    );

  it('is told, and a warning stands at the name that it gives up, also while the evaluator remembers the value', async () => {
    const { uri } = await client.file('default.nix', uses('old'));
    await client.open(uri, uses('old'));
    await evaluated(uri, 1);
    const warning = { kind: 'warning', text: "'old' has been renamed to 'new'", placed: true };
    assert.deepEqual(lines(uri), [warning]);
    const told = () =>
      (client.published(uri) ?? []).map(({ severity, code, range }) => [severity, code, range.start.line]);
    assert.deepEqual(told(), [[DiagnosticSeverity.Warning, 'nix-warning', 3]]);
    for (const version of [2, 3]) {
      await client.change(uri, version, `${'\n'.repeat(version)}${uses('old')}`);
      await evaluated(uri, version);
      assert.deepEqual(told(), [[DiagnosticSeverity.Warning, 'nix-warning', 3 + version]]);
    }
    assert.deepEqual(lines(uri), [{ ...warning, remembered: true }]);
    await client.change(uri, 4, uses('word'));
    await until('the warning to go', () => client.drawing(uri)?.version === 4 && told().length === 0);
    await until('the trace', () => lines(uri).some(({ kind }) => kind === 'trace'));
    await client.close(uri);
    await until('nothing to be shown', () => lines(uri).length === 0);
  });

  it('is told of a pinned derivation of a flake, too, until it prints nothing', async () => {
    const flake = (trace: string): string =>
      `{ outputs = { self }: { packages.x86_64-linux.a = ${trace} (derivation { name = "a"; system = "x86_64-linux"; builder = "/bin/sh"; }); }; }\n`;
    const { uri, file } = await client.file('flaked/flake.nix', flake('builtins.trace "of the flake"'));
    const pin = { uri: `phasewise-flake://${dirname(file)}`, attr: 'packages.x86_64-linux.a' };
    await client.connection.sendNotification(pinsNotification, { pins: [pin] });
    await until('the trace', () => lines(uri).length > 0, 20_000);
    assert.deepEqual(lines(uri), [{ kind: 'trace', text: 'of the flake' }]);
    await client.file('flaked/flake.nix', flake(''));
    await client.connection.sendNotification(pinsNotification, { pins: [] });
    await client.connection.sendNotification(pinsNotification, { pins: [pin] });
    await until('nothing to be shown', () => lines(uri).length === 0, 20_000);
  });

  it('is told of what then fails, and bounded where it never ends to print', async () => {
    const failing = 'builtins.trace "before" (throw "the end")';
    const { uri } = await client.file('failing.nix', failing);
    await client.open(uri, failing);
    await until('the trace', () => lines(uri).length === 1);
    assert.deepEqual(lines(uri), [{ kind: 'trace', text: 'before' }]);
    const many = 'builtins.foldl\' (a: n: builtins.trace "again" a) 1 (builtins.genList (n: n) 3000)';
    await client.change(uri, 2, many);
    await until('the lines', () => lines(uri).length > 1);
    assert.equal(lines(uri).length, 201);
    assert.match(lines(uri).at(-1)?.text ?? '', /^2800 more lines/);
  });

  it('says what a tree with changes that are not committed means, and counts it as no warning', async () => {
    const folder = join(client.folder, 'tree');
    await client.file('tree/word.nix', '"committed"');
    const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args]);
    git('init', '--quiet');
    git('add', 'word.nix');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '-m', 'a');
    await client.file('tree/word.nix', '"changed"');
    const text = `derivation { name = import (builtins.fetchGit "${folder}" + "/word.nix"); system = "x"; builder = "/b"; }`;
    const { uri } = await client.file('dirty.nix', text);
    await client.open(uri, text);
    await evaluated(uri, 1);
    assert.equal(client.drawing(uri)?.derivations[0]?.name, 'changed');
    const [{ kind, text: said } = { kind: null, text: '' }, ...more] = lines(uri);
    assert.deepEqual([kind, more], ['note', []]);
    assert.match(
      said,
      /^Git tree '.*\/tree' is dirty\. It has changes that are not committed\..*self\.rev is missing/s,
    );
    assert.deepEqual(client.published(uri), []);
  });

  it('never logs secrets of the environment or of addresses', async () => {
    const text = `{
      a = throw "no \${builtins.getEnv "DEPLOY_KEY"} is told here";
      b = builtins.fetchGit { url = "https://me:hunter2-of-the-address@127.0.0.1:9/x.git"; };
      c = derivation { name = "c"; system = "x"; builder = builtins.getEnv "GITHUB_TOKEN"; };
      d = builtins.trace "warning: https://me:hunter2-of-the-address@host" c;
    }`;
    const { uri } = await client.file('secrets.nix', text);
    await client.open(uri, text);
    await until('the evaluation', () => client.drawing(uri)?.busy === false, 30_000);
    await client.change(uri, 2, `${text}\n`);
    await evaluated(uri, 2);
    await client.save(uri);
    await evaluated(uri, 2);
    const told = JSON.stringify([client.logged, client.toasts, client.printed, client.statuses]);
    assert.doesNotMatch(told, /hunter2|a1B2a1B2/);
  });
});
