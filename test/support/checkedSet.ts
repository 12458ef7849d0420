/** A small set of packages that checks what it is given as nixpkgs does, in nixpkgs' words (`check-meta.nix`, `make-derivation.nix`, `customisation.nix` of 2025). */
export const checkedSet = `{ config ? { } }:
let
  metaNames = [ "badPlatforms" "broken" "description" "homepage" "knownVulnerabilities" "license" "outputsToInstall" "platforms" ];
  refuse = attrs: why:
    throw "Package ‘\${attrs.pname}-\${attrs.version}’ in \${(builtins.unsafeGetAttrPos "meta" attrs).file}:1 \${why}, refusing to evaluate.\\n\\na) To temporarily allow it, you can use an environment variable\\n";
  isUnfree = attrs: !(attrs.meta.license.free or true) && !((config.allowUnfreePredicate or (_: false)) attrs);
  isBroken = attrs: attrs.meta.broken or false && !(config.allowBroken or false);
  isInsecure = attrs: attrs.meta.knownVulnerabilities or [ ] != [ ];
  isElsewhere = attrs: !(builtins.elem builtins.currentSystem (attrs.meta.platforms or [ builtins.currentSystem ]));
  unknown = attrs: builtins.filter (name: !(builtins.elem name metaNames)) (builtins.attrNames (attrs.meta or { }));
  unwanted = attrs: builtins.filter (name: !(builtins.elem name (attrs.outputs or [ "out" ]))) (attrs.meta.outputsToInstall or [ ]);
  checkInputs = attrs: name: list:
    let
      at = n:
        let one = builtins.elemAt list n; in
        if one == null || one ? outPath || builtins.isString one || builtins.isPath one then one
        else throw "Dependency is not of a valid type: element \${toString (n + 1)} of \${name} for \${attrs.pname}";
    in
    if builtins.isList list then builtins.genList at (builtins.length list) else throw "\${name} is no list";
  mkDerivation = attrs:
    let
      drv = derivation (builtins.removeAttrs attrs [ "meta" ] // {
        name = "\${attrs.pname}-\${attrs.version}"; system = builtins.currentSystem; builder = "/bin/sh";
        buildInputs = checkInputs attrs "buildInputs" (attrs.buildInputs or [ ]);
      });
      valid = value:
        if unknown attrs != [ ] then refuse attrs "has an invalid meta attrset:\\n  - key 'meta.\${builtins.head (unknown attrs)}' is unrecognized; expected one of: \\n  [\${builtins.concatStringsSep ", " metaNames}]\\n"
        else if !(builtins.isString (attrs.meta.description or "")) then refuse attrs "has an invalid meta attrset:\\n  - key 'meta.description' has invalid value; expected string, got\\n    1\\n"
        else if unwanted attrs != [ ] then refuse attrs "has invalid meta.outputsToInstall"
        else if isUnfree attrs then refuse attrs "has an unfree license (‘unfree’)"
        else if isBroken attrs then refuse attrs "is marked as broken"
        else if isElsewhere attrs then refuse attrs "is not available on the requested hostPlatform:\\n  hostPlatform.system = \\"\${builtins.currentSystem}\\"\\n"
        else if isInsecure attrs then refuse attrs "is marked as insecure"
        else value;
    in
    drv // { drvAttrs = attrs; outPath = valid drv.outPath; drvPath = valid drv.drvPath; };
  callPackage = f: args:
    let
      function = if builtins.isFunction f then f else import f;
      lacking = builtins.filter (name: !(set ? \${name} || args ? \${name}) && !(builtins.functionArgs function).\${name}) (builtins.attrNames (builtins.functionArgs function));
      place = builtins.unsafeGetAttrPos (builtins.head lacking) (builtins.functionArgs function);
    in
    if lacking == [ ] then function (builtins.intersectAttrs (builtins.functionArgs function) set // args)
    else abort "lib.customisation.callPackageWith: Function called without required argument \\"\${builtins.head lacking}\\" at \${place.file}:\${toString place.line}";
  set = {
    inherit callPackage;
    stdenv.mkDerivation = mkDerivation;
    zlib = mkDerivation { pname = "zlib"; version = "1.3"; meta = { }; };
    brokenThing = mkDerivation { pname = "broken-thing"; version = "1.0"; meta.broken = true; };
    insecureThing = mkDerivation { pname = "insecure-thing"; version = "1.0"; meta.knownVulnerabilities = [ "CVE-1" ]; };
    unfreeThing = mkDerivation { pname = "unfree-thing"; version = "1.0"; meta.license.free = false; };
  };
in
set
`;
