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
