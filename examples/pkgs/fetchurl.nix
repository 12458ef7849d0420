# fetchurl { url; hash; }: one file, which must have that hash. A file:// URL is a file that is here already.
{ stdenv }:

{ url, hash ? "", sha256 ? "", name ? baseNameOf (builtins.unsafeDiscardStringContext url) }:

stdenv.mkDerivation {
  inherit name url;
  outputHashMode = "flat";
  outputHashAlgo = if hash != "" then null else "sha256";
  outputHash = if hash != "" then hash else sha256;
  buildCommand = ''
    echo "fetching $url"
    case $url in
      file://*) cp "''${url#file://}" "$out" ;;
      *) curl --fail --location --output "$out" "$url" ;;
    esac
  '';
}
