{ stdenv, lib
}:
let
  a = 
  b = { c = [ 1 2; };
  c.
in
stdenv.mkDerivation {
  pname = "x
  version = ";
  buildPhase = ''
    make "
  '';
  d = (
}
