# A handful of what nixpkgs calls `lib`: the functions that packages use most, under the same names.
let
  inherit (builtins) attrNames elemAt;
in
rec {
  inherit (builtins) attrValues concatStringsSep elem filter foldl' functionArgs genList hasAttr head isAttrs isFunction
    isList isString length map mapAttrs match replaceStrings splitVersion stringLength substring tail toJSON typeOf;

  id = x: x;
  optional = condition: element: if condition then [ element ] else [ ];
  optionals = condition: list: if condition then list else [ ];
  optionalString = condition: string: if condition then string else "";
  optionalAttrs = condition: attrs: if condition then attrs else { };
  remove = element: filter (other: other != element);
  findFirst = accept: default: list:
    let found = filter accept list; in if found == [ ] then default else head found;
  range = first: last: if first > last then [ ] else genList (n: first + n) (last - first + 1);
  last = list: elemAt list (length list - 1);

  concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
  concatMapStrings = concatMapStringsSep "";
  concatStrings = concatStringsSep "";
  concatLines = concatMapStrings (line: line + "\n");
  hasPrefix = prefix: string: substring 0 (stringLength prefix) string == prefix;
  hasSuffix = suffix: string:
    let start = stringLength string - stringLength suffix; in
    start >= 0 && substring start (stringLength suffix) string == suffix;
  removePrefix = prefix: string:
    if hasPrefix prefix string then substring (stringLength prefix) (-1) string else string;
  escapeShellArg = argument:
    let string = toString argument; in
    if match "[[:alnum:],._+:@%/-]+" string != null then string
    else "'${replaceStrings [ "'" ] [ "'\\''" ] string}'";
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;

  mapAttrsToList = f: attrs: map (name: f name attrs.${name}) (attrNames attrs);
  genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
  filterAttrs = accept: attrs:
    builtins.listToAttrs (map (name: { inherit name; value = attrs.${name}; })
      (filter (name: accept name attrs.${name}) (attrNames attrs)));
  recurseIntoAttrs = attrs: attrs // { recurseForDerivations = true; };

  versions = {
    major = version: head (builtins.splitVersion version);
    majorMinor = version:
      let parts = builtins.splitVersion version; in "${elemAt parts 0}.${elemAt parts 1}";
  };

  # Hashes that are never right: a fixed-output derivation fails with them, and its error tells the right one.
  fakeHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  fakeSha256 = "0000000000000000000000000000000000000000000000000000000000000000";

  isDerivation = value: isAttrs value && value.type or null == "derivation";
  getOutput = output: package:
    if isAttrs package && !(package.outputSpecified or false) then package.${output} or package.out or package else package;
  getDev = getOutput "dev";
  getLib = getOutput "lib";
  getBin = getOutput "bin";
  getExe = package: "${getBin package}/bin/${package.meta.mainProgram or package.pname or package.name}";
  makeBinPath = concatMapStringsSep ":" (package: "${getBin package}/bin");

  # A derivation with more attributes, on each of its outputs, too.
  extendDerivation = attributes: drv:
    let
      outputs = genAttrs drv.outputs (name: drv.${name} // attributes // outputs // { outputSpecified = true; });
    in
    drv // attributes // outputs;

  # f called with what it asks for from `scope`; the result has `override`, which calls it again with other arguments.
  callPackageWith = scope: fileOrFunction: arguments:
    let
      f = if isFunction fileOrFunction then fileOrFunction else import fileOrFunction;
      call = given:
        let result = f given; in
        if isAttrs result
        then result // { override = change: call (given // (if isFunction change then change given else change)); }
        else result;
    in
    call (builtins.intersectAttrs (functionArgs f) scope // arguments);

  licenses = {
    mit = { spdxId = "MIT"; fullName = "MIT License"; free = true; };
    psfl = { spdxId = "Python-2.0"; fullName = "Python Software Foundation License version 2"; free = true; };
  };
  platforms = {
    linux = [ "x86_64-linux" "aarch64-linux" ];
    unix = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
  };
}
