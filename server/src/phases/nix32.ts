/** Nix's own spelling of hashes, and the names that it derives from them. */
import { createHash } from 'node:crypto';

const alphabet = '0123456789abcdfghijklmnpqrsvwxyz';

/** Base 32 as Nix writes it (Nix manual, "Base32": least significant digit last, no e, o, t, u). */
export function nix32(bytes: Uint8Array): string {
  const length = Math.floor((bytes.length * 8 - 1) / 5) + 1;
  let text = '';
  for (let digit = length - 1; digit >= 0; digit--) {
    const byte = Math.floor((digit * 5) / 8);
    const shift = (digit * 5) % 8;
    const low = (bytes[byte] ?? 0) >> shift;
    const high = shift === 0 ? 0 : (bytes[byte + 1] ?? 0) << (8 - shift);
    text += alphabet[(low | high) & 31] ?? '';
  }
  return text;
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** What `builtins.placeholder output` gives; stands in a store derivation for the path of its own output. */
export function placeholder(output: string): string {
  return '/' + nix32(sha256(`nix-output:${output}`));
}

/** Name of the file in the build directory that holds a `passAsFile` attribute. */
export function passedFileName(attribute: string): string {
  return '.attr-' + nix32(sha256(attribute));
}

/** A hash part for an output whose path is not known before building (content-addressed). */
export function standInHash(drvPath: string, output: string): string {
  return nix32(sha256(`${drvPath}!${output}`).subarray(0, 20));
}
