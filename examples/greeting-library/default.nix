# A library in three outputs and a program that uses it:
#   nix-build -A greeting    the library (`out`), what compiling against it needs
#                            (`dev`), its manual (`doc`)
#   nix-build -A greeter     a program built with it
# The file evaluates to a set of derivations; the Phasewise view shows both.
{ pkgs ? import ../pkgs { } }:

let
  inherit (pkgs) stdenv;

  greeting = stdenv.mkDerivation (finalAttrs: {
    pname = "greeting";
    version = "2.1";
    src = ./src;

    # The first one is what `${greeting}` means. multiple-outputs.sh moves headers to
    # dev and documents to doc.
    outputs = [ "out" "dev" "doc" ];

    makeFlags = [ "VERSION=${finalAttrs.version}" ];

    doCheck = true;
    checkTarget = "test";

    # Sourced by every builder that has this library among its inputs.
    setupHook = ./setup-hook.sh;

    postFixup = ''
      test -e "$dev/include/greeting.h"
      test -e "$doc/share/doc/greeting/manual.txt"
      test ! -e "$out/include"
    '';

    passthru.tests = { inherit greeter; };
    meta.description = "Greets in several languages";
  });

  greeter = stdenv.mkDerivation {
    name = "greeter";
    src = ./greeter.c;

    # One file, no archive.
    dontUnpack = true;

    # Its headers and libraries are found because the compiler's setup hook has seen
    # the input; `greetingLanguage` is set by the library's own.
    buildInputs = [ greeting ];

    buildPhase = ''
      runHook preBuild
      $CC -DLANGUAGE="\"$greetingLanguage\"" -o greeter "$src" -lgreeting
      runHook postBuild
    '';

    installPhase = ''
      runHook preInstall
      install -D greeter "$out/bin/greeter"
      runHook postInstall
    '';

    doInstallCheck = true;
    installCheckPhase = ''
      runHook preInstallCheck
      "$out/bin/greeter" | grep -q Bonjour
      runHook postInstallCheck
    '';

    meta.description = "Greets in the library's preferred language";
  };
in
{
  inherit greeting greeter;
}
