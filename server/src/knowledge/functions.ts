/** Functions of nixpkgs, and fetchers of Nix, that a derivation's author calls, and the attributes of their argument. */
import { fetchers } from './functions/fetchers';
import { helpers } from './functions/helpers';
import type { KnownFunction } from './functions/knownFunction';

export type { KnownFunction } from './functions/knownFunction';

const byName = new Map([...fetchers, ...helpers].map((each) => [each.name, each]));

/** What is known of a function by its name; null when nothing is. */
export function knownFunction(name: string): KnownFunction | null {
  return byName.get(name === 'fetchpatch2' ? 'fetchpatch' : name) ?? null;
}
