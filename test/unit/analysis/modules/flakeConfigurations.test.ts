import assert from 'node:assert/strict';
import { declarationsText } from '../../../../server/src/analysis/modules/declarations';
import {
  configurationAt,
  configurationsIn,
} from '../../../../server/src/analysis/modules/flakeConfigurations';
import { moduleSystem } from '../../../../server/src/analysis/modules/moduleSystems';
import { nixParser, parsed } from '../../../support/syntax';

describe('the configurations of a flake', () => {
  it('are those that its text names, with the paths that are written in them', async () => {
    const tree = await parsed(`{
      outputs = inputs: {
        nixosConfigurations.one = f { modules = [ ./one.nix (import ./x { }) ]; };
        nixosConfigurations = { two = g ./two; };
        homeConfigurations."me@two" = h { modules = [ ./me.nix ]; };
        darwinConfigurations = mapAttrs f ./hosts;
        packages.nixos = ./p.nix;
      };
    }`);
    assert.deepEqual(configurationsIn({ file: '/f/flake.nix', tree }), [
      { output: 'nixosConfigurations', name: 'one', paths: ['/f/one.nix', '/f/x'] },
      { output: 'nixosConfigurations', name: 'two', paths: ['/f/two'] },
      { output: 'homeConfigurations', name: 'me@two', paths: ['/f/me.nix'] },
    ]);
  });

  it('have paths of two names', () => {
    assert.deepEqual(configurationAt(['nixosConfigurations', 'a']), {
      output: 'nixosConfigurations',
      name: 'a',
    });
    assert.equal(configurationAt(['nixosConfigurations', 'a', 'config']), null);
    assert.equal(configurationAt(['packages', 'x86_64-linux']), null);
  });
});

describe('what a module declares', () => {
  async function declared(text: string): Promise<string | null> {
    const parser = await nixParser();
    const told = declarationsText(await parsed(text), '/m/a.nix', (one) => parser.parse(one));
    return told?.replace(/\s+/g, ' ').trim() ?? null;
  }

  it('is a module of its own, with the names around it and the paths of the file', async () => {
    assert.equal(
      await declared(
        '{ lib, ... }: let x = 1; in with lib; { imports = [ ./b.nix ]; options.a = x; config.a = 2; }',
      ),
      '{ lib, ... }: let x = 1; in with lib; { imports = [ /m/./b.nix ]; options.a = x; }',
    );
  });

  it('is as much as is whole while the text is broken', async () => {
    const broken = '{ lib, ... }:\n{\n  options.a = 1;\n  config.x = \n}\n';
    assert.equal(await declared(broken), '{ lib, ... }: { options.a = 1; }');
    assert.equal(await declared('{ config.x = 1; }'), null);
    assert.equal(await declared('stdenv.mkDerivation { }'), null);
  });
});

describe('the system of a module', () => {
  const systemOf = async (text: string, path: string) => {
    const { root } = await parsed(text);
    return root === null ? null : moduleSystem(root, path);
  };

  it('is told by what it sets, and by its place where two systems have that', async () => {
    assert.equal(await systemOf('{ homebrew.enable = true; }', '/a.nix'), 'nix-darwin');
    assert.equal(await systemOf('{ environment.x = 1; }', '/a.nix'), 'nixos');
    assert.equal(await systemOf('{ environment.x = 1; }', '/hosts/darwin/a.nix'), 'nix-darwin');
    assert.equal(await systemOf('{ services.x = 1; }', '/darwin-configuration.nix'), 'nix-darwin');
    assert.equal(await systemOf('{ home.x = 1; }', '/darwin/a.nix'), 'home-manager');
  });
});
