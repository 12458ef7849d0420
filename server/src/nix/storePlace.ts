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
