# stdenv.mkDerivation: from a package's attributes to a derivation that runs genericBuild.
{ lib, stdenv, system, shell }:

let
  # Attributes that are for people and for other expressions, not for the builder.
  notForTheBuilder = [ "meta" "passthru" "env" ];

  inputLists = [
    "nativeBuildInputs"
    "buildInputs"
    "propagatedNativeBuildInputs"
    "propagatedBuildInputs"
  ];

  # A phase tests these with -n: `true` arrives as "1", `false` as "".
  defaults = {
    outputs = [ "out" ];
    doCheck = false;
    doInstallCheck = false;
    strictDeps = false;
    patches = [ ];
    configureFlags = [ ];
  };

  # An input is used for building: its `dev` output when it has one.
  forBuilding = attrs: builtins.listToAttrs (map
    (list: {
      name = list;
      value = map lib.getDev (lib.remove null (attrs.${list} or [ ]));
    })
    inputLists);

  nameOf = attrs:
    if attrs ? pname && attrs ? version
    then { name = attrs.name or "${attrs.pname}-${attrs.version}"; }
    else { };

  # Where `nix edit` and error messages say that the package is.
  positionOf = attrs:
    let
      pos = lib.findFirst (pos: pos != null) null [
        (if attrs ? meta then builtins.unsafeGetAttrPos "description" attrs.meta else null)
        (builtins.unsafeGetAttrPos "version" attrs)
        (builtins.unsafeGetAttrPos "name" attrs)
      ];
    in
    lib.optionalAttrs (pos != null) { position = "${pos.file}:${toString pos.line}"; };

  # `attributes` is a set, or a function from the finished set (finalAttrs) to it.
  mkDerivation = attributes:
    if builtins.isFunction attributes then mkFinal attributes else mkFinal (_: attributes);

  mkFinal = toAttrs:
    let
      args = toAttrs (args // { inherit finalPackage overrideAttrs; });

      # overrideAttrs { … }, overrideAttrs (old: { … }), overrideAttrs (finalAttrs: old: { … })
      overrideAttrs = change: mkFinal (final:
        let
          old = toAttrs final;
          once = if builtins.isFunction change then change old else change;
        in
        old // (if builtins.isFunction once then change final old else once));

      forTheBuilder = removeAttrs args notForTheBuilder;
      structured = args.__structuredAttrs or false;
      mainProgram = (args.meta or { }).mainProgram or null;
      env = (args.env or { }) // lib.optionalAttrs (mainProgram != null) { NIX_MAIN_PROGRAM = mainProgram; };

      drv = derivation (
        defaults
        // forTheBuilder
        // nameOf args
        // forBuilding args
        // (if structured then { inherit env; } else env)
        // {
          inherit stdenv system;
          builder = args.realBuilder or shell;
          args = args.args or [ "-e" ./source-stdenv.sh (args.builder or ./default-builder.sh) ];
        }
      );

      finalPackage = lib.extendDerivation
        ({
          inherit overrideAttrs;
          meta = { available = true; } // positionOf args // (args.meta or { });
          passthru = args.passthru or { };
        } // (args.passthru or { }))
        drv;
    in
    finalPackage;
in
mkDerivation
