// How soon an edit is evaluated: by the server, whose evaluator remembers the package set, against a cold nix-instantiate of the
// same text, in turns. PHASEWISE_BENCH_SET=PATH measures with a package set of your own that has `zlib`, e.g. a copy of nixpkgs.
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { runOrFail } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder } from './nixFiles.mjs';
import { median, row } from './rows.mjs';

const rounds = 7;
const starts = 5;
const derivations = 1500;

/** A set in which one derivation needs many others, as a stdenv does. */
const standIn = `{ }:
let
  make = name: inputs: derivation {
    inherit name inputs;
    system = builtins.currentSystem;
    builder = "/bin/sh";
  };
  stages = builtins.foldl' (before: n: before ++ [
    (make "stage-\${toString n}" (if before == [ ] then [ ] else [ (builtins.elemAt before (n - 1)) ]))
  ]) [ ] (builtins.genList (n: n) ${derivations});
in
{
  zlib.overrideAttrs = f: make (f { }).nonce [ (builtins.elemAt stages ${derivations - 1}) ];
}
`;

const text = (set, nonce) => `let
  pkgs = import ${set} { };
in
pkgs.zlib.overrideAttrs (old: {
  nonce = "${nonce}";
})
`;

async function milliseconds(action) {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

export async function measure({ env }) {
  const files = await benchFolder(env);
  const set = process.env.PHASEWISE_BENCH_SET ?? dirname(await files.write('set/default.nix', standIn));
  const begun = Date.now();
  const settings = { evaluation: { debounceMs: 0 } };
  const times = { first: [], warm: [], cold: [] };
  const cold = async (name) => {
    const file = await files.write(`cold-${name}.nix`, text(set, `${begun}-cold-${name}`));
    return milliseconds(() => runOrFail('nix-instantiate', 'nix-instantiate', [file], { env }));
  };
  // What is drawn at once is what was true before the edit: an evaluation is known by its store path, which is new.
  const seen = new Set();
  const isNew = ({ derivations: [drawn] }) => isEvaluated(drawn) && !seen.has(drawn.drvPath);
  const evaluated = async (server, uri) => {
    const { derivations: drawn } = await server.drawing(uri, isNew);
    seen.add(drawn[0].drvPath);
    return performance.now();
  };
  const edit = async (server, uri, nonce) => {
    const answered = evaluated(server, uri);
    const started = performance.now();
    server.change(uri, text(set, nonce));
    return (await answered) - started;
  };
  try {
    await cold('before');
    for (let start = 0; start < starts; start++) {
      const name = `edited-${start}/default.nix`;
      const file = await files.write(name, text(set, `${begun}-${start}`));
      const server = await startServer({ folder: files.folder, env: files.env, trusted: true, settings });
      try {
        const uri = server.open(file, text(set, `${begun}-${start}`));
        await evaluated(server, uri);
        // Its stdenv, which is asked after it, must not be asked beside what is measured.
        times.cold.push(await cold(`open-${start}`));
        times.first.push(await edit(server, uri, `${begun}-${start}-first`));
        times.cold.push(await cold(`first-${start}`));
        for (let round = 0; round < rounds; round++) {
          times.warm.push(await edit(server, uri, `${begun}-${start}-${round}`));
          times.cold.push(await cold(`${start}-${round}`));
        }
      } finally {
        await server.end();
      }
    }
    const [first, warm, whole] = [times.first, times.warm, times.cold].map(median);
    return [
      row('an edit to its evaluation, of a cold nix-instantiate', (100 * warm) / whole, '%', 10),
      row('… the first edit of a file', first / whole, '×', 1.3),
      row('… an edit', warm, 'ms'),
      row('a cold nix-instantiate of the same', whole, 'ms'),
    ];
  } finally {
    await files.remove();
  }
}

function isEvaluated(drawn) {
  return drawn?.drvPath != null && ['evaluated', 'stdenv'].includes(drawn.source);
}
