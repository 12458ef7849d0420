# The outputs of a flake whose tree stays where it is: a flake of Nix's own is copied to the store whole, for each evaluation anew. Inputs
# are those of its lock file: `inputs` of a node name a node or, as a list, a way from the root (form of version 5 to 7, of Nix's
# `src/libflake/lockfile.cc`). What asks for the whole tree (`"${self}"`) has it copied then, without `.git`. Called by derivations.nix
# and entryFiles.ts; fetchTree needs the experimental feature.
{ folder, flake }:

let
  lockFile = folder + "/flake.lock";
  unlocked = { root = "root"; nodes.root = { }; };
  lock = if builtins.pathExists lockFile then builtins.fromJSON (builtins.readFile lockFile) else unlocked;

  nodeAt = reference:
    if builtins.isString reference then reference
    else builtins.foldl' (name: input: nodeAt lock.nodes.${name}.inputs.${input}) lock.root reference;

  isAbsolute = path: builtins.substring 0 1 path == "/";
  treeOf = locked:
    if locked.type or null == "path" && !isAbsolute locked.path then { outPath = folder + "/${locked.path}"; }
    else builtins.fetchTree (builtins.removeAttrs locked [ "dir" "__final" ]);

  inputsOf = node: builtins.mapAttrs (_: reference: locked.${nodeAt reference}) (node.inputs or { });

  locked = builtins.mapAttrs
    (_: node:
      let
        tree = treeOf node.locked;
        place = if node.locked ? dir then tree.outPath + "/${node.locked.dir}" else tree.outPath;
      in
      if node.flake or true then called (tree // { outPath = place; }) (import (place + "/flake.nix")) (inputsOf node)
      else tree)
    (builtins.removeAttrs lock.nodes [ lock.root ]);

  called = source: flake: inputs:
    let
      outputs = flake.outputs (inputs // { inherit self; });
      self = source // outputs // { inherit inputs outputs; sourceInfo = source; _type = "flake"; };
    in
    self;

  own = {
    outPath = builtins.path {
      path = folder;
      name = "source";
      filter = path: _: baseNameOf path != ".git";
    };
    lastModified = 0;
    lastModifiedDate = "19700101000000";
  };
  inputs = inputsOf lock.nodes.${lock.root};
  formals = builtins.functionArgs flake.outputs;
  wanted = builtins.attrNames (flake.inputs or { }) ++ builtins.filter (name: !formals.${name}) (builtins.attrNames formals);
  missing = builtins.filter (name: name != "self" && !(inputs ? ${name})) wanted;
in
if missing == [ ] then called own flake inputs
else
  throw "flake.lock does not name the input '${builtins.head missing}' of this flake: `nix flake lock` writes it"
