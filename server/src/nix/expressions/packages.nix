# Which of some packages a package set has, and which say by their `meta` that they bring something. It stands in the
# author's own file in the place of a derivation, so that `set` is what the file itself means by it; the answer travels
# as that derivation's name. Called by packageSearch.ts; `request` is JSON. Builtins only.
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

  # Names that the wanted one may be short for (`rg`, `ripgrep`) first, the shorter before the longer; of a set of
  # thousands no others, as looking through all takes minutes.
  all = builtins.attrNames set;
  plausible = builtins.filter (name: builtins.match wanted.short name != null) all;
  byLength = builtins.sort (one: other: builtins.stringLength one < builtins.stringLength other) plausible;
  others = builtins.filter (name: builtins.match wanted.short name == null) all;
  names = if builtins.length all <= wanted.lookThrough then byLength ++ others else slice byLength 0 500;
  slice = list: from: to:
    let end = if to < builtins.length list then to else builtins.length list; in
    builtins.genList (index: builtins.elemAt list (from + index)) (if end > from then end - from else 0);
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
    # Only what is asked for is looked at: an `abort` in one package, which nothing catches, ends the whole evaluation.
    says = builtins.filter says (slice names wanted.from wanted.to);
    likely = builtins.length (slice byLength 0 (builtins.length names));
    count = builtins.length names;
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
