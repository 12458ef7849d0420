// How soon the tree is true: of a derivation with thirty inputs, drawn from its evaluation, then from its stdenv.
import { performance } from 'node:perf_hooks';
import { projectRoot, runOrFail } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder } from './nixFiles.mjs';
import { median, row } from './rows.mjs';
import { join } from 'node:path';

const rounds = 7;
const inputs = 30;

function text(round) {
  return `let
  pkgs = import ${join(projectRoot, 'examples/pkgs')} { };
  inputs = builtins.genList
    (n: pkgs.runCommand "input-\${toString n}" { } ''
      mkdir -p "$out/bin" "$out/nix-support"
      echo "export INPUT_\${toString n}=1" > "$out/nix-support/setup-hook"
    '')
    ${inputs};
in
pkgs.stdenv.mkDerivation {
  name = "thirty";
  nativeBuildInputs = inputs;
  round = "${round}";
  buildPhase = "env > environment";
  installPhase = "cp environment $out";
}
`;
}

async function milliseconds(action) {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

async function buildInputs(file, env) {
  const expression = `(import ${file}).nativeBuildInputs`;
  await runOrFail('nix-build', 'nix-build', ['--no-out-link', '-E', expression], { env });
}

export async function measure({ env }) {
  const files = await benchFolder(env);
  const begun = Date.now();
  const first = await files.write('first.nix', text(`${begun}`));
  await buildInputs(first, env);
  const server = await startServer({ folder: files.folder, env: files.env, trusted: true });
  try {
    await server.drawing(server.open(first, text(`${begun}`)), isFrom('stdenv'));
    const evaluated = [];
    const asked = [];
    const cold = [];
    for (let round = 0; round < rounds; round++) {
      const content = text(`${begun}.${round}`);
      const file = await files.write(`${round}/default.nix`, content);
      let drawn = 0;
      const started = performance.now();
      const uri = server.open(file, content);
      await server.drawing(uri, isFrom('evaluated'));
      drawn = performance.now();
      await server.drawing(uri, isFrom('stdenv'));
      asked.push(performance.now() - drawn);
      evaluated.push(drawn - started);
      const other = await files.write(`other-${round}.nix`, text(`${begun}.other.${round}`));
      cold.push(await milliseconds(() => runOrFail('nix-instantiate', 'nix-instantiate', [other], { env })));
    }
    return [
      row(
        'tree of 30 inputs, evaluated, against a cold nix-instantiate',
        median(evaluated) / median(cold),
        '×',
        2,
      ),
      row("… its stdenv's own, after that", median(asked), 'ms', 300),
      row('… evaluated', median(evaluated), 'ms'),
      row('a cold nix-instantiate of the same', median(cold), 'ms'),
    ];
  } finally {
    await server.end();
    await files.remove();
  }
}

function isFrom(source) {
  return ({ derivations }) => derivations[0]?.source === source;
}
