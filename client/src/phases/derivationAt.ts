/** Which of a file's derivations a place in its text belongs to. Pure. */
import type { Derivation, Position, Range } from '../../../server/src/protocol/model';

/** The innermost one around the place, else the nearest that is named on its line or above it; undefined above all of them. */
export function derivationAt(
  derivations: readonly Derivation[],
  file: string,
  place: Position,
): Derivation | undefined {
  const here = derivations.flatMap((derivation) =>
    derivation.file === file && derivation.range !== null ? [{ derivation, named: derivation.range }] : [],
  );
  const around = here
    .flatMap(({ derivation }) =>
      derivation.extent == null ? [] : [{ derivation, extent: derivation.extent }],
    )
    .filter(({ extent }) => holds(extent, place))
    .sort((a, b) => compare(b.extent.start, a.extent.start));
  const above = here
    .filter(({ named }) => named.start.line <= place.line)
    .sort((a, b) => compare(b.named.start, a.named.start));
  return (around[0] ?? above[0])?.derivation;
}

function holds({ start, end }: Range, place: Position): boolean {
  return compare(start, place) <= 0 && compare(place, end) <= 0;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
