// How soon an edit is evaluated: by the server, whose evaluator remembers the package set, against a cold nix-instantiate of the
// same text, in turns. Of two sets: one whose derivations cost next to nothing, and one whose package costs what one of nixpkgs does.
// PHASEWISE_BENCH_SET=PATH measures with a package set of your own that has `zlib`, e.g. a copy of nixpkgs.
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { runOrFail } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder } from './nixFiles.mjs';
import { median, row } from './rows.mjs';

const rounds = 15;
const starts = 5;
const derivations = 1500;
/** Makes the package as dear as one of nixpkgs: about 0.2 s. */
const attributesOfUsual = 40;
/** The pause after a key in which an evaluator is started. */
const pauseMs = 300;

/** A set in which one derivation needs many others, as a stdenv does; `attributes` is what each is computed from. */
const standIn = (attributes) => `{ }:
let
  numbers = builtins.genList toString ${attributes};
  computed = name: builtins.concatStringsSep " " (builtins.filter (text: text != "")
    (builtins.attrValues (builtins.mapAttrs (key: value: if value == name then value else "")
      (builtins.listToAttrs (map (number: { name = "flag-\${number}"; value = "\${name} \${number}"; }) numbers)))));
  make = name: inputs: derivation {
    inherit name inputs;
    flags = computed name;
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
  try {
    const given = process.env.PHASEWISE_BENCH_SET;
    if (given !== undefined) return await measureSet({ env, files, set: given });
    const small = await files.write('small/default.nix', standIn(0));
    const usual = await files.write('usual/default.nix', standIn(attributesOfUsual));
    return [
      ...(await measureSet({ env, files, set: dirname(usual) })),
      ...(await measureSet({ env, files, set: dirname(small) })).map((each) => ({
        ...each,
        what: `${each.what} (a set that costs little)`,
      })),
    ];
  } finally {
    await files.remove();
  }
}

async function measureSet({ env, files, set }) {
  const begun = Date.now();
  const times = { first: [], afterPause: [], warm: [], cold: [] };
  let memory = 0;
  const cold = async () => {
    const nonce = `${begun}-cold-${times.cold.length}`;
    const file = await files.write(`cold-${nonce}.nix`, text(set, nonce));
    times.cold.push(
      await milliseconds(() => runOrFail('nix-instantiate', 'nix-instantiate', [file], { env })),
    );
  };
  await cold();
  times.cold.length = 0;
  for (let start = 0; start < starts; start++) {
    await withFile({ files, set, nonce: `${begun}-${start}`, debounceMs: 0 }, async (edit, server) => {
      // Its stdenv, which is asked after it, must not be asked beside what is measured.
      await cold();
      times.first.push(await edit());
      for (let round = 0; round < rounds; round++) {
        await cold();
        times.warm.push(await edit());
        memory = Math.max(memory, server.residentBytes());
      }
    });
    await withFile({ files, set, nonce: `${begun}-${start}-pause`, debounceMs: pauseMs }, async (edit) => {
      await cold();
      times.afterPause.push((await edit()) - pauseMs);
    });
  }
  const [first, afterPause, warm, whole] = [times.first, times.afterPause, times.warm, times.cold].map(
    median,
  );
  return [
    row('an edit to its evaluation, of a cold nix-instantiate', (100 * warm) / whole, '%', 10),
    row('… the first edit of a file, after the pause', afterPause / whole, '×', 1.3),
    row('… without a pause', first / whole, '×'),
    row('… an edit', warm, 'ms'),
    row('a cold nix-instantiate of the same', whole, 'ms'),
    row('memory of the server itself meanwhile, at most', memory / 1e6, 'MB', 200),
  ];
}

/** Opens a file in a server of its own; `use` gets what edits it and tells how long that took until it was evaluated, and the server. */
async function withFile({ files, set, nonce, debounceMs }, use) {
  const settings = { evaluation: { debounceMs } };
  const file = await files.write(`edited-${nonce}/default.nix`, text(set, nonce));
  const server = await startServer({ folder: files.folder, env: files.env, trusted: true, settings });
  // What is drawn at once is what was true before the edit: an evaluation is known by its store path, which is new.
  const seen = new Set();
  const isNew = ({ derivations: [drawn] }) => isEvaluated(drawn) && !seen.has(drawn.drvPath);
  const evaluated = async (uri) => {
    const { derivations: drawn } = await server.drawing(uri, isNew);
    seen.add(drawn[0].drvPath);
    return performance.now();
  };
  try {
    const uri = server.open(file, text(set, nonce));
    await evaluated(uri);
    let edits = 0;
    await use(async () => {
      const answered = evaluated(uri);
      const started = performance.now();
      server.change(uri, text(set, `${nonce}-${edits++}`));
      return (await answered) - started;
    }, server);
  } finally {
    await server.end();
  }
}

function isEvaluated(drawn) {
  return drawn?.drvPath != null && ['evaluated', 'stdenv'].includes(drawn.source);
}
