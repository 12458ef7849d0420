/** What of a drawing stands where in a document. */
import type { Derivation, FileRange, Hook, Phase, Position, Range } from '../protocol/model';

/** A phase, or a hook inside one, as written in an attribute or named in a text. */
export interface NamedPlace {
  readonly derivation: Derivation;
  /** The phase, or the one that runs the hook. */
  readonly phase: Phase;
  readonly hook: Hook | null;
}

/** Phases and hooks that are attributes written in this file, each with its place, in order of the drawing. */
export function writtenPhases(
  derivation: Derivation,
  file: string,
): readonly (NamedPlace & { readonly range: Range })[] {
  return derivation.phases.flatMap((phase) => {
    const own = { derivation, phase, hook: null };
    const hooks = phase.hooks
      .filter(({ kind }) => kind === 'attribute')
      .map((hook) => ({ derivation, phase, hook }));
    return [own, ...hooks].flatMap((place) => {
      const written = derivation.attributes[place.hook?.name ?? phase.name];
      return written?.file === file ? [{ ...place, range: written.range }] : [];
    });
  });
}

/** The attributes of a derivation that are written in this file, in order of the text. */
export function writtenAttributes(
  { attributes }: Derivation,
  file: string,
): readonly { readonly name: string; readonly range: Range }[] {
  return Object.entries(attributes)
    .filter((entry): entry is [string, FileRange] => entry[1].file === file)
    .map(([name, { range }]) => ({ name, range }))
    .sort((a, b) => comparePositions(a.range.start, b.range.start));
}

/** The phases and hooks that bear this name. */
export function named(derivations: readonly Derivation[], name: string): readonly NamedPlace[] {
  return derivations.flatMap((derivation) =>
    derivation.phases.flatMap((phase): NamedPlace[] => {
      if (phase.name === name) return [{ derivation, phase, hook: null }];
      return phase.hooks.filter((hook) => hook.name === name).map((hook) => ({ derivation, phase, hook }));
    }),
  );
}

export function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

/** Whether the position is inside or at an end. */
export function includes({ start, end }: Range, position: Position): boolean {
  return comparePositions(start, position) <= 0 && comparePositions(position, end) <= 0;
}

/** The smallest range that holds all of these. */
export function hull(ranges: readonly [Range, ...Range[]]): Range {
  return ranges.reduce((a, b) => ({
    start: comparePositions(a.start, b.start) <= 0 ? a.start : b.start,
    end: comparePositions(a.end, b.end) >= 0 ? a.end : b.end,
  }));
}
