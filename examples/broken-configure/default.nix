# A derivation to mend: its configurePhase fails. Run configurePhase (▶) and look at
# the line that is marked; the log of the phase says what the command saw. Then
# correct the line and run the phase again: what came before it is kept.
{ pkgs ? import ../pkgs { } }:

pkgs.stdenv.mkDerivation {
  pname = "answer";
  version = "0.3";
  src = ./src;

  configurePhase = ''
    runHook preConfigure

    echo "checking the version of the sources"
    declared=$(cat VERSION)
    echo "the sources say $declared"

    # The next line fails: VERSION holds the bare number, so no line of it is
    # "version = 0.3". Correct is: grep -qx "$version" VERSION
    grep -qx "version = $version" VERSION

    echo "version=$declared" > config.mk
    echo "prefix=$out" >> config.mk
    runHook postConfigure
  '';

  buildPhase = ''
    runHook preBuild
    $CC -O2 -DVERSION="\"$version\"" -o answer answer.c
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    install -D answer "$out/bin/answer"
    runHook postInstall
  '';

  # Runs when any phase fails, wherever that was.
  failureHook = ''
    echo "something went wrong in $PWD"
  '';

  meta.description = "Knows the answer, once it builds";
}
