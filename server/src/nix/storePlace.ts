/** A store and where its files are: not at the store directory when it is a private one (`--store DIR`). Pure. */

export interface StorePlace {
  /** Logical store directory. */
  readonly storeDir: string;
  /** Where its files are. */
  readonly physicalStoreDir: string;
}

/** The path where a store file can be read from outside of a private store's namespace. */
export function physicalPath(path: string, { storeDir, physicalStoreDir }: StorePlace): string {
  return path.startsWith(`${storeDir}/`) ? physicalStoreDir + path.slice(storeDir.length) : path;
}

export interface StoreFile {
  /** The store path itself, without the folder of the store: Nix names a store of the user's own now so, now as it is on the disk. */
  readonly root: string;
  /** Below it; empty or a relative path. */
  readonly inside: string;
}

/** The parts of a path in a store; null for another. */
export function storeFile(path: string): StoreFile | null {
  const parts = /^.*?\/([0-9a-z]{32}-[^/]*)\/?(.*)$/.exec(path);
  return parts?.[1] === undefined ? null : { root: parts[1], inside: parts[2] ?? '' };
}
