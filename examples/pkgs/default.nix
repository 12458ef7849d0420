# A package set in a few files, for trying things where nixpkgs is not at hand. It has the same shape (lib, stdenv,
# callPackage, fetchers, runCommand) and builds with the tools of the machine it runs on, so it needs no download.
{ system ? builtins.currentSystem }:

let
  lib = import ./lib.nix;

  # macOS comes with a bash from 2007; a newer one is found where Homebrew puts it.
  shell =
    if lib.hasSuffix "-darwin" system
    then
      lib.findFirst builtins.pathExists "/bin/bash"
        [ "/opt/homebrew/bin/bash" "/usr/local/bin/bash" ]
    else "/bin/bash";

  pkgs = {
    inherit lib pkgs system;
    callPackage = lib.callPackageWith pkgs;
    stdenv = import ./stdenv { inherit lib system shell; };

    fetchurl = pkgs.callPackage ./fetchurl.nix { };
    fetchzip = pkgs.callPackage ./fetchzip.nix { };

    # runCommand "name" { attributes } "bash that makes $out"
    runCommand = name: attributes: buildCommand:
      pkgs.stdenv.mkDerivation ({ inherit name buildCommand; } // attributes);

    writeText = name: text:
      pkgs.runCommand name { inherit text; passAsFile = [ "text" ]; } ''
        cp "$textPath" "$out"
      '';

    # A package that is nothing but a setup hook, for nativeBuildInputs.
    makeSetupHook = { name }: script:
      pkgs.runCommand name { } ''
        mkdir -p "$out/nix-support"
        cp ${script} "$out/nix-support/setup-hook"
      '';

    # Two small libraries for others to be built with.
    bignum = pkgs.callPackage ./bignum { };
    lineread = pkgs.callPackage ./lineread { };
  };
in
pkgs
