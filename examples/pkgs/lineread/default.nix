# A header-only library: `lineread(stream)`.
{ stdenv }:

stdenv.mkDerivation {
  pname = "lineread";
  version = "1.2";
  src = ./.;
  dontConfigure = true;
  dontBuild = true;
  installPhase = ''
    runHook preInstall
    install -D -m 644 lineread.h "$out/include/lineread.h"
    runHook postInstall
  '';
  meta.description = "Reads one line without its end";
}
