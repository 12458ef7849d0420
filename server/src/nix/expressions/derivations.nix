# What derivations a file (or flake) makes, one record after the other on `builtins.trace`, so that those before an error
# are known when the error ends the evaluation. Called by evaluation.ts; `phasewise'request` is JSON, the other arguments
# are the user's own `--arg`s. Builtins only: the user's nixpkgs may be missing, old, or the very thing that is broken.
{ phasewise'request, ... }@given:

let
  request = builtins.fromJSON phasewise'request;
  userArgs = builtins.removeAttrs given [ "phasewise'request" ];

  emit = record: builtins.trace "${request.tag}${builtins.toJSON record}";
  quiet = builtins.unsafeDiscardStringContext;
  isDerivation = value: builtins.isAttrs value && (value.type or null) == "derivation";

  # --- functions ---------------------------------------------------------------------------------------------------

  # functionArgs says {} for `x: …` and for `{ … }: …` alike; toXML tells them apart without calling.
  hasText = needle: text: builtins.length (builtins.split needle text) > 1;
  isPlainLambda = f: hasText "<varpat" (builtins.toXML f);
  hasEllipsis = f: hasText "<attrspat ellipsis" (builtins.toXML f);

  # A NixOS or home-manager module is a function of these and nothing else; no package takes only these.
  moduleArgs = [
    "config" "options" "lib" "pkgs" "modulesPath" "utils" "specialArgs" "name" "inputs" "self" "outputs" "osConfig"
    "nixosConfig" "darwinConfig" "baseModules" "extraModules" "modules"
  ];
  isModule = formals:
    (formals ? config || formals ? options) && builtins.all (name: builtins.elem name moduleArgs) (builtins.attrNames formals);

  hasNixpkgs = (builtins.tryEval <nixpkgs>).success;
  # A file of its own: an evaluator that is kept has its value once.
  pkgs = import ./nixpkgs.nix;
  ownCallPackage = f: args: f (builtins.intersectAttrs (builtins.functionArgs f) pkgs // args);

  # That arguments are missing, with names of the set that may be meant: about as long, and the same at one end.
  lacking = { missing, set, certain }:
    let
      firstOf = builtins.substring 0 1;
      lastOf = text: builtins.substring (builtins.stringLength text - 1) 1 text;
      isAlike = name: wrong:
        let longer = builtins.stringLength name - builtins.stringLength wrong; in
        longer <= 2 && longer >= -2 && (firstOf name == firstOf wrong || lastOf name == lastOf wrong);
    in
    {
      stopped = "arguments";
      nixpkgs = hasNixpkgs;
      inherit missing certain;
      candidates = builtins.filter (name: builtins.any (isAlike name) missing) (builtins.attrNames set);
    };

  # { value; } or { stopped; … }: what a reader has to know instead of a value.
  called = f:
    let
      formals = builtins.functionArgs f;
      required = builtins.filter (name: !formals.${name} && !(userArgs ? ${name})) (builtins.attrNames formals);
      passed = if hasEllipsis f then userArgs else builtins.intersectAttrs formals userArgs;
      unfilled =
        if request.callPackage && hasNixpkgs then builtins.filter (name: !(pkgs ? ${name})) required else required;
    in
    if isPlainLambda f || isModule formals then { stopped = "function"; }
    else if required == [ ] then { value = f passed; }
    else if unfilled != [ ] then lacking { missing = unfilled; set = if hasNixpkgs then pkgs else { }; certain = false; }
    else { value = (pkgs.callPackage or ownCallPackage) f passed; };

  # As nix-build does: functions are called with what is given, twice at most.
  resolve = value:
    if !builtins.isFunction value then { inherit value; }
    else
      let once = called value; in
      if once ? value && builtins.isFunction once.value then called once.value else once;

  # --- selection ---------------------------------------------------------------------------------------------------

  isIndex = name: builtins.match "[0-9]{1,9}" name != null;
  member = value: name:
    if builtins.isAttrs value && value ? ${name} then { value = value.${name}; }
    else if builtins.isList value && isIndex name && builtins.fromJSON name < builtins.length value then {
      value = builtins.elemAt value (builtins.fromJSON name);
    }
    else null;

  # { value; parent; name; path; } or { stopped; … }
  select = step: start: path:
    builtins.foldl'
      (found: name:
        if found ? stopped then found
        else
          let
            resolved = step found.value;
            next = member resolved.value name;
          in
          if resolved ? stopped then resolved
          else if next == null then {
            stopped = "attribute";
            attribute = name;
            path = found.path;
            candidates = if builtins.isAttrs resolved.value then builtins.attrNames resolved.value else [ ];
          }
          else {
            inherit (next) value;
            inherit name;
            parent = resolved.value;
            path = found.path ++ [ name ];
          })
      { value = start; parent = null; name = null; path = [ ]; }
      path;

  # --- what is asked about -----------------------------------------------------------------------------------------

  fileSelection =
    if request.entry == null then select resolve (import request.file) request.path
    else if request.entry.flake != null then emit { type = "entryKnown"; } (emit { type = "entry"; path = [ ]; } (select resolve ownOutputs request.path))
    else
      let value = builtins.seq entrySet (emit { type = "entryKnown"; } entryValue); in
      if value ? stopped then value else select resolve value.value request.path;

  # Of the flake that the file itself is: what is of this system.
  ownOutputs =
    let
      inherit (import ./flakeOutputs.nix { folder = /. + request.entry.flake; flake = import request.file; }) outputs;
      system = builtins.currentSystem;
      walked = set: if isDerivation set then set else set // { recurseForDerivations = true; };
      ofKind = kind: {
        name = kind;
        value = { recurseForDerivations = true; ${system} = walked outputs.${kind}.${system}; };
      };
      has = kind: outputs ? ${kind} && outputs.${kind} ? ${system};
    in
    outputs // builtins.listToAttrs (map ofKind (builtins.filter has [ "packages" "devShells" "defaultPackage" "devShell" ]));

  # The set that the file is called from: a file of its own, whose value an evaluator that is kept has once.
  entrySet = import request.entry.set;
  inEntry = path: builtins.foldl' (found: name: if found == null then null else member found.value name) { value = entrySet; } path;
  isOfFile = value:
    let
      writtenHere = set: builtins.any (name: ((place name set).file or null) == request.entry.origin) (builtins.attrNames set);
      meta = value.meta or { };
      # Where a helper took the attributes apart: the arguments that nixpkgs' `override` mirrors are the file's.
      mirrored = value.override.__functionArgs or { };
      own = if builtins.pathExists request.entry.origin then import request.entry.origin else null;
      takesTheSame = mirrored != { } && builtins.isFunction own && builtins.functionArgs own == mirrored;
    in
    builtins.isAttrs value && (
      writtenHere (value.drvAttrs or value) || (builtins.isAttrs meta && writtenHere meta) || takesTheSame
    );
  isWritten = path: let found = inEntry path; in found != null && isOfFile found.value;
  hasPath = path: if request.entry.sure then inEntry path != null else isWritten path;

  # The arguments that the set gives the file, whatever they were overridden with: `override` tells them a function of ours, and the
  # builder that the file ends in, replaced, hands them on. Null when there is no such builder.
  handedArgs = value:
    let
      inherit (request.entry) builder;
      handing = old:
        let
          hand = _: handed;
          # Whoever calls the file may change what it made, in ways that are known to the attribute alone.
          change = _: handed // { phasewise'args = null; };
          handed = {
            phasewise'args = old;
            name = "handed";
            pname = "handed";
            version = "0";
            meta = { };
            passthru = { };
            overrideAttrs = change;
            overridePythonAttrs = change;
            overrideDerivation = change;
          };
        in
        if !(old ? ${builder.name}) then { }
        else { ${builder.name} = if builder.member == null then hand else old.${builder.name} // { ${builder.member} = hand; }; };
    in
    if builder == null || !(builtins.isAttrs value && value ? override && value ? overrideAttrs) then { args = null; isChanged = false; }
    else
      let result = value.override handing; in
      { args = result.phasewise'args or null; isChanged = result ? phasewise'args && result.phasewise'args == null; };

  entryValue =
    let
      # Where no attribute is the call, the call itself.
      local = if path != null || request.entry.local == null then null else import request.entry.local;
      isKnown = path != null || local != null;
      called = if path != null then (inEntry path).value else local.called;
      onHand = if isKnown then handedArgs called else { args = null; isChanged = false; };
      handed = onHand.args;
      known = builtins.filter hasPath request.entry.attrs;
      # Of several that the file makes, what it is named for may be none of them, but a function.
      isFunctor = path: let inherit (inEntry path) value; in value ? __functor && !(isDerivation value);
      isGuessed = path: isWritten path && !(isFunctor path);
      guessed = if known == [ ] then builtins.filter isGuessed request.entry.guesses else [ ];
      path = if known != [ ] then builtins.head known else if guessed != [ ] then builtins.head guessed else null;
      parent = names: builtins.genList (builtins.elemAt names) (builtins.length names - 1);
      scopePath = if request.entry.scope != null then request.entry.scope else if path == null then [ ] else parent path;
      found = inEntry scopePath;
      scope = if local != null then { inherit (local) callPackage; } else if found == null then entrySet else found.value;
      f = import request.file;
      formals = builtins.functionArgs f;
      passed = builtins.intersectAttrs formals userArgs;
      args = (if local != null then local.args else if request.entry.args == null then { } else import request.entry.args entrySet) // passed;
      around = if local != null then { } else (if request.callPackage && hasNixpkgs then pkgs else { }) // scope;
      unfilledBy = given: builtins.filter (name: !(formals.${name} || given ? ${name})) (builtins.attrNames formals);
      unfilled = unfilledBy (around // args);
      isGuess = path != null && (known == [ ] || !request.entry.sure);
      given = builtins.intersectAttrs formals around // builtins.intersectAttrs formals handed // passed;
      unknown = unfilledBy given;
      # Called as it is saved with what it takes there, it would be given no more than the set's own `callPackage` has.
      own = if builtins.pathExists request.entry.origin then import request.entry.origin else null;
      isCalledDirectly =
        isKnown && builtins.isFunction own && (called.override.__functionArgs or null) == builtins.functionArgs own
        && !(isOpen && hasEllipsis own);
      # What is written at a call of an attribute may hang on more than the set.
      isOpen = request.entry.open && local == null;
      asked =
        if request.entry.asks == null || !(scope ? callPackage) || !isCalledDirectly then null
        else (scope.callPackage (/. + request.entry.asks) { }).phasewise'given or null;
      nowhere = builtins.filter (name: !(asked ? ${name})) unknown;
      # Of a file that makes several packages the set has each under its name.
      ofName = made:
        let name = builtins.elemAt path (builtins.length path - 1); in
        if path == null || path == [ ] || !(builtins.isAttrs made) || isDerivation made || !(isDerivation called) then made
        else made.${name} or made;
      # What the file makes of other arguments takes those that are handed on: whoever calls the file gives it others.
      isCalledDeeper = unknown != [ ] || builtins.isFunction (f given);
    in
    if path == null && !request.entry.sure then { stopped = "entry"; }
    else emit { type = "entry"; path = if path == null then [ ] else path; } (
      if isKnown && request.entry.saved && userArgs == { } then { value = called; }
      else if !builtins.isFunction f then { value = f; }
      else if handed != null && !isCalledDeeper then { value = ofName (f given); }
      else if handed != null && unknown != [ ] && asked != null then
        if nowhere == [ ] then { value = ofName (f (builtins.intersectAttrs formals asked // given)); }
        else lacking { missing = nowhere; set = around; certain = true; }
      else if handed != null || onHand.isChanged || isOpen || isGuess && unfilledBy (entrySet // around // args) != [ ] then { stopped = "open"; missing = unfilledBy (around // args // (if handed == null then { } else given)); }
      else if scope ? callPackage then { value = ofName (scope.callPackage f args); }
      else if unfilled != [ ] then lacking { missing = unfilled; set = around; certain = false; }
      else { value = ofName (f (builtins.intersectAttrs formals around // args)); }
    );

  flakeSelection =
    let
      copied = builtins.fetchTree { type = "path"; path = request.flake.copy; };
      flake = builtins.getFlake (request.flake.url or "path:${quiet copied.outPath}");
      system = builtins.currentSystem;
      at = select (value: { inherit value; }) flake;
      wanted =
        if request.path == [ ] then [
          [ "packages" system "default" ]
          [ "defaultPackage" system ]
          [ "packages" system ]
        ]
        else [
          ([ "packages" system ] ++ request.path)
          ([ "legacyPackages" system ] ++ request.path)
          request.path
        ];
      found = builtins.filter (selection: !(selection ? stopped)) (map at wanted);
    in
    emit { type = "source"; folder = quiet (toString flake.outPath); }
      (if found == [ ] then at (builtins.head wanted) else builtins.head found);

  selection = if request.kind == "flake" then flakeSelection else fileSelection;

  # --- records -----------------------------------------------------------------------------------------------------

  place = name: set:
    let position = builtins.unsafeGetAttrPos name set; in
    if builtins.isAttrs set && set ? ${name} then position else null;

  metaPosition = drv:
    let position = builtins.tryEval (drv.meta.position or null); in
    if position.success && builtins.isString position.value then position.value else null;

  describe = path: parent: name: drv:
    let
      own = drv.drvAttrs or { };
      names = builtins.attrNames own ++ [ "name" "pname" "version" "meta" "passthru" ];
      attributePlace = attribute:
        let direct = place attribute drv; in
        if direct == null then place attribute own else direct;
      outputs = if builtins.isList (drv.outputs or null) then drv.outputs else [ "out" ];
      attrPlace = if parent == null then null else place name parent;
    in
    {
      type = "derivation";
      inherit path;
      name = quiet (drv.name or "");
      system = quiet (drv.system or "");
      drvPath = quiet drv.drvPath;
      outputs = map (output: { name = output; path = quiet "${(drv.${output} or drv).outPath}"; }) outputs;
      position = attrPlace;
      metaPosition = if attrPlace == null then metaPosition drv else null;
      attributes = builtins.listToAttrs (
        builtins.filter (one: one.value != null) (map (attribute: { name = attribute; value = attributePlace attribute; }) names)
      );
    };

  # --- walking -----------------------------------------------------------------------------------------------------

  entries = value:
    if builtins.isList value then builtins.genList toString (builtins.length value) else builtins.attrNames value;

  # `state.index` counts the attributes begun; those before `request.skip` were reported by an earlier evaluation.
  visit = depth: path: parent: state: name:
    let
      here = path ++ [ name ];
      inherit (member parent name) value;
      index = state.index + 1;
      known = state.index < request.skip;
      next = state // { inherit index; };
      counted = next // { count = state.count + 1; };
      look =
        if isDerivation value then if known then counted else report here parent name value counted
        else if depth < request.maxDepth && builtins.isAttrs value && (value.recurseForDerivations or false) == true
        then walk (depth + 1) here value next
        else next;
      careful =
        let tried = builtins.tryEval (builtins.seq look.index look); in
        if tried.success then tried.value else emit { type = "failed"; path = here; } next;
      chosen = if request.careful then careful else look;
    in
    if builtins.elem here request.failed then builtins.seq index next
    else if state.count >= request.maxCount || state.index >= request.maxVisited then
      if state.cut then state else emit { type = "cut"; } (state // { cut = true; })
    else if known then chosen
    else emit { type = "begin"; path = here; } chosen;

  report = path: parent: name: drv: state:
    let record = describe path parent name drv; in
    builtins.seq (builtins.toJSON record) (emit record state);

  walk = depth: path: value: state:
    builtins.foldl'
      (before: name: let after = visit depth path value before name; in builtins.seq after.index after)
      state
      (entries value);

  start = { index = 0; count = 0; cut = false; };
  answer = found:
    let resolved = resolve found.value; in
    if found ? stopped then emit found null
    else if resolved ? stopped then emit (resolved // { at = found.path; }) null
    else if isDerivation resolved.value then
      emit { type = "value"; kind = "derivation"; }
        (builtins.seq (report found.path found.parent found.name resolved.value start).index null)
    else if builtins.isAttrs resolved.value || builtins.isList resolved.value then
      emit { type = "value"; kind = "set"; } (builtins.seq (walk 0 found.path resolved.value start).index null)
    else emit { type = "value"; kind = "other"; } null;
in
answer selection
