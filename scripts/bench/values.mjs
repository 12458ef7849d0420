// How soon an evaluated package set answers while one types: completion in `with pkgs; [` and after `pkgs.` by the letter, hovers, and
// signature help. PHASEWISE_BENCH_SET=PATH measures with a package set of your own that has `zlib`, e.g. a copy of nixpkgs.
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { runOrFail } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder } from './nixFiles.mjs';
import { median, percentile, row } from './rows.mjs';

const rounds = 12;
const starts = 3;
const pauseMs = 60;

/** 1 500 packages that no text names, in a set that takes a moment. */
const standIn = `{ }:
let
  make = name: derivation { inherit name; system = builtins.currentSystem; builder = "/bin/sh"; };
  names = builtins.genList (n: "package-\${toString n}") 1499 ++ [ "zlib" ];
in
builtins.listToAttrs (map (name: { inherit name; value = make name; }) names)
`;

const inList = (set, typed) => `let
  pkgs = import ${set} { };
in
{
  inputs = with pkgs; [ ${typed}
  ];
}
`;
const afterDot = (set, typed) => `let
  pkgs = import ${set} { };
in
{
  value = pkgs.${typed}
}
`;

async function milliseconds(action) {
  const started = performance.now();
  const answer = await action();
  return { took: performance.now() - started, answer };
}

function itemsOf(answer) {
  return Array.isArray(answer) ? { items: answer, isIncomplete: false } : answer;
}

export async function measure({ env }) {
  const files = await benchFolder(env);
  const set = process.env.PHASEWISE_BENCH_SET ?? dirname(await files.write('set/default.nix', standIn));
  const settings = { evaluation: { debounceMs: 300 } };
  const times = { first: [], list: [], dot: [], hover: [], again: [], cold: [] };
  try {
    for (let start = 0; start < starts; start++) {
      const expression = `builtins.attrNames (import ${set} { })`;
      const cold = () =>
        runOrFail('nix-instantiate', 'nix-instantiate', ['--eval', '--strict', '-E', expression], { env });
      times.cold.push((await milliseconds(cold)).took);
      const file = await files.write(`typed-${start}.nix`, inList(set, ''));
      const server = await startServer({ folder: files.folder, env: files.env, trusted: true, settings });
      try {
        await measureTyping(server, file, set, times);
      } finally {
        await server.end();
      }
    }
    const typed = [...times.list, ...times.dot];
    return [
      row('completion in `with pkgs; [ … ]` with the evaluator warm', median(times.list), 'ms', 50),
      row('… after `pkgs.`', median(times.dot), 'ms', 50),
      row('… of both, 95 of 100', percentile(typed, 95), 'ms'),
      row('… of a cold nix-instantiate of the names', (100 * median(typed)) / median(times.cold), '%'),
      row('a hover over a package, the first', median(times.hover), 'ms'),
      row('… the same again', median(times.again), 'ms'),
      row('from opening a file to its first names', median(times.first), 'ms'),
      row('a cold nix-instantiate of the names', median(times.cold), 'ms'),
    ];
  } finally {
    await files.remove();
  }
}

async function measureTyping(server, file, set, times) {
  const uri = server.open(file, inList(set, ''));
  const textDocument = { uri };
  const complete = async (text, mark) => {
    server.change(uri, text);
    const before = text.slice(0, text.indexOf(mark) + mark.length);
    const line = before.split('\n').length - 1;
    const position = { line, character: before.length - before.lastIndexOf('\n') - 1 };
    return itemsOf(
      await server.connection.sendRequest('textDocument/completion', { textDocument, position }),
    );
  };
  const until = async () => {
    for (;;) {
      const { items, isIncomplete } = await complete(inList(set, 'z'), '[ z');
      if (!isIncomplete && items.some(({ label }) => label === 'zlib')) return;
      await sleep(5);
    }
  };
  times.first.push((await milliseconds(until)).took);
  for (let round = 0; round < rounds; round++) {
    const typed = 'zli'.slice(0, 1 + (round % 3));
    await sleep(pauseMs);
    const list = await milliseconds(() => complete(inList(set, typed), `[ ${typed}`));
    await sleep(pauseMs);
    const dot = await milliseconds(() => complete(afterDot(set, typed), `pkgs.${typed}`));
    for (const { answer } of [list, dot]) {
      if (!answer.items.some(({ label }) => label === 'zlib')) throw new Error('the names are not there');
    }
    times.list.push(list.took);
    times.dot.push(dot.took);
  }
  const text = afterDot(set, 'zlib;');
  server.change(uri, text);
  const line = text.slice(0, text.indexOf('zlib')).split('\n').length - 1;
  const hover = () =>
    server.connection.sendRequest('textDocument/hover', { textDocument, position: { line, character: 16 } });
  times.hover.push((await milliseconds(hover)).took);
  times.again.push((await milliseconds(hover)).took);
}
