// What the examples are built with: their own small stdenv, which takes a second once.
import { join } from 'node:path';
import { projectRoot, run, say } from './commands.mjs';

/**
 * Builds the examples' stdenv, so that the first look at an example shows what its stdenv says and not what can be known before that is
 * built. That it cannot be built is said, and left to be seen in the editor.
 */
export async function buildExampleInputs(env) {
  const args = ['--no-out-link', join(projectRoot, 'examples/pkgs'), '-A', 'stdenv'];
  const { exitCode, output } = await run('nix-build', args, { env });
  if (exitCode !== 0) say(`The stdenv of the examples does not build:\n${output.trim()}`);
}
