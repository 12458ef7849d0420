/** What is said of a log in which nothing stands. Pure. */
import { derivationName } from '../../protocol/storePath';

/** Nix makes the file of a log when a build begins and fills it when that ends (found with 2.8, 2.26 and 2.34). */
export function emptyLogWords(drvPath: string): string {
  return `The log of ${derivationName(drvPath)} is empty: its builder printed nothing, or another Nix builds it now. Nix writes the log of such a build when it ends, and nobody can read it before.`;
}
