/** The setup hooks that nixpkgs' packages bring: which attributes each reads, which phases it gives. What a derivation's own stdenv has is told by itself. */
import { regExpText } from '../regExpText';
import type { KnownAttribute } from './attributes/attribute';
import { buildSystemHooks } from './setupHooks/buildSystems';
import { finishingHooks } from './setupHooks/finishing';
import { languageHooks } from './setupHooks/ofLanguages';
import type { KnownSetupHook } from './setupHooks/setupHook';

export type { KnownSetupHook } from './setupHooks/setupHook';

export const knownSetupHooks: readonly KnownSetupHook[] = [
  ...buildSystemHooks,
  ...finishingHooks,
  ...languageHooks,
];

/** Each attribute once. */
export const attributesOfHooks: readonly KnownAttribute[] = [
  ...new Map(
    knownSetupHooks.flatMap(({ attributes }) => attributes.map((each) => [each.name, each] as const)),
  ).values(),
];

const packagesByNeed = new Map<string, readonly string[]>();
for (const { packages } of knownSetupHooks) {
  const [first] = packages;
  packagesByNeed.set(first, [...new Set([...(packagesByNeed.get(first) ?? []), ...packages])]);
}

/** The packages any of which brings the hook that an attribute needs: `cmake` of an attribute that needs `cmake`, and its kin. */
export function packagesThatBring(needs: string): readonly string[] {
  return packagesByNeed.get(needs) ?? [needs];
}

/** Whether a text of Nix names a package that brings the hook which an attribute needs. */
export function namesHook(text: string, needs: string): boolean {
  const names = packagesThatBring(needs).map(regExpText);
  return new RegExp(`\\b(?:${names.join('|')})\\b`).test(text);
}
