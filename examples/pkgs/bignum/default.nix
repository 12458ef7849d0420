# A header-only library: `bignum_power(base, exponent)`.
{ stdenv }:

stdenv.mkDerivation {
  pname = "bignum";
  version = "1.0";
  src = ./.;
  dontConfigure = true;
  dontBuild = true;
  installPhase = ''
    runHook preInstall
    install -D -m 644 bignum.h "$out/include/bignum.h"
    runHook postInstall
  '';
  meta.description = "Powers of whole numbers";
}
