stdenv.mkDerivation {
  configurePhase = ''
    # A comment with ${interpolation} and an apostrophe: don't
    ./configure --prefix=$out "''${flags[@]}" ${lib.optionalString x ''
      --with-x "${y}"
    ''}
  '';
  postInstall = "echo \"$out ${z}\"";
  installPhase = lib.optionalString x ''
    cat > $out/a <<EOF
      it's ${a} $b
      EOF
    if test -e "a'b"; then echo 'c'; fi
  '' + ''echo end'';
  notBash = ''
    echo hi
  '';
  script = runCommand "a" { } ''
    echo done
  '';
}
