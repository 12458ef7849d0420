// How long after opening a file its tree is drawn from the syntax, asked of the built language server as an editor asks it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectRoot, runOrFail } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder } from './nixFiles.mjs';
import { median, row } from './rows.mjs';

const rounds = 3;
const packages = 1450;
const files = ['hello', 'broken-configure', 'greeting-library', 'python'].map((name) =>
  join(projectRoot, 'examples', name, 'default.nix'),
);

/** As the large generated sets of nixpkgs are; a megabyte of it. */
function packageSet() {
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

/** Milliseconds from telling the server of the file to the first drawing that holds a derivation. */
async function timeDrawing(server, file, text) {
  const started = performance.now();
  const uri = server.open(file, text);
  await server.drawing(uri, () => true);
  return performance.now() - started;
}

async function timeParse(file, env) {
  const started = performance.now();
  await runOrFail('nix-instantiate', 'nix-instantiate', ['--parse', file], { env });
  return performance.now() - started;
}

async function inFreshServer(env, action) {
  const folder = join(projectRoot, 'examples');
  const server = await startServer({ folder, env, trusted: false });
  try {
    return await action(server);
  } finally {
    await server.end();
  }
}

export async function measure({ env }) {
  const bench = await benchFolder(env);
  const text = packageSet();
  const large = await bench.write('set.nix', text);
  const first = [];
  const later = [];
  const fresh = [];
  const parsed = [];
  try {
    for (let round = 0; round < rounds; round++) {
      await inFreshServer(bench.env, async (server) => {
        const times = [];
        for (const file of files) times.push(await timeDrawing(server, file, await readFile(file, 'utf8')));
        first.push(times[0]);
        later.push(Math.max(...times.slice(1)));
      });
      fresh.push(await inFreshServer(bench.env, (server) => timeDrawing(server, large, text)));
      parsed.push(await timeParse(large, env));
    }
  } finally {
    await bench.remove();
  }
  return [
    row('tree from syntax, first file of a fresh server', median(first), 'ms', 100),
    row('tree from syntax, slowest of further files', median(later), 'ms', 100),
    row('… first file of a fresh server, 1 MB', median(fresh), 'ms'),
    row('`nix-instantiate --parse` of the same', median(parsed), 'ms'),
  ];
}
