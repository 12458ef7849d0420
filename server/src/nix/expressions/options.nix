# What the options of a module system are: the names below a path, or what there is to tell of one. The path goes through the types of
# options as their definitions do: below a submodule are its options, below an attribute set of something any name (nixpkgs'
# `lib/types.nix`, `nestedTypes` and `getSubOptions`). Called by values.nix, whose ways of looking at values it is given. Builtins only.
{ emit, orElse, text, texts, attrs, shown, tellNames }:

let
  isOption = value: builtins.isAttrs value && orElse null (value._type or null) == "option";

  # Where a path has come to: in a set of options, or at something of a type.
  inSet = options: { inherit options; option = null; type = null; };
  atType = option: type: { inherit option type; options = null; };

  nested = type: attrs (type.nestedTypes or null);
  firstOf = builtins.foldl' (before: one: if before != null then before else one) null;
  eachNames = [ "attrsOf" "lazyAttrsOf" ];

  # What names below a value of this type are: those of options, or any one with a type of its own.
  within = depth: given:
    let
      type = attrs given;
      name = text (type.name or null);
      inner = nested type;
      subOptions = attrs (type.getSubOptions [ ]);
      through = map (within (depth + 1))
        (builtins.filter builtins.isAttrs (map (orElse null) [ (inner.elemType or null) (inner.finalType or null) (inner.left or null) (inner.right or null) ]));
    in
    if depth > 8 then null
    else if name == "submodule" then { options = subOptions; each = null; }
    else if builtins.elem name eachNames then { options = null; each = inner.elemType or null; }
    else firstOf through;

  below = at: name:
    if at == null then null
    else if at.options != null then
      if !(at.options ? ${name}) then null
      else
        let value = orElse null at.options.${name}; in
        if isOption value then atType value (value.type or null) else if builtins.isAttrs value then inSet value else null
    else
      let inner = within 0 at.type; in
      if inner == null then null
      else if inner.each != null then atType null inner.each
      else below (inSet inner.options) name;

  reached = set: path: builtins.foldl' below (inSet (attrs set)) path;

  namesOf = at:
    if at == null then null
    else if at.options != null then at.options
    else
      let inner = within 0 at.type; in
      if inner == null then null else inner.options;

  # Types of one other type, which takes what is written.
  passing = [ "nullOr" "listOf" "uniq" "unique" ];
  namesIn = options: builtins.filter (name: name != "_module" && name != "_freeformOptions") (builtins.attrNames options);

  # Whether a path surely is an option, or surely is none: { known = true; }, { stranger = true; depth; names; }, or { } where only an
  # evaluation of the definition tells: values of several types or of free form, and modules inside of values.
  surely = options: path:
    let
      count = builtins.length path;
      inOptions = depth: options: isFree:
        let name = builtins.elemAt path depth; value = orElse null options.${name}; in
        if depth == count then { }
        else if !(options ? ${name}) then if isFree then { } else { stranger = true; inherit depth; names = namesIn options; }
        else if isOption value then inType (depth + 1) 0 (value.type or null)
        else if builtins.isAttrs value then inOptions (depth + 1) value isFree
        else { };
      inType = depth: steps: given:
        let
          type = attrs given;
          name = text (type.name or null);
          inner = nested type;
          own = attrs (type.getSubOptions [ ]);
        in
        if depth == count then { known = true; }
        else if steps > 8 then { }
        else if builtins.elem name eachNames then inType (depth + 1) 0 (inner.elemType or null)
        else if builtins.elem name passing then inType depth (steps + 1) (inner.elemType or null)
        # One with assertions is a configuration of its own (a home, a container), which others may add modules to.
        else if name == "submodule" && own != { } && !(own ? assertions) then inOptions depth own (inner ? freeformType || own ? _freeformOptions)
        else { };
      free = orElse null (options._module.freeformType.value or null);
    in
    inOptions 0 options (free != null);

  # Texts are strings, or sets that say how they are written (`literalExpression`, `mdDoc`).
  written = given:
    let value = orElse null given; in
    if builtins.isAttrs value && value ? _type then text (value.text or null)
    else if value == null then null
    else shown "" 0 value;
  described = given:
    let value = orElse null given; in
    if builtins.isAttrs value then text (value.text or null) else text value;

  payload = type: attrs ((attrs (type.functor or null)).payload or null);
  valuesOf = given:
    let
      type = attrs given;
      name = text (type.name or null);
      inner = nested type;
      listed = orElse null ((attrs (type.functor or null)).payload or null);
    in
    if name == "enum" then
      if builtins.isList listed then map (shown "" 0) listed else map (shown "" 0) (let found = orElse [ ] ((payload type).values or [ ]); in if builtins.isList found then found else [ ])
    else if name == "bool" then [ "true" "false" ]
    else if name == "nullOr" then [ "null" ] ++ valuesOf (inner.elemType or null)
    else if name == "either" then valuesOf (inner.left or null) ++ valuesOf (inner.right or null)
    else [ ];

  positions = option:
    let
      told = orElse null (option.declarationPositions or null);
      files = texts (option.declarations or null);
    in
    if builtins.isList told && told != [ ] then
      map (one: { file = text (one.file or null); line = orElse null (one.line or null); column = orElse null (one.column or null); }) told
    else map (file: { inherit file; line = 1; column = 1; }) files;

  fields = at:
    if at.options != null then [ { option = true; isSet = true; count = builtins.length (builtins.attrNames at.options); } ]
    else
      let
        option = attrs at.option;
        type = attrs at.type;
      in
      [
        { option = true; isSet = false; }
        { type = firstOf [ (text (type.description or null)) (text (type.name or null)) ]; }
        { description = described (option.description or null); }
        { default = if option ? defaultText then written option.defaultText else if option ? default then written option.default else null; }
        { example = if option ? example then written option.example else null; }
        { readOnly = orElse false (option.readOnly or false) == true; internal = orElse false (option.internal or false) == true; }
        { declarations = positions option; }
        { values = valuesOf type; }
        { takesSet = let inner = within 0 type; in inner != null; }
      ];

  tell = at: builtins.foldl'
    (_: field:
      let tried = builtins.tryEval (builtins.toJSON field); in
      if tried.success then emit { type = "field"; inherit field; } null else null)
    null
    (fields at);
in
{
  # The first set of options in which the path leads somewhere. That there is a set is told first: what fails after that is one option's.
  find = builtins.foldl'
    (before: { set, path }:
      if before != null then before
      else if !(builtins.isAttrs (orElse null set)) then null
      else emit { type = "field"; field.hasOptions = true; } (reached set path))
    null;
  # For each path, by its number.
  tellStrangers = set: paths:
    let
      options = orElse null set;
      told = number:
        let found = surely options (builtins.elemAt paths number); in
        if found ? stranger then emit { type = "stranger"; inherit number; inherit (found) depth names; } null
        else if found ? known then emit { type = "known"; inherit number; } null
        else null;
    in
    if !(builtins.isAttrs options) then null
    else emit { type = "field"; field.hasOptions = true; } (builtins.foldl' (_: told) null (builtins.genList (number: number) (builtins.length paths)));
  tellNames = at: let names = namesOf at; in if names == null then emit { type = "none"; } null else tellNames (builtins.removeAttrs names [ "_module" ]);
  inherit tell;
}
