# fetchzip { url; hash; }: a source tree, unpacked; the hash is the tree's, however it was packed. A file:// URL is an
# archive or a folder that is here already.
{ stdenv }:

{ url, hash ? "", sha256 ? "", name ? "source" }:

stdenv.mkDerivation {
  inherit name url;
  outputHashMode = "recursive";
  outputHashAlgo = if hash != "" then null else "sha256";
  outputHash = if hash != "" then hash else sha256;
  buildCommand = ''
    echo "fetching $url"
    case $url in
      file://*) archive=''${url#file://} ;;
      *)
        archive=$NIX_BUILD_TOP/''${url##*/}
        curl --fail --location --output "$archive" "$url"
        ;;
    esac
    mkdir unpacked
    cd unpacked
    unpackFile "$archive"
    chmod -R u+w .
    # The one folder that an archive of sources holds.
    mv * "$out"
  '';
}
