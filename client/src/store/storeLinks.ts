/** Names of readable derivation documents. Pure. */

/** Documents of this scheme are the readable form of the store derivation at their path. */
export const storeScheme = 'phasewise-drv';

/** Whether this is a store derivation's file. */
export function isDerivationPath(path: string): boolean {
  return path.endsWith('.drv');
}
