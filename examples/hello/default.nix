# A program in C. The Phasewise view beside this file shows the phases that this
# derivation runs, in order, and the hooks that it adds to them. Press ▶ on one of
# them; or build it all with `nix-build` in this folder.

# With <nixpkgs> on the search path that is used, else the small set beside this
# folder, which needs no network.
{ pkgs ? (
    let nixpkgs = builtins.tryEval <nixpkgs>; in
    if nixpkgs.success then import nixpkgs.value { } else import ../pkgs { }
  )
}:

pkgs.stdenv.mkDerivation (finalAttrs: {
  pname = "hello";
  version = "1.0";

  # unpackPhase copies this folder into the build directory and enters it.
  src = ./src;

  # configurePhase runs ./configure with these, after --prefix=$out.
  configureFlags = [ "--greeting=Hello" ];

  # Runs before buildPhase; buildPhase itself is stdenv's and calls make. Nix fills
  # in what stands in braces; a bare $CC is bash's.
  preBuild = ''
    echo "compiling ${finalAttrs.pname} ${finalAttrs.version} with $CC"
    makeFlagsArray+=("CFLAGS=-O2 -Wall")
  '';

  # checkPhase is skipped unless this is set; it calls `make check`.
  doCheck = true;

  # Runs after `make install`. Try it: misspell a file's name here, run
  # installPhase, and see the line marked.
  postInstall = ''
    mkdir -p "$out/share/doc/hello"
    cp README "$out/share/doc/hello/README"
  '';

  # What the finished program prints, as a last look at it.
  doInstallCheck = true;
  installCheckPhase = ''
    runHook preInstallCheck
    "$out/bin/hello" | grep -qx "Hello, world!"
    runHook postInstallCheck
  '';

  meta = {
    description = "A program that greets";
    license = pkgs.lib.licenses.mit;
    mainProgram = "hello";
  };
})
