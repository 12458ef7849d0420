# What a value is: its names, or what there is to tell of it, one record after the other on `builtins.trace`, so that those before an
# error are known when the error ends the evaluation. Called by warm.nix; `phasewise'request` is JSON. Only what is asked for is
# evaluated, and what throws is left out. Builtins only.
{ phasewise'request, ... }:

let
  request = builtins.fromJSON phasewise'request;

  emit = record: rest: builtins.trace "${request.tag}${builtins.toJSON record}" rest;
  quiet = builtins.unsafeDiscardStringContext;
  isDerivation = value: builtins.isAttrs value && orElse null (value.type or null) == "derivation";

  # Its `outPath` may copy a tree.
  isFlake = value: builtins.isAttrs value && orElse null (value._type or null) == "flake";

  # Null also stands for what throws.
  orElse = otherwise: value: let tried = builtins.tryEval value; in if tried.success then tried.value else otherwise;
  text = value: let found = orElse null value; in if builtins.isString found then quiet found else null;
  texts = value: let found = orElse null value; in if builtins.isList found then builtins.filter (one: one != null) (map text found) else [ ];
  attrs = value: let found = orElse null value; in if builtins.isAttrs found then found else { };
  limited = count: list: if builtins.length list <= count then list else builtins.genList (builtins.elemAt list) count;

  # --- where it is -------------------------------------------------------------------------------------------------

  # { value; parent; name; } or null
  reached = place:
    builtins.foldl'
      (found: name:
        let set = if found == null then { } else attrs found.value; in
        if set ? ${name} then { inherit name; parent = set; value = set.${name}; } else null)
      { value = import place.file; parent = null; name = null; }
      place.path;
  # The first one with a value.
  found = builtins.foldl'
    (before: place:
      if before != null then before
      else
        let one = reached place; in
        if one != null && (builtins.tryEval one.value).success then one else null)
    null
    request.places;

  place = name: set: if set != null && set ? ${name} then builtins.unsafeGetAttrPos name set else null;
  firstPlace = builtins.foldl' (before: one: if before != null then before else one) null;

  # --- names -------------------------------------------------------------------------------------------------------

  slices = size: list:
    let count = builtins.length list; in
    builtins.genList
      (n: builtins.genList (i: builtins.elemAt list (n * size + i)) (if (n + 1) * size <= count then size else count - n * size))
      ((count + size - 1) / size);
  tellNames = set:
    builtins.foldl' (_: names: emit { type = "names"; inherit names; } null) null (slices 1000 (builtins.attrNames set));

  # --- what there is to tell ---------------------------------------------------------------------------------------

  hasText = needle: whole: builtins.length (builtins.split needle whole) > 1;

  # Whether all of it is wanted, on lines, or what a few words tell.
  isWhole = request.wants == "whole";
  most =
    if isWhole then { depth = 6; items = 200; set = 200; characters = 20000; }
    else { depth = 2; items = 12; set = 40; characters = 400; };

  # As Nix writes it, cut short; what is in it is looked at no deeper than this.
  shown = indent: depth: given:
    let
      tried = builtins.tryEval given;
      value = tried.value;
      kind = builtins.typeOf value;
      names = builtins.attrNames value;
      few = if depth >= most.depth then 0 else if isWhole || depth == 0 then most.items else most.items / 2;
      inner = "${indent}  ";
      enclosed = open: close: parts:
        if isWhole then "${open}${builtins.concatStringsSep "" (map (part: "\n${inner}${part}") parts)}\n${indent}${close}"
        else "${open} ${builtins.concatStringsSep " " parts} ${close}";
      rest = count: if count > few then [ "…" ] else [ ];
    in
    if !tried.success then "…"
    else if kind == "string" then builtins.toJSON (quiet (if builtins.stringLength value > most.characters then "${builtins.substring 0 most.characters value}…" else value))
    else if kind == "path" then toString value
    else if kind == "null" then "null"
    else if kind == "bool" || kind == "int" || kind == "float" then builtins.toJSON value
    else if kind == "lambda" then "<function>"
    else if isFlake value then "<flake ${builtins.concatStringsSep " " (builtins.attrNames (attrs (value.outputs or null)))}>"
    else if isDerivation value then "<derivation ${toString (text (value.name or null))}>"
    else if kind == "list" then
      if value == [ ] then "[ ]"
      else if few == 0 then "[ … ]"
      else enclosed "[" "]" (map (shown inner (depth + 1)) (limited few value) ++ rest (builtins.length value))
    else if kind == "set" then
      if names == [ ] then "{ }"
      else if few == 0 || (builtins.length names > most.set && depth > 0) then "{ … }"
      # Of very large sets the names: somebody may have meant to look at all packages.
      else if builtins.length names > most.set then enclosed "{" "}" (map (name: "${written name} = …;") (limited few names) ++ rest (builtins.length names))
      else enclosed "{" "}" (map (name: "${written name} = ${shown inner (depth + 1) value.${name}};") (limited few names) ++ rest (builtins.length names))
    else "<${kind}>";

  written = name: if builtins.match "[a-zA-Z_][a-zA-Z0-9_'-]*" name == null then builtins.toJSON name else name;

  licenseName = license:
    if builtins.isString license then license
    else if builtins.isAttrs license then
      firstPlace [ (text (license.spdxId or null)) (text (license.shortName or null)) (text (license.fullName or null)) ]
    else null;
  licenses = license:
    builtins.filter (name: name != null) (map licenseName (if builtins.isList license then license else [ license ]));

  functionOf = value:
    if builtins.isFunction value then value
    else if builtins.isAttrs value && value ? __functor then value
    else null;
  # nixpkgs' functors say so themselves.
  formalsOf = f: if builtins.isFunction f then builtins.functionArgs f else attrs (f.__functionArgs or { });
  bare = f: if builtins.isFunction f then f else orElse null (f.__functor f);

  # The file that `callPackage` read: `override` mirrors the arguments of its function, with their places.
  calledFile = value:
    let
      mirrored = attrs (value.override.__functionArgs or { });
      names = builtins.attrNames mirrored;
    in
    if names == [ ] then null else builtins.unsafeGetAttrPos (builtins.head names) mirrored;
  writtenAttributes = value:
    let own = attrs (value.drvAttrs or { }); in
    firstPlace (map (name: place name own) [ "pname" "name" "version" "src" ]);

  fields = { value, parent, name }:
    let
      meta = attrs (value.meta or { });
      f = functionOf value;
      isDrv = isDerivation value;
      platforms = texts (meta.platforms or null);
    in
    [
      { kind = builtins.typeOf value; attribute = name; place = place name parent; }
    ]
    ++ (if !isDrv then [ ] else [
      {
        derivation = true;
        name = text (value.name or null);
        version = text (value.version or null);
        system = text (value.system or null);
        outputs = texts (value.outputs or [ "out" ]);
      }
      {
        metaPosition = text (meta.position or null);
        called = calledFile value;
        written = writtenAttributes value;
      }
      {
        description = text (meta.description or null);
        homepage = if builtins.isList (orElse null (meta.homepage or null)) then builtins.head (texts meta.homepage ++ [ null ]) else text (meta.homepage or null);
        licenses = licenses (orElse null (meta.license or null));
        platforms = limited 12 platforms;
        platformCount = builtins.length platforms;
        supported = platforms == [ ] || builtins.elem builtins.currentSystem platforms;
        broken = orElse false (meta.broken or false) == true;
        insecure = texts (meta.knownVulnerabilities or null) != [ ];
        mainProgram = text (meta.mainProgram or null);
      }
      { drvPath = text value.drvPath; }
      {
        paths = builtins.listToAttrs (map
          (output: { name = output; value = text ((value.${output} or value).outPath); })
          (texts (value.outputs or [ "out" ])));
      }
    ])
    ++ (if f == null || isDrv then [ ] else [
      (
        let
          formals = formalsOf f;
          xml = builtins.toXML (bare f);
          firstOf = names: if names == [ ] then null else place (builtins.head names) formals;
          plain = builtins.match ".*<varpat name=\"([^\"]*)\".*" xml;
        in
        {
          function = true;
          formals = map (formal: { name = formal; optional = formals.${formal}; place = place formal formals; }) (builtins.attrNames formals);
          ellipsis = hasText "<attrspat ellipsis" xml;
          argument = if plain == null then null else builtins.head plain;
          formalPlace = firstOf (builtins.attrNames formals);
        }
      )
    ])
    ++ (if isDrv || f != null then [ ]
    else if builtins.isAttrs value && !isWhole && builtins.length (builtins.attrNames value) > most.set then [ { count = builtins.length (builtins.attrNames value); } ]
    else [ { shown = shown "" 0 value; count = if builtins.isAttrs value then builtins.length (builtins.attrNames value) else null; } ]);

  # Of a derivation the last ones are dear: its store paths.
  wantedOf = isDrv: if request.wants == "version" then (if isDrv then 2 else 1) else if request.wants == "summary" && isDrv then 4 else 99;
  tell = one: let wanted = wantedOf (isDerivation one.value); in builtins.foldl'
    (_: field:
      let tried = builtins.tryEval (builtins.toJSON field); in
      if tried.success then emit { type = "field"; inherit field; } null else null)
    null
    (limited wanted (fields one));

  options = import ./options.nix { inherit emit orElse text texts attrs shown tellNames; };
  option = if request.wants == "strangers" then null else options.find (map (place: { set = import place.file; inherit (place) path; }) request.places);
in
if request.wants == "strangers" then options.tellStrangers (import (builtins.head request.places).file) (map ({ path, ... }: path) request.places)
else if request.wants == "options" || request.wants == "option" then
  if option == null then emit { type = "none"; } null
  else if request.wants == "options" then options.tellNames option
  else options.tell option
else if found == null && isWhole && request.places != [ ] then
  # What is wrong with it is told by Nix itself.
  let first = builtins.head request.places; in
  builtins.seq (builtins.foldl' (value: name: value.${name}) (import first.file) first.path) null
else if found == null then emit { type = "none"; } null
else if request.wants == "names" then
  if builtins.isAttrs found.value then tellNames found.value else emit { type = "none"; } null
else tell found
