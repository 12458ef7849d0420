# "Compile Python", in small: the steps that packaging a real interpreter takes, on
# one that only adds and multiplies.
#
# 1. Build it. The source's hash is not known yet, so `fakeHash` stands in, and the
#    build fails with
#      hash mismatch in fixed-output derivation …
#        specified: sha256-AAAA…=
#           got:    sha256-…
# 2. Put what it got in place of `lib.fakeHash` (in quotes): the failure offers that
#    as a quick fix. Build again: done.
{ pkgs ? import ../pkgs { } }:

pkgs.callPackage
  ({ lib, stdenv, fetchzip, bignum, lineread, debugBuild ? false }:

  stdenv.mkDerivation (finalAttrs: {
    pname = "python";
    version = "0.3.1";

    # A derivation of its own whose output must have this hash. Here it "downloads" a
    # folder beside this file, so that it works without a network.
    src = fetchzip {
      url = "file://${./upstream}";
      hash = lib.fakeHash;
    };

    # A list of inputs: their headers and libraries are found by the compiler.
    buildInputs = [
      bignum
      lineread
    ] ++ lib.optional debugBuild null;

    # One hook made from parts, as large packages do it. Each part is bash, and an
    # error in one of them is shown at its line.
    postPatch = lib.concatStringsSep "\n" [
      ''
        # Nothing of the host's may end up in the result.
        substituteInPlace Makefile \
          --replace-fail /usr/local "$out"
      ''
      (lib.optionalString debugBuild ''
        substituteInPlace Makefile --replace-fail -O2 "-O0 -g"
      '')
      ''
        substituteInPlace version.h --subst-var-by version ${finalAttrs.version}
      ''
    ];

    preConfigure = ''
      echo "modules: arithmetic, power" > Setup.local
    '';

    enableParallelBuilding = true;

    doCheck = true;
    checkTarget = "test";

    postInstall = ''
      ln -s python${lib.versions.majorMinor finalAttrs.version} "$out/bin/python"
    '';

    # Builds of their own that try what was built: the Test Explorer lists them.
    passthru.tests.arithmetic = pkgs.runCommand "python-arithmetic" { } ''
      test "$(echo '6 * 7' | ${finalAttrs.finalPackage}/bin/python)" = 42
      touch "$out"
    '';

    meta = {
      description = "A very small relative of a well-known interpreter";
      license = lib.licenses.psfl;
      mainProgram = "python";
    };
  }))
{ }
