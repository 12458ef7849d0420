/** What another file's text takes a file for. */
import assert from 'node:assert/strict';
import { useOfFileIn } from '../../../../server/src/analysis/across/fileUses';
import { parsed } from '../../../support/syntax';

const module = (system: string | null) => ({ as: 'module', system });
const overlay = { as: 'overlay', system: null };

/** By a file beside `/w/x.nix`. */
const cases: readonly (readonly [string, object | null])[] = [
  ['{ imports = [ ./a.nix ./x.nix ]; }', module(null)],
  ['{ lib, ... }: { imports = [ ./a.nix ] ++ lib.optionals true [ ./x.nix ]; }', module(null)],
  ['{ imports = [ (import ./x.nix { a = 1; }) ]; }', module(null)],
  ['lib.nixosSystem { modules = [ ./x.nix ]; }', module('nixos')],
  [
    '{ outputs = i: { nixosConfigurations.a = i.nixpkgs.lib.nixosSystem { modules = [ ./x.nix ]; }; }; }',
    module('nixos'),
  ],
  [
    'home-manager.lib.homeManagerConfiguration { inherit pkgs; modules = [ ./x.nix ]; }',
    module('home-manager'),
  ],
  ['{ home-manager.users.me = import ./x.nix; }', module('home-manager')],
  ['{ home-manager.users.me = ./x.nix; }', module('home-manager')],
  ['{ home-manager = { users.me = { imports = [ ./x.nix ]; }; }; }', module('home-manager')],
  ['{ home-manager.sharedModules = [ ./x.nix ]; }', module('home-manager')],
  ['{ outputs = _: { nixosModules.default = ./x.nix; }; }', module('nixos')],
  ['{ outputs = _: { homeManagerModules = { a = import ./x.nix; }; }; }', module('home-manager')],
  ['lib.evalModules { modules = [ ./x.nix ]; }', module(null)],
  ['import <nixpkgs> { overlays = [ (import ./x.nix) ]; }', overlay],
  ['{ nixpkgs.overlays = [ (import ./x.nix) (f: p: { }) ]; }', overlay],
  ['{ outputs = _: { overlays.default = import ./x.nix; }; }', overlay],
  // Not for one of these.
  ['{ imports = [ ./a.nix ]; b = ./x.nix; }', null],
  ['{ overlays = [ (f: p: import ./x.nix) ]; }', null],
  ['{ a = callPackage ./x.nix { }; }', null],
  ['{ imports = map f [ ./x.nix ]; }', null],
  ['{ imports = [ (import ./x.nix).module ]; }', null],
  ['{ modules = { a = ./x.nix; }; }', null],
  ['import ./x.nix', null],
];

describe('what a file is taken for', () => {
  for (const [text, expected] of cases) {
    it(`is ${JSON.stringify(expected)} in ${JSON.stringify(text)}`, async () => {
      const found = useOfFileIn({ file: '/w/other.nix', tree: await parsed(text) }, '/w/x.nix');
      assert.deepEqual(found, expected);
    });
  }

  it('counts for a folder’s default.nix, too', async () => {
    const tree = await parsed('{ imports = [ ./m ]; }');
    assert.deepEqual(useOfFileIn({ file: '/w/other.nix', tree }, '/w/m/default.nix'), module(null));
  });
});
