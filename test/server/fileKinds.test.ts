/** What open files are, by their shape and by who takes them for what, over real Nix. */
import assert from 'node:assert/strict';
import { entriesRequest } from '../../server/src/protocol/kindMessages';
import { TestClient, until } from './testClient';

describe('what a file is', function () {
  this.timeout(60_000);
  let client: TestClient;

  before(async () => {
    client = await TestClient.overNix();
    await client.file('hosts/one.nix', '{ ... }: { imports = [ ../style.nix ../plain.nix ]; boot.x = 1; }\n');
    await client.file('me.nix', '{ imports = [ ./shell ]; home.stateVersion = "1"; }\n');
    await client.file(
      'system.nix',
      '{ home-manager.users.me = import ./me.nix; imports = [ ./hosts/one.nix ]; }\n',
    );
    await client.file('set.nix', 'import <nixpkgs> { overlays = [ (import ./change.nix) ]; }\n');
  });
  after(() => client.end());

  async function told(name: string, text: string) {
    const { uri } = await client.file(name, text);
    await client.open(uri, text);
    await until('the drawing', () => client.drawing(uri)?.busy === false);
    const kind = () => client.kinds.findLast((params) => params.uri === uri);
    return { uri, kind, drawing: () => client.drawing(uri) };
  }

  it('a module, where another one imports it, with the system of that; nobody misses its arguments', async () => {
    const text = '{ inputs, pkgs, ... }: { stylix.image = inputs.wall; }\n';
    const { uri, kind, drawing } = await told('style.nix', text);
    await until('its kind', () => kind()?.kind === 'module');
    assert.deepEqual(kind(), { uri, kind: 'module', system: 'nixos', entry: null });
    assert.equal(drawing()?.message, 'This file is a function that makes no derivation.');
    await client.change(uri, 2, text.replace('wall', 'other'));
    await until('the drawing', () => drawing()?.version === 2 && drawing()?.busy === false);
    assert.deepEqual(kind(), { uri, kind: 'module', system: 'nixos', entry: null });
  });

  it('of home-manager, where a user’s module imports it, or by what it sets', async () => {
    const own = await told('shell/default.nix', '{ pkgs, ... }: { programs.git.enable = true; }\n');
    await until('its system', () => own.kind()?.system !== undefined);
    assert.equal(own.kind()?.system, 'home-manager');
    const alone = await told('any.nix', '{ config, ... }: { xdg.enable = true; }\n');
    await until('its system', () => alone.kind()?.system !== undefined);
    assert.equal(alone.kind()?.system, 'home-manager');
    const unknown = await told('unknown.nix', '{ config, ... }: { options.a = 1; }\n');
    assert.deepEqual(unknown.kind(), { uri: unknown.uri, kind: 'module', entry: null });
  });

  it('an overlay, where it is one of a list of them, whatever its arguments are called', async () => {
    const text = '(f: p: { hello = p.hello; })\n';
    const { uri, kind } = await told('change.nix', text);
    await until('its kind', () => kind()?.kind === 'overlay');
    assert.deepEqual(kind(), { uri, kind: 'overlay', entry: null });
    const other = await told('functions.nix', text);
    assert.equal(other.kind()?.kind, 'expression');
  });

  it('of a flake’s configurations, with the one whose modules bring it; the others may be chosen', async () => {
    const host = (name: string): string => `${name} = { modules = [ ./${name}.nix ]; };`;
    await client.file(
      'flaked/flake.nix',
      `{ outputs = { self }: { nixosConfigurations = { ${host('one')} ${host('two')} }; }; }\n`,
    );
    await client.file('flaked/two.nix', '{ imports = [ ./part.nix ]; }\n');
    const { uri, kind } = await told('flaked/part.nix', '{ config, ... }: { boot.x = 1; }\n');
    await until('its configuration', () => kind()?.entry != null);
    const entry = { file: 'flake.nix', attr: 'nixosConfigurations.two', from: 'found', serves: true };
    assert.deepEqual(kind(), { uri, kind: 'module', system: 'nixos', entry });
    const choices = await client.connection.sendRequest(entriesRequest, { uri });
    const names = (choices?.choices ?? []).filter((choice) => choice.includes('#'));
    assert.deepEqual(
      names.map((name) => name.slice(name.indexOf('#'))),
      ['#nixosConfigurations.two', '#nixosConfigurations.one'],
    );
  });
});
