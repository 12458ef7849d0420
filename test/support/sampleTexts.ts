/** Small texts of many kinds to try analysis on: some written for it, some files of the project. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(__dirname, '../..');

const files = [
  'examples/hello/default.nix',

  'examples/pkgs/lib.nix',
  'server/src/nix/expressions/derivations.nix',
];

const written: Readonly<Record<string, string>> = {
  'packages in a recursive set': `{ lib, stdenv, fetchurl }:

rec {
  # first
  one = stdenv.mkDerivation rec {
    pname = "one"; version = "1.\${pname}";
    buildInputs = [ two (three.override { x = 1; }) ];
    meta = with lib; { license = licenses.mit; };
  };

  /* second */
  two = fetchurl { url = "mirror://a/\${one.pname}"; sha256 = ""; };
  three = let a = 1; b = undefinedName; in a + two;
  inherit (lib) mkIf;
}
`,
  'lists in lists': '[ a\n  b . c\n  [ 1 2\n 3 ] (f x)\n  "s ${ { a = [ x y ]; }.a } t"\n  d\n or\n e ]\n',
  'lets and withs': `let
  f = x: y: x;
  g = { a, b ? f, ... }@args: with args; a c;
  unused = 1;
in let
  h = g;
in
with builtins; with f;
{
  a.b = h; a.c = true == h;
  "d" = if a ? b then a.b else c;
  x = x;
  e = builtins.map (q: f q) [ ];
  ''broken = 1;
}
`.replace("  ''broken = 1;\n", ''),
  'one line': 'let a = 1; b = { c = a; d = [ a b ]; }; in with b; { e = c; f = x: x; g = ({ }); }',
  'ends in an item': '{ a = 1; b = [ a b',
  'carriage returns': 'rec {\r  a = 1;\r  b = a;\r\n  c = [ a\r b ];\r}\r',
  ignored:
    '# phasewise: ignore-file unused-rec\nrec {\n  a = let b = 1; in 2; # phasewise: ignore unused-binding\n  c = let d = 1; in 2;\n}\n',
  'same attributes':
    '{\n  a.b = 1;\n  c = { d = 1; };\n  c.e = 2;\n  a.f = rec { x = 1; };\n  g = { h = 1; h = 2; };\n}\n',
};

export function sampleTexts(): readonly (readonly [string, string])[] {
  const read = files.map((file) => [file, readFileSync(join(repository, file), 'utf8')] as const);
  return [...Object.entries(written), ...read];
}
