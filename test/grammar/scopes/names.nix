# One of each place where a name can stand.
{
  lib,
  stdenv,
  fetchurl ? import ./fetchurl.nix,
  ...
}@args:

let
  inherit (lib) optional licenses;
  greet = name: "Hello, ${name}!";
  nested.a."b c".${greet "d"} = 1;
in
assert args ? lib.optional || !(args.stdenv.isLinux or false);
with lib;
rec {
  inherit stdenv;
  pname = "names";
  version = builtins.concatStringsSep "." [ "1" "2" ];
  src = fetchurl { url = "mirror://gnu/${pname}.tar.gz"; };
  or' = 1;
  a-b_c' = if version == "1.2" then null else throw "no";
  meta.license = licenses.mit // { } ++ [ ] <| [ -1 1.5e3 ] |> map toString;
}
