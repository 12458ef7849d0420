import assert from 'node:assert/strict';
import { fileKind } from '../../../server/src/derivation/fileKind';
import { expressionOf } from '../../support/syntax';

const cases: readonly (readonly [text: string, kind: string])[] = [
  ['{ stdenv, fetchurl }: stdenv.mkDerivation { pname = "a"; }', 'package'],
  [
    '{ lib, stdenv, ... }@args: assert true; let v = "1"; in stdenv.mkDerivation (self: { name = v; })',
    'package',
  ],
  ['{ buildGoModule }: let a = buildGoModule { }; in a', 'package'],
  ['{ callPackage, fetchurl }: callPackage ./generic.nix { }', 'package'],
  ['{ makeSetupHook }: makeSetupHook { name = "x"; } ./x.sh', 'package'],
  ['{ mkManyVariants, callPackage }: mkManyVariants { }', 'package'],
  ['{ hello }: hello.overrideAttrs (old: { patches = [ ]; })', 'package'],
  ['{ version }: { stdenv }: stdenv.mkDerivation { inherit version; }', 'package'],
  ['{ runCommand }: runCommand "a" { } "touch $out"', 'package'],
  ['{ stdenv, musl }: if musl then throw "no" else stdenv.mkDerivation { }', 'package'],

  ['{ pkgs ? import <nixpkgs> { } }: pkgs.stdenv.mkDerivation { name = "a"; }', 'expression'],
  ['with import <nixpkgs> { }; stdenv.mkDerivation { name = "a"; }', 'expression'],
  ['{ v18 = { version = "18.1"; hash = "x"; }; }', 'expression'],
  ['{ overlays ? [ ] }: import ./impure.nix { inherit overlays; }', 'expression'],
  ['[ 1 2 ]', 'expression'],
  ['"text"', 'expression'],
  [
    '{ name = "test"; nodes.machine = { ... }: { services.a.enable = true; }; testScript = ""; }',
    'expression',
  ],

  ['{ callPackage }: { a = callPackage ./a { }; b = callPackage ./b { }; }', 'derivations'],
  ['let pkgs = import <nixpkgs> { }; in rec { a = pkgs.runCommand "a" { } ""; f = x: x; }', 'derivations'],
  ['let pkgs = 1; self = { a = pkgs.hello.override { }; }; in self', 'derivations'],
  ['{ lib, newScope }: lib.makeScope newScope (self: { a = self.callPackage ./a { }; })', 'derivations'],
  ['let a = stdenv.mkDerivation { }; in { inherit a; }', 'derivations'],
  ['{ pkgs }: { x = 1; } // { a = pkgs.callPackage ./a { }; }', 'derivations'],

  ['final: prev: { hello = final.callPackage ./hello { }; }', 'overlay'],
  ['self: super: with self; { }', 'overlay'],
  ['_: prev: { }', 'overlay'],
  ['{ lib }: with lib; self: super: { a = null; }', 'overlay'],
  ['_final: _prev: let a = 1; in { inherit a; }', 'overlay'],

  ['{ config, lib, pkgs, ... }: { options.a = 1; }', 'module'],
  ['{ imports = [ ./a.nix ]; }', 'module'],
  ['{ pkgs, ... }: { services.nginx.enable = true; }', 'module'],
  ['{ programs.git = { enable = true; }; home.stateVersion = "1"; }', 'module'],
  ['{ pkgs, ... }: { programs.java.enable = true; nmt.script = "x"; }', 'module'],

  ['{ inputs = { }; outputs = { self }: { }; }', 'flake'],

  ['{ pkgs ? import <nixpkgs> { } }: pkgs.mkShell { packages = [ ]; }', 'shell'],
  ['with import <nixpkgs> { }; mkShellNoCC { }', 'shell'],
  ['{ mkDevShell, hello }: mkDevShell { }', 'shell'],

  ['{ lib }: rec { twice = x: 2 * x; name = "a"; }', 'library'],
  ['{ id = x: x; }', 'library'],
  ['lib: version: lib.splitVersion version', 'library'],
  ['let f = x: x; in { inherit f; }', 'library'],

  // What a name of an option is also that of.
  ['{ callPackage }: { services = callPackage ./s { }; programs = callPackage ./p { }; }', 'derivations'],
  ['{ pkgs }: { services.a = pkgs.callPackage ./a { }; }', 'derivations'],
  ['let a = b; b = a; in a', 'expression'],
];

describe('What a file is by its shape', () => {
  for (const [text, kind] of cases) {
    it(`${kind}: ${text}`, async () => assert.equal(fileKind(await expressionOf(text)).kind, kind));
  }

  it('what its function has to be given', async () => {
    const kind = fileKind(await expressionOf('{ stdenv, doc ? false, zlib }: stdenv.mkDerivation { }'));
    assert.deepEqual(kind, { kind: 'package', required: ['stdenv', 'zlib'] });
  });
});
