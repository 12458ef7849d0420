/**
 * The files that copies in the store are of: what `"${./nix}/x.nix"` or `"${self}/nix/x.nix"` imports is a copy, and an error in it is
 * one in the user's file. Nix does not tell of every copy it makes, so the original is the file at the same place below a folder that
 * the texts in question name, or that they stand in, with the very same bytes.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathsNamed } from './filesRead';
import type { NixPosition } from './nix';
import { storeFile, type StoreFile } from './storePlace';
import { storePathName } from '../protocol/storePath';

/** Larger files are not compared. */
const mostBytes = 1024 * 1024;
/** How far above a file its tree may begin; how often an original leads to others; after how many files without one a store path is no copy. */
const most = { levels: 12, rounds: 4, misses: 20 } as const;

export class StoreCopies {
  /** Folders and files that were perhaps copied, the likeliest first. */
  private readonly named = new Set<string>();
  private readonly above = new Set<string>();
  private readonly learnt = new Set<string>();
  private readonly found = new Map<string, string | null>();
  /** Files of a store path that have no original, while none of its files has one. */
  private readonly misses = new Map<string, number>();

  /** `physicalStoreDir` is where the store lies on this disk. */
  constructor(private readonly physicalStoreDir: string) {}

  /** A file of the user's, whose text may name what was copied; as it is on the disk when no text is given. */
  learn(file: string, text?: string): void {
    if (this.learnt.has(file) || storeFile(file) !== null) return;
    this.learnt.add(file);
    const read = text ?? textOf(file);
    if (read === null) return;
    this.forgetMisses();
    for (const path of pathsNamed(read).paths) {
      this.named.add(path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(dirname(file), path));
    }
    let folder = dirname(file);
    for (let level = 0; level < most.levels && dirname(folder) !== folder; level++) {
      this.above.add(folder);
      folder = dirname(folder);
    }
  }

  /** Learns the files that are named together, and the originals of copies among them. */
  learnAll(files: readonly (string | null)[]): void {
    for (let round = 0; round < most.rounds; round++) {
      const before = this.learnt.size;
      for (const file of files) {
        if (file !== null) this.learn(this.originalOf(file) ?? file);
      }
      if (this.learnt.size === before) return;
    }
  }

  /** The same place in the original, where one is known. */
  readonly place = (position: NixPosition): NixPosition => {
    const original = position.file === null ? null : this.originalOf(position.file);
    return original === null ? position : { ...position, file: original };
  };

  private originalOf(file: string): string | null {
    const copy = storeFile(file);
    if (copy === null) return null;
    const known = this.found.get(file);
    if (known !== undefined) return known;
    const missed = this.misses.get(copy.root) ?? 0;
    if (missed >= most.misses) return null;
    const original = this.search(file, copy);
    this.found.set(file, original);
    this.misses.set(copy.root, original === null ? missed + 1 : -Infinity);
    return original;
  }

  private search(file: string, { root, inside }: StoreFile): string | null {
    const name = storePathName(root);
    const candidates = [...this.named, ...this.above].filter(
      (path) => inside !== '' || basename(path) === name,
    );
    const likeliest = candidates.toSorted(
      (a, b) => Number(basename(b) === name) - Number(basename(a) === name),
    );
    const paths = likeliest.map((path) => (inside === '' ? path : join(path, inside)));
    const there = paths.filter((path) => storeFile(path) === null && existsSync(path));
    const wanted =
      there.length === 0
        ? null
        : bytesOf(existsSync(file) ? file : join(this.physicalStoreDir, root, inside));
    return wanted === null ? null : (there.find((path) => bytesOf(path)?.equals(wanted) === true) ?? null);
  }

  private forgetMisses(): void {
    this.misses.clear();
    for (const [file, original] of this.found) if (original === null) this.found.delete(file);
  }
}

function bytesOf(file: string): Buffer | null {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= mostBytes ? readFileSync(file) : null;
  } catch {
    // It is not there, or may not be read.
    return null;
  }
}

function textOf(file: string): string | null {
  return bytesOf(file)?.toString('utf8') ?? null;
}
