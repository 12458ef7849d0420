# The standard environment: a derivation whose output is the script that every builder sources.
{ lib, system, shell }:

let
  setupHooks = [
    ./setup-hooks/multiple-outputs.sh
    ./setup-hooks/compiler.sh
    ./setup-hooks/strip.sh
  ];

  stdenv = derivation {
    name = "stdenv";
    inherit system shell;
    builder = shell;
    args = [ "-e" ./builder.sh ];
    setup = ./setup.sh;
    # Folders whose bin/ holds the host's own tools: this is what makes the set work without a download.
    initialPath = "/usr /";
    defaultNativeBuildInputs = setupHooks;
  };
in
stdenv
// {
  inherit shell system;
  mkDerivation = import ./make-derivation.nix { inherit lib stdenv system shell; };
}
