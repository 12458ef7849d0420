/** What differs between an output and what a rebuild made of it, which Nix keeps beside it as `PATH.check`. */
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import { physicalPath } from '../nix/storePlace';
import type { BuildComparison } from '../protocol/model';
import { compareTrees } from './compareTrees';

/** Nix's words, in the quotes of every version: `output 'A' differs from 'A.check'`. */
const differs = /output ['"‘]([^'"’]+)['"’] differs(?: from ['"‘]([^'"’]+)['"’])?/;

/** Null when the message is about anything else. */
export async function compareRebuild(
  nix: Nix,
  store: StoreDerivation,
  message: string,
  signal: AbortSignal,
): Promise<BuildComparison | null> {
  const found = differs.exec(message);
  const output = found?.[1];
  if (output === undefined) return null;
  const other = found?.[2] ?? null;
  if (other === null) return { same: false, output, other, differences: [] };
  const name = Object.entries(store.outputs).find(([, { path }]) => path === output)?.[0] ?? 'out';
  const place = (path: string): string => physicalPath(path, nix.installation);
  try {
    const found = await compareTrees(name, place(other), place(output), signal, 'first build');
    return { same: false, output, other, differences: found.map(({ words }) => words) };
  } catch {
    // Gone meanwhile, or not to be read by this user; Nix's own words stay.
    return { same: false, output, other, differences: [] };
  }
}
