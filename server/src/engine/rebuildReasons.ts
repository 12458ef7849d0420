/** Why a derivation is another than before, followed through its inputs to where something was written otherwise. */
import type { StoreDerivation } from '../nix/derivationFile';
import type { Result } from '../result';
import { derivationChanges, type DerivationChange } from './derivationChanges';

/** A chain of inputs longer than this is no longer read by anyone. */
const deepest = 4;
const mostReasons = 8;

/**
 * Sentences, those about the derivation's own texts first. An input that changed is told with what changed in it, as far down as its
 * store derivations can be read.
 */
export async function rebuildReasons(
  from: StoreDerivation,
  to: StoreDerivation,
  read: (drvPath: string) => Promise<Result<StoreDerivation>>,
): Promise<readonly string[]> {
  const changes = derivationChanges(from, to);
  const told: string[] = [];
  for (const change of [...changes].sort((a, b) => weight(a) - weight(b)).slice(0, mostReasons)) {
    const cause = await causeBelow(change, read, deepest);
    told.push(cause === null ? change.words : `${change.words.replace(/\.$/, '')}: ${cause}`);
  }
  const left = changes.length - told.length;
  return left > 0 ? [...told, `And ${left} more.`] : told;
}

/** What changed in an input; null when that is not known, or the change is of no input. */
async function causeBelow(
  { what, from, to }: DerivationChange,
  read: (drvPath: string) => Promise<Result<StoreDerivation>>,
  depth: number,
): Promise<string | null> {
  if (what !== 'input' || depth === 0 || from?.endsWith('.drv') !== true || to?.endsWith('.drv') !== true)
    return null;
  const [before, after] = [await read(from), await read(to)];
  if (!before.ok || !after.ok) return null;
  const changes = [...derivationChanges(before.value, after.value)].sort((a, b) => weight(a) - weight(b));
  const [first] = changes;
  if (first === undefined) return null;
  const cause = await causeBelow(first, read, depth - 1);
  return cause === null ? first.words : `${first.words.replace(/\.$/, '')}: ${cause}`;
}

/** What somebody wrote comes before what follows from it. */
function weight({ what, words }: DerivationChange): number {
  if (words.endsWith(' names other store paths.')) return 3;
  if (what === 'input') return 2;
  return what === 'source' ? 1 : 0;
}
