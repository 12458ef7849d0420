// Folders with derivations to measure with; they need no network.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../bootstrap/cleanUp.mjs';
import { projectRoot, runOrFail } from '../bootstrap/commands.mjs';

const packageSet = join(projectRoot, 'examples/pkgs');

/** The text of a file that makes one derivation of the examples' package set. `nonce` makes it one that nobody has built. */
export function derivationText(attributes, nonce = `${process.pid}-${Date.now()}-${Math.random()}`) {
  return `let pkgs = import ${packageSet} { }; in
pkgs.stdenv.mkDerivation {
  nonce = "${nonce}";
${attributes}}
`;
}

/** Bytes of each line of `failingText`, its newline included. */
export const lineBytes = 100;
/** What it prints last, as no text of its own says it. */
export const failingPlace = 'main.c:42:1:';

/** Without its newline. */
export function numberedLine(number) {
  return `line ${String(number).padStart(7, '0')} `.padEnd(lineBytes - 1, 'x');
}

/** A build that prints so many numbered lines, then an error, and fails. */
export function failingText(name, count) {
  return derivationText(`  name = "${name}";
  dontUnpack = true;
  buildPhase = ''
    seq -f '${numberedLine(0).replace('0000000', '%07.0f')}' ${count}
    echo "main.c:$((6 * 7)):1: error: no"
    exit 1
  '';
`);
}

/** On a new machine the stdenv is not there yet: what needs it built to measure anything else builds it first. */
export async function buildStdenv(env) {
  const expression = `(import ${packageSet} { }).stdenv`;
  await runOrFail('nix-build', 'nix-build', ['--no-out-link', '-E', expression], { env });
}

/** A folder of our own for a part: `file(name)` is a path in it, `env` makes servers keep their sessions there. */
export async function benchFolder(env) {
  const { folder, remove } = await temporaryFolder('phasewise-bench-');
  return {
    folder,
    remove,
    env: { ...env, XDG_STATE_HOME: join(folder, 'state') },
    async write(name, content, mode = 0o644) {
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { mode });
      return file;
    },
  };
}
