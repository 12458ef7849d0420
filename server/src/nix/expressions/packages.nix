# Which of some packages a package set has, which say by their `meta` that they bring something, and what all of them
# say. It stands in the author's own file in the place of a derivation, so that `set` is what the file itself means by
# it; the answer travels as that derivation's name. Called by packageQuestions.ts; `request` is JSON. Builtins only.
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

  # What each says, printed one by one, so that what ends the evaluation hides only itself and what comes after it.
  text = value: if builtins.isString value then value else null;
  texts = value: if builtins.isList value then builtins.filter builtins.isString value else [ ];
  described = name:
    let said = meta name; in
    builtins.toJSON [ name (text (said.mainProgram or null)) (text (set.${name}.pname or null)) (texts (said.pkgConfigModules or null)) ];
  print = text: builtins.trace "${wanted.tag} ${text}";
  told = index:
    let name = builtins.elemAt all index; in
    print "${toString index} ${quietly (if isPackage set.${name} then described name else "null") "null"}" index;
  walked = builtins.foldl' (_: index: builtins.seq (told index) null) null (slice (builtins.genList (index: index) total) wanted.from wanted.to);

  # What the set is: where its nixpkgs lies, and which names it has. No more, as what is asked of it may end the evaluation.
  total = builtins.length all;
  identity = {
    path = quietly (let path = set.path or null; in if builtins.isPath path || builtins.isString path then builtins.unsafeDiscardStringContext (toString path) else "") "";
    names = builtins.hashString "sha256" (builtins.concatStringsSep "\n" all);
  };

  answer = {
    inherit identity total;
    has = builtins.filter has wanted.candidates;
    # Only what is asked for is looked at: an `abort` in one package, which nothing catches, ends the whole evaluation.
    says = if wanted.tag == null then builtins.filter says (slice names wanted.from wanted.to) else print "begin" (builtins.seq walked [ ]);
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
