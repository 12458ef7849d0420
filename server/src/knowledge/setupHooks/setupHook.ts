import { alike, type KnownAttribute } from '../attributes/attribute';

/** A setup hook that a package brings, and what it reads of a derivation. */
export interface KnownSetupHook {
  /** Names of the packages that bring it, as they are written among the inputs; the usual one first. */
  readonly packages: readonly [string, ...string[]];
  /** Where nixpkgs has its script. */
  readonly source: string;
  /** Phases that it gives where the derivation has none of its own, and those that it adds to stdenv's. */
  readonly phases: readonly string[];
  readonly attributes: readonly KnownAttribute[];
}

type Same = Omit<KnownAttribute, 'name' | 'says'>;
/** What is the same of several attributes, and the words for each. */
type Group = readonly [same: Same, each: Readonly<Record<string, string>>];

/** A setup hook whose every attribute needs its first package. */
export function setupHook(
  packages: KnownSetupHook['packages'],
  source: string,
  phases: readonly string[],
  groups: readonly Group[],
): KnownSetupHook {
  const [needs] = packages;
  const attributes = groups.flatMap(([same, each]) => alike({ ...same, needs }, each));
  return { packages, source, phases, attributes };
}
