/** The parts of a store path: `/nix/store/HASH-NAME`. Source: Nix manual, "Store path". Pure; the client uses them too. */

const hashLength = 32;
const hashed = /^[0-9a-z]{32}-/;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The name without the hash: `/nix/store/…-zlib-1.3` is `zlib-1.3`; of another path its last part. */
export function storePathName(path: string): string {
  return baseName(path).replace(hashed, '');
}

/** Of a store derivation, also without `.drv`: `/nix/store/…-hello-2.12.drv` is `hello-2.12`. */
export function derivationName(path: string): string {
  return storePathName(path).replace(/\.drv$/, '');
}

/** By which Nix finds references. */
export function hashPart(storePath: string): string {
  return baseName(storePath).slice(0, hashLength);
}
