/**
 * Texts with one error of evaluation each, as they come about in packages; `./make.nix` is what calls `derivation`, `./set.nix` a set of
 * packages that checks them (`checkedSet`), `./modules.nix` a module system (`test/fixtures/modules`). Where one line ends in the mark
 * `# here`, the error belongs there whatever Nix blames: what is thrown from far away has no better place in Nix's own trace.
 */

/** A helper in a file of its own, as nixpkgs' `mkDerivation` is: most traces go through it. */
export const makeText = `rec {
  make = attributes:
    derivation ({ system = builtins.currentSystem; builder = "/bin/sh"; } // attributes);
  checked = { name, version, flags ? [ ], ... }@attributes:
    assert builtins.isString version;
    make (attributes // { name = "\${name}-\${version}"; inherit flags; });
  optional = condition: value: if condition then [ value ] else [ ];
  map' = f: list: map (item: f item) list;
  fix = f: let self = f self; in self;
}
`;

const inPackage = (lines: string): string => `let
  lib = import ./make.nix;
in
lib.make {
  name = "a";
${lines}
}
`;

const inLet = (bindings: string, lines: string): string => `let
  lib = import ./make.nix;
${bindings}
in
lib.make {
  name = "a";
${lines}
}
`;

const inSet = (lines: string): string => `let
  pkgs = import ./set.nix { };
in
pkgs.stdenv.mkDerivation {
  pname = "a";
  version = "1";
${lines}
}
`;

const called = (lines: string): string => `let
  pkgs = import ./set.nix { };
in
${lines}
`;

const configured = (lines: string): string => `let
  lib = import ./modules.nix;
  system = lib.evalModules {
    modules = [
      ./web.nix
      {
${lines}
      }
    ];
  };
in
derivation {
  name = "a";
  system = builtins.currentSystem;
  builder = "/bin/sh";
  web = builtins.toJSON (builtins.removeAttrs system.config.services.web [ "broken" ]);
}
`;

/** Ends the line that an error belongs to. */
export const mark = '# here';

