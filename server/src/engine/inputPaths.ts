/** What must be in the store before a derivation's stdenv can be asked or its phases run. */
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';

/** Whether every input is there; an input whose path is not known before it is built counts as missing. */
export async function inputsAreValid(
  nix: Nix,
  derivation: StoreDerivation,
  signal: AbortSignal,
): Promise<boolean> {
  const paths: string[] = [...derivation.inputSources];
  for (const [input, names] of Object.entries(derivation.inputDerivations)) {
    const read = await nix.readDerivation(input);
    if (!read.ok) return false;
    for (const name of names) {
      const path = read.value.outputs[name]?.path ?? '';
      if (path === '') return false;
      paths.push(path);
    }
  }
  return nix.areValid(paths, signal);
}
