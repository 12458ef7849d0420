# What values in a flake hang on that its text does not bind: what its outputs are called with, and the package set that its files mean by
# `pkgs`. Inputs come from the lock file alone, so that they are known while the text is broken. Called from `entryFiles.ts`.
{ lock }:

let
  folder = dirOf lock;
  outputsOf = flake: import ./flakeOutputs.nix { inherit folder flake; };
  inherit (outputsOf { outputs = _: { }; }) inputs;

  # `nixpkgs`, else what is called alike, as `nixpkgs-unstable`.
  named = builtins.filter (name: builtins.match "nixpkgs.+" name != null) (builtins.attrNames inputs);
  candidates = (if inputs ? nixpkgs then [ "nixpkgs" ] else [ ]) ++ named;
  ofInput = input: input.legacyPackages.${builtins.currentSystem} or (import input { });
in
{
  # As it is saved.
  arguments = inputs // { self = outputsOf (import (folder + "/flake.nix")); };
  packages = if candidates == [ ] then import <nixpkgs> { } else ofInput inputs.${builtins.head candidates};
}
