/** What the engine is asked about when a key names no Nix file, and whose settings hold for a key. */
import { fileURLToPath } from 'node:url';
import { fileOf } from '../documents';
import type { Target } from '../engine/engine';
import { fileOfTarget } from '../engine/targets';
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

/** The file whose folder's settings hold for what a key's URI names; null for a store derivation. */
export function keyedFile(uri: string): string | null {
  const target = keyedTarget(uri, '');
  return target === null ? fileOf(uri) : fileOfTarget(target);
}
