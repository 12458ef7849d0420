# Which of some packages a package set has. It stands in the author's own file in the place of a derivation, so that
# `set` is what the file itself means by it; the answer travels as that derivation's name. Called by packages.ts;
# `request` is JSON. Builtins only.
{ set, request }:

let
  wanted = builtins.fromJSON request;
  isPackage = value: builtins.isAttrs value && (value.type or null) == "derivation";
  quietly = value: fallback: let tried = builtins.tryEval value; in if tried.success then tried.value else fallback;

  has = path:
    let
      found = builtins.foldl'
        (at: name: if builtins.isAttrs at && at ? ${name} then at.${name} else null)
        set
        path;
    in
    quietly (isPackage found) false;

  # A set of thousands is not looked through: that takes minutes.
  names = let all = builtins.attrNames set; in if builtins.length all <= wanted.lookThrough then all else [ ];
  meta = name: let value = set.${name}; in if isPackage value then value.meta or { } else { };
  says = name:
    quietly
      (
        if wanted.kind == "command" then (meta name).mainProgram or null == wanted.name
        else if wanted.kind == "pkgConfig" then builtins.elem wanted.name ((meta name).pkgConfigModules or [ ])
        else false
      )
      false;

  answer = {
    has = builtins.filter has wanted.candidates;
    says = builtins.filter says names;
  };
in
{
  type = "derivation";
  name = builtins.toJSON answer;
  system = "";
  drvPath = "";
  outPath = "";
  outputs = [ "out" ];
}
