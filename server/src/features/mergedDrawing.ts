/** A drawing of an earlier version brought up to a text that Nix cannot or did not yet evaluate. */
import type { Derivation, FileRange, Hook, Origin, Phase } from '../protocol/model';

/**
 * Takes the last true drawing, what the present text alone tells, and the file; gives the true one with the places of
 * the present text, and after it those derivations that only the text knows. `note` says why it is not truer.
 */
export function mergedDrawing(
  lastTrue: readonly Derivation[],
  present: readonly Derivation[],
  file: string,
  note: string | null,
): readonly Derivation[] {
  const known = new Set(lastTrue.map(({ attr }) => attr));
  const kept = lastTrue.map((derivation) => {
    const now = present.find(({ attr }) => attr === derivation.attr);
    const placed = now === undefined ? derivation : withPlaces(derivation, now, file);
    return note === null ? placed : { ...placed, note };
  });
  return [...kept, ...present.filter(({ attr }) => !known.has(attr))];
}

/**
 * What was evaluated, and where the very same store derivation's stdenv has answered before, that answer with the places
 * of now: a store derivation never changes, so neither do its phases.
 */
export function withFormerAnswers(
  evaluated: readonly Derivation[],
  former: readonly Derivation[],
  file: string,
): readonly Derivation[] {
  return evaluated.map((derivation) => {
    const answered = former.find(
      ({ attr, drvPath, source }) =>
        source === 'stdenv' && attr === derivation.attr && drvPath === derivation.drvPath,
    );
    return answered === undefined
      ? derivation
      : withPlaces({ ...answered, note: derivation.note }, derivation, file);
  });
}

function withPlaces(derivation: Derivation, now: Derivation, file: string): Derivation {
  const elsewhere = Object.entries(derivation.attributes).filter(([, place]) => place.file !== file);
  const attributes: Record<string, FileRange> = { ...Object.fromEntries(elsewhere), ...now.attributes };
  const here = derivation.file === file && now.range !== null;
  return {
    ...derivation,
    range: here ? now.range : derivation.range,
    extent: (here ? now.extent : derivation.extent) ?? null,
    attributes,
    phases: derivation.phases.map((phase) => withPlacedPhase(phase, attributes, file)),
  };
}

function withPlacedPhase(phase: Phase, attributes: Readonly<Record<string, FileRange>>, file: string): Phase {
  return {
    ...phase,
    origin: placed(phase.name, phase.origin, attributes, file),
    hooks: phase.hooks.map((hook: Hook) => ({
      ...hook,
      origin: placed(hook.name, hook.origin, attributes, file),
    })),
  };
}

function placed(
  name: string,
  origin: Origin,
  attributes: Readonly<Record<string, FileRange>>,
  file: string,
): Origin {
  const place = attributes[name];
  if (origin.kind !== 'attribute' || origin.file !== file || place === undefined) return origin;
  return { ...origin, file: place.file, range: place.range };
}
