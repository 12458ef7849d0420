/** What the engine is asked about when a key names no Nix file. */
import { fileURLToPath } from 'node:url';
import { fileOf } from '../documents';
import type { Target } from '../engine/engine';
import { flakeScheme } from '../protocol/pinMessages';

/** A `.drv` or a flake's folder; null for every other URI. */
export function keyedTarget(
  uri: string,
  attr: string,
): Extract<Target, { kind: 'derivation' | 'flake' }> | null {
  const file = fileOf(uri);
  if (file?.endsWith('.drv') === true) return { kind: 'derivation', drvPath: file };
  if (!uri.startsWith(`${flakeScheme}:`)) return null;
  try {
    return { kind: 'flake', folder: fileURLToPath(uri.replace(flakeScheme, 'file')), attr };
  } catch {
    return null;
  }
}
