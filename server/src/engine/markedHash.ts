/** A hash that nothing has, by which the derivation that fetches with it is known. */
import { randomBytes } from 'node:crypto';
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';

export interface MarkedHash {
  readonly sri: string;
  /** As a store derivation has it. */
  readonly hex: string;
}

/** Bytes of a digest of each algorithm that an attribute may ask for by its name. */
const lengths: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha512: 64 };

/** Of the kind that the attribute takes. */
export function markedHash(attribute: string): MarkedHash {
  const algorithm = Object.hasOwn(lengths, attribute) ? attribute : 'sha256';
  const digest = randomBytes(lengths[algorithm] ?? 32);
  return { sri: `${algorithm}-${digest.toString('base64')}`, hex: digest.toString('hex') };
}

/** Far more than lie between a package and what it fetches. */
const mostRead = 20_000;

/** The nearest derivation below these whose output has this hash; null when there is none. */
export async function fetchedWith(
  nix: Nix,
  roots: readonly string[],
  { hex }: MarkedHash,
  signal: AbortSignal,
): Promise<StoreDerivation | null> {
  const seen = new Set(roots);
  let read = 0;
  for (const path of seen) {
    if (signal.aborted || read++ > mostRead) return null;
    const derivation = await nix.readDerivation(path);
    if (!derivation.ok) continue;
    const { outputs, inputDerivations } = derivation.value;
    if (Object.values(outputs).some(({ hash }) => hash === hex)) return derivation.value;
    for (const input of Object.keys(inputDerivations)) seen.add(input);
  }
  return null;
}
