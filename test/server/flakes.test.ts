import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nixConfig } from '../support/nixEnvironment';
import { entriesRequest } from '../../server/src/protocol/kindMessages';
import { TestClient, until } from './testClient';

/** An input of the flake, as small as a set with `callPackage` and `override` can be. */
const set = `{ system }:
let
  makeOverridable = f: args: f args // {
    override = new: makeOverridable f (args // (if builtins.isFunction new then new args else new));
  };
  self = {
    callPackage = path: args:
      let f = import path; in makeOverridable f (builtins.intersectAttrs (builtins.functionArgs f) self // args);
    stdenv.mkDerivation = attrs:
      derivation ({ builder = "/bin/sh"; inherit system; } // attrs) // { drvAttrs = attrs; overrideAttrs = null; };
    word = "set";
  };
in
self
`;
const package_ = `{ stdenv, word, greeting }:
stdenv.mkDerivation {
  name = "greeter";
  inherit word greeting;
  src = ./src;
}
`;
const flake = (input: string) => `{
  inputs.set = { url = "path:${input}"; flake = false; };
  outputs = { self, set }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forEach = f: builtins.listToAttrs (map (name: { inherit name; value = f (import set { system = name; }); }) systems);
      greeting = "hi";
    in
    {
      packages = forEach (pkgs: {
        default = pkgs.callPackage ./package.nix { inherit greeting; };
      });
      devShells = forEach (pkgs: { default = pkgs.stdenv.mkDerivation { name = "shell"; }; });
    };
}
`;

describe('a flake, over real Nix', function () {
  this.timeout(60_000);
  let client: TestClient;
  let flakeText = '';
  const env = { ...process.env, NIX_CONFIG: nixConfig };
  const features = ['--extra-experimental-features', 'nix-command flakes'];

  before(async () => {
    client = await TestClient.overNix();
    await client.file('set/default.nix', set);
    flakeText = flake(join(client.folder, 'set'));
    await client.file('app/flake.nix', flakeText);
    await client.file('app/package.nix', package_);
    await client.file('app/src/main.c', 'int main;');
    const args = [...features, 'flake', 'lock', `path:${join(client.folder, 'app')}`];
    await promisify(execFile)('nix', args, { env });
  });
  after(() => client.end());

  const drawn = async (uri: string, version: number) => {
    await until('the drawing', () => {
      const drawing = client.drawing(uri);
      return drawing?.version === version && !drawing.busy;
    });
    return client.drawing(uri)?.derivations ?? [];
  };
  const errors = (uri: string) => (client.published(uri) ?? []).filter(({ severity }) => severity === 1);
  /** As Nix has it, which copies the flake. */
  const evaluated = async (kind: string): Promise<string> => {
    const expression = `(builtins.getFlake "path:${join(client.folder, 'app')}").${kind}.\${builtins.currentSystem}.default.drvPath`;
    const args = ['--eval', '--option', 'extra-experimental-features', 'flakes', '--expr', expression];
    const { stdout } = await promisify(execFile)('nix-instantiate', args, { env });
    return stdout.trim().slice(1, -1);
  };
  /** While there is one, nothing can copy the tree: Nix refuses to. */
  const withFifo = async (action: () => Promise<void>): Promise<void> => {
    const fifo = join(client.folder, 'app/fifo');
    await promisify(execFile)('mkfifo', [fifo]);
    await assert.rejects(evaluated('packages'));
    try {
      await action();
    } finally {
      await rm(fifo);
    }
  };

  it('is what its package is evaluated through, edits included, and is not copied', async () => {
    const { uri } = await client.file('app/package.nix');
    const saved = await evaluated('packages');
    await withFifo(async () => {
      await client.open(uri, package_);
      assert.equal((await drawn(uri, 1))[0]?.drvPath, saved);
      await client.change(uri, 2, `# edited\n${package_}`);
      assert.equal((await drawn(uri, 2))[0]?.drvPath, saved);
    });
    const kind = client.kinds.findLast((params) => params.uri === uri);
    assert.match(kind?.entry?.attr ?? '', /^packages\.[\w-]+\.default$/);
    assert.deepEqual(
      { ...kind?.entry, attr: '' },
      { file: 'flake.nix', attr: '', from: 'found', serves: true },
    );
    const edited = package_.replace('"greeter"', '"other"');
    await client.change(uri, 3, edited);
    const [other] = await drawn(uri, 3);
    await client.file('app/package.nix', edited);
    assert.equal(other?.drvPath, await evaluated('packages'));
    assert.deepEqual(client.published(uri), []);
    const choices = await client.connection.sendRequest(entriesRequest, { uri });
    assert.ok(choices?.choices.some((choice) => choice.startsWith('app/flake.nix')));
  });

  it('is named with a package’s short name, too', async () => {
    const { uri } = await client.file('app/package.nix', package_);
    await client.open(uri, `# phasewise: entry .#default\n${package_}`);
    assert.equal((await drawn(uri, 1))[0]?.drvPath, await evaluated('packages'));
    await client.close(uri);
  });

  it('shows its packages and shells of this system, as it is edited', async () => {
    const { uri } = await client.file('app/flake.nix');
    const [package1, shell] = [await evaluated('packages'), await evaluated('devShells')];
    await withFifo(async () => {
      await client.open(uri, flakeText);
      const paths = (await drawn(uri, 1)).map(({ drvPath }) => drvPath).sort();
      assert.deepEqual(paths, [package1, shell].sort());
      assert.deepEqual(errors(uri), []);
    });
    await client.change(uri, 2, flakeText.replace('"hi"', '1 + "hi"'));
    await until('the error', () => errors(uri).length > 0);
    const lines = errors(uri).map(({ range }) => range.start.line + 1);
    assert.deepEqual(lines, [7]);
    await client.change(uri, 3, flakeText.replace('"hi"', '"bye"'));
    const edited = (await drawn(uri, 3)).map(({ drvPath }) => drvPath);
    assert.ok(edited.includes(shell) && !edited.includes(package1));
  });

  it('says what its lock file lacks', async () => {
    const { uri } = await client.file('unlocked/flake.nix', flakeText);
    await client.open(uri, flakeText);
    await until('the error', () => errors(uri).length > 0);
    const [message] = errors(uri).map((error) => JSON.stringify(error.message));
    assert.match(message ?? '', /flake\.lock does not name the input 'set' .*`nix flake lock` writes it/);
  });
});
