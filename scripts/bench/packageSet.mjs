// A text as the large generated sets of nixpkgs are.

const packages = 1450;

/** A megabyte of packages that use one another. */
export function packageSet() {
  const other = (n) => `Package${n % packages}`;
  const one = (n) => `
  Package${n} = buildPerlPackage rec {
    pname = "Package-${n}";
    version = "1.${n}";
    src = fetchurl {
      url = "mirror://cpan/authors/id/P/PA/PACK/\${pname}-\${version}.tar.gz";
      hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA${String(n).padStart(5, '0')}=";
    };
    buildInputs = [ ${other(n + 1)} ${other(n + 2)} openssl ];
    propagatedBuildInputs = [ ${other(n + 5)} ${other(n + 7)} ];
    postPatch = ''
      substituteInPlace Makefile.PL --replace-fail /usr/bin/perl \${stdenv.shell}
    '';
    preCheck = lib.optionalString stdenv.hostPlatform.isDarwin ''
      rm t/failing.t
    '';
    meta = { description = "Package number ${n}"; license = with lib.licenses; [ artistic1 gpl1Plus ]; };
  };
`;
  const all = Array.from({ length: packages }, (_, n) => one(n)).join('');
  return `{ lib, stdenv, fetchurl, buildPerlPackage, openssl }:\n\nrec {\n${all}}\n`;
}