/** By kind of error, as Nix and nixpkgs have them. */
export const seededErrors: Readonly<Record<string, readonly string[]>> = {
  throw: [
    `throw "whole"\n`,
    inLet('  version =\n    throw "no version";', '  inherit version;'),
    inLet(
      '  check = value:\n    if value == 1 then throw "one" else value;',
      '  x = check 2;\n  y = check 1;',
    ),
    inLet(
      '  pick = name: {\n    a = 1;\n  }.${name} or (throw "no ${name}");',
      '  x = pick "a";\n  y = pick "b";',
    ),
    `{ name ? throw "give a name" }:\n\n(import ./make.nix).make {\n  inherit name;\n}\n`,
    inPackage('  flags = map (flag:\n    if flag == "b" then throw "bad flag" else flag\n  ) [ "a" "b" ];'),
    `let\n  lib = import ./make.nix;\n  inner = x:\n    let\n      y = throw "deep";\n    in\n    x + y;\nin\nlib.make {\n  name = "a";\n  x = inner "b";\n}\n`,
  ],
  assert: [
    `assert 1 == 2;\n(import ./make.nix).make { name = "a"; }\n`,
    `let\n  lib = import ./make.nix;\n  version = "1";\nin\nassert version == "1";\nassert version != "1";\nlib.make { name = "a"; }\n`,
    inLet('  positive = n:\n    assert n > 0;\n    n;', '  x = positive 1;\n  y = positive (-1);'),
    `let lib = import ./make.nix; in\n\nlib.checked {\n  name = "a";\n  version = 1;\n}\n`,
    inPackage('  x =\n    assert builtins.elem "a" [ ];\n    "b";'),
  ],
  abort: [
    `abort "whole"\n`,
    inPackage('  x = "a";\n  y = abort "stop";'),
    inLet('  stop = why:\n    abort why;', '  x = stop "here";'),
    inPackage('  x = if builtins.isString "a"\n    then abort "then"\n    else "b";'),
  ],
  missingAttribute: [
    inLet('  set = { a = 1; };', '  x = set.b;'),
    inLet('  set = { a.b = 1; };', '  x =\n    set.a.c;'),
    inPackage('  x = lib.mkae { name = "b"; };'),
    inLet('  pick = set: set.nosuch;', '  x = pick { such = 1; };'),
    inLet('  inherit (lib) nosuch;', '  x = nosuch;'),
    inLet('  set = { };\n  name = "b";', '  x = set.${name};'),
    `let\n  lib = import ./make.nix;\n  self = lib.fix (self: {\n    a = self.b;\n    c = 1;\n  });\nin\nlib.make {\n  name = "a";\n  x = self.a;\n}\n`,
    inPackage('  x = builtins.getAttr "b" { a = 1; };'),
    inPackage('  inherit ({ a = 1; }) b;'),
    inPackage('  x = (builtins.head [ { } ]).y;'),
  ],
  wrongType: [
    inPackage('  x = 1 + "a";'),
    inPackage('  x = "a" + 1;'),
    inPackage('  x = "version ${1}";'),
    inPackage('  x = [ 1 ] ++ "a";'),
    inPackage('  x = { } // 1;'),
    inPackage('  x = if "a" then 1 else 2;'),
    inPackage('  x = !1;'),
    inPackage('  x = true && "a";'),
    inPackage('  x = 1 < "a";'),
    inPackage('  x = -"a";'),
    inPackage('  x = "a".b;'),
    inPackage('  x = map 1 [ 2 ];'),
    inPackage('  x = builtins.length "a";'),
    inPackage('  x = builtins.concatStringsSep "," [\n    "a"\n    1\n  ];'),
    inPackage('  x = builtins.elemAt [ 1 ] 3;'),
    inPackage('  x = builtins.head [ ];'),
    inPackage('  x = builtins.fromJSON "{";'),
    inPackage('  x = 1 / 0;'),
    inPackage('  x = builtins.substring 0 "a" "b";'),
    inPackage('  x = {\n    a = 1;\n  };'),
    inPackage('  x = y: y;'),
    inPackage('  ${1} = "a";'),
    inLet('  add = a: b:\n    a + b;', '  x = add 1 [ ];'),
    `(import ./make.nix).make {\n  name = [ ];\n}\n`,
    `(import ./make.nix).make "a"\n`,
    `with 1;\nfoo\n`,
  ],
  wrongArgument: [
    inPackage('  x = "a" "b";'),
    inLet('  f = { a }: a;', '  x = f { };'),
    inLet('  f = { a }: a;', '  x = f { a = 1; b = 2; };'),
    inLet('  f = { a, ... }: a;', '  x = f 1;'),
    `(import ./make.nix).checked {\n  name = "a";\n}\n`,
    inPackage('  x = lib.optional true "a" "b";'),
    inLet('  f = { a, b ? a }:\n    b;', '  x = f {\n    c = 1;\n  };'),
    inPackage('  x = lib.fix { };'),
  ],
  infiniteRecursion: [
    inLet('  a = b;\n  b = a;', '  x = a;'),
    `let\n  lib = import ./make.nix;\n  set = rec {\n    a = b + "a";\n    b = a + "b";\n  };\nin\nlib.make { name = set.a; }\n`,
    inLet('  self = lib.fix (self: self // { a = 1; });', '  x = self.a;'),
    inLet('  x = "a" + x;', '  inherit x;'),
  ],
  missingFile: [
    `import ./nosuch.nix\n`,
    inPackage('  x = import ./nosuch.nix;'),
    inPackage('  x = builtins.readFile ./nosuch.txt;'),
    inPackage('  src = ./nosuch;'),
    inPackage('  x = "${./nosuch/file}";'),
    inPackage('  x = builtins.readDir ./nosuch;'),
    inPackage('  x = <nosuch-channel>;'),
    inLet('  files = import (./. + "/nosuch");', '  x = files;'),
    inPackage('  x = builtins.path {\n    path = ./nosuch;\n  };'),
  ],
  refusedPackage: [
    inSet('  buildInputs = [\n    pkgs.zlib\n    pkgs.brokenThing # here\n  ];'),
    inSet('  buildInputs = [ pkgs.unfreeThing ]; # here'),
    inSet(
      '  buildInputs =\n    with pkgs;\n    [\n      zlib\n    ] ++ [\n      insecureThing # here\n    ];',
    ),
    inSet('  buildInputs = [ ];\n  meta = {\n    description = "a";\n    broken = true; # here\n  };'),
    inSet('  meta.license = { free = false; }; # here'),
    inSet('  meta.knownVulnerabilities = [ # here\n    "CVE-1"\n  ];'),
    inSet('  meta.platforms = [ "nosuch-system" ]; # here'),
    inSet('  meta = {\n    homepage = "a";\n    platforms = [ ]; # here\n  };'),
    called(
      'with pkgs;\nstdenv.mkDerivation {\n  pname = "a";\n  version = "1";\n  tool = brokenThing; # here\n}',
    ),
    called('{\n  a = pkgs.zlib;\n  b = pkgs.unfreeThing; # here\n}'),
  ],
  refusedArgument: [
    inSet('  meta = {\n    homepage = "a";\n    descripton = "b"; # here\n  };'),
    inSet('  meta.maintainer = [ ]; # here'),
    inSet('  meta = {\n    homepage = "a";\n    description = 1; # here\n  };'),
    inSet('  meta.outputsToInstall = [ "nosuch" ]; # here'),
    inSet('  buildInputs = [\n    pkgs.zlib\n    1 # here\n  ];'),
    inSet('  buildInputs = [ pkgs.zlib { } ]; # here'),
    inSet('  buildInputs = "zlib"; # here'),
    called('pkgs.callPackage ({ stdenv, zlbi }: zlbi) { } # here'),
    called('pkgs.callPackage (\n  { stdenv,\n    zlbi, # here\n  }:\n  zlbi\n) { }'),
    called('pkgs.callPackage ({ zlib }: zlib) {\n  zlbi = 1;\n}'),
  ],
  module: [
    configured('        services.web.enabel = true; # here'),
    configured('        servces.web.enable = true; # here'),
    configured(
      '        services.web = {\n          mode = "fast";\n          enabel = true; # here\n        };',
    ),
    configured('        services.web.enable = "yes"; # here'),
    configured('        services.web.enable = true;\n        services.web.mode = "slow"; # here'),
    configured(
      '        services = {\n          web = {\n            hosts.a.rot = "/"; # here\n          };\n        };',
    ),
    configured('        services.web.hosts.a = {\n          root = 1; # here\n        };'),
    configured('        services.web = lib.mkIf true {\n          enabel = true; # here\n        };'),
    configured('        services.web.hosts = [ ]; # here'),
    configured('        config.services.web.enabel = true; # here'),
    configured('        services.web.mode = throw "no mode";'),
    configured(
      '        services.web.mode = "safe"; # here\n        imports = [ { services.web.mode = "fast"; } ];',
    ),
  ],
};
