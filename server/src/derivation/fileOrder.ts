/** The order in which a reader meets derivations. Pure. */
import type { Derivation } from '../protocol/model';

/** Those that `file` writes in its order, then the others as they came: Nix names the attributes of a set by the alphabet. */
export function inFileOrder(derivations: readonly Derivation[], file: string): readonly Derivation[] {
  const isHere = (derivation: Derivation): boolean => derivation.file === file && derivation.range !== null;
  const here = derivations.filter(isHere).sort((a, b) => comparePlaces(a, b));
  return [...here, ...derivations.filter((derivation) => !isHere(derivation))];
}

function comparePlaces({ range: a }: Derivation, { range: b }: Derivation): number {
  if (a === null || b === null) return 0;
  return a.start.line - b.start.line || a.start.character - b.start.character;
}
