/** What is evaluated, brought to where Nix can read it, and the way back from Nix's places to the user's. */
import { existsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { entryFileName, placeEntry, type EntryFiles } from './entryFiles';
import type { PlaceMap } from './evaluationFailure';
import type { NixFrame } from './internalJson';
import { makeOwnFolder } from './ownFolder';
import type { EvaluationEntry, EvaluationSource, NixPosition } from './nix';
import { storeFile, type StoreFile } from './storePlace';

export interface PreparedSource {
  /** What Nix reads: the file itself or a private copy of the buffer. */
  readonly file: string;
  /** Folder to run in, so that relative paths in `-I` and `--arg` mean what they say. */
  readonly cwd: string;
  readonly mapPlace: PlaceMap;
  /** What it is called from; null when it is evaluated as it stands. */
  readonly entry: EntryFiles | null;
  /** Replaces the copy's path in messages. */
  readonly mapText: (text: string) => string;
  /** Leaves out of a trace what is there only because of how the text was brought to Nix. */
  readonly usersFrames?: (trace: readonly NixFrame[]) => readonly NixFrame[];
  /** Tells where the flake's files were copied to. */
  copiedTo(folder: string): void;
  dispose(): Promise<void>;
}

/** Copies the buffer, if any, into a folder of its own that no other user can read. `ownFolder` holds our expressions. */
export async function prepareSource(source: EvaluationSource, ownFolder: string): Promise<PreparedSource> {
  const cwd = source.kind === 'flake' ? source.file : dirname(source.file);
  const own = `${ownFolder}/`;
  const { buffer, entry } = source;
  const folder = buffer === null && entry === undefined ? null : await makeOwnFolder('text');
  const isOurs = (file: string | null): boolean =>
    file?.startsWith(own) === true || (folder !== null && file?.startsWith(`${folder}/`) === true);
  const common = {
    cwd: existsSync(cwd) ? cwd : '/',
    entry: entry === undefined || folder === null ? null : placeIn(folder, source, entry, ownFolder),
    dispose: () => (folder === null ? Promise.resolve() : rm(folder, { recursive: true, force: true })),
  };
  if (buffer === null || folder === null) {
    const flake = source.kind === 'flake' ? createFlakeMap(source.file) : null;
    return {
      ...common,
      file: source.file,
      mapPlace: (position) => (isOurs(position.file) ? null : (flake?.mapPlace(position) ?? position)),
      mapText: (text) => text,
      copiedTo: (copy) => flake?.copiedTo(copy),
    };
  }
  const copy = join(folder, basename(source.file));
  writeFileSync(copy, buffer.text, { mode: 0o600 });
  return {
    ...common,
    file: copy,
    mapPlace: (position) => {
      if (position.file === copy) return buffer.toOriginal({ ...position, file: source.file });
      return isOurs(position.file) ? null : position;
    },
    mapText: (text) => text.replaceAll(copy, source.file),
    copiedTo: () => undefined,
  };
}

function placeIn(
  folder: string,
  source: EvaluationSource,
  entry: EvaluationEntry,
  ownFolder: string,
): EntryFiles {
  let count = 0;
  return placeEntry(entry, ownFolder, (text) => {
    const file = join(folder, entryFileName(count++, source));
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  });
}

/** A flake is evaluated from a copy of its tree in the store: a place in it is one in the tree, when that has such a file. */
function createFlakeMap(folder: string): {
  mapPlace(position: NixPosition): NixPosition;
  copiedTo(copy: string): void;
} {
  let copied: StoreFile | null = null;
  return {
    copiedTo: (copy) => {
      copied = storeFile(copy);
    },
    mapPlace: (position) => {
      const found = position.file === null ? null : storeFile(position.file);
      // Before the copy is known (a syntax error in flake.nix) only the flake itself has been read.
      if (found === null || (copied !== null && found.root !== copied.root)) return position;
      const original = treeTops(folder, copied?.inside ?? '')
        .map((top) => join(top, found.inside))
        .find((file) => existsSync(file));
      return original === undefined ? position : { ...position, file: original };
    },
  };
}

/**
 * Folders that the copy may be of: the one above the flake's folder by as much as Nix says (2.26), or, when it does not
 * say (2.8 names the tree even for a flake inside it), the folder and those above it.
 */
function treeTops(folder: string, inside: string): readonly string[] {
  if (inside !== '' && folder.endsWith(`/${inside}`)) return [folder.slice(0, -inside.length - 1)];
  const tops = [folder];
  for (let top = folder; dirname(top) !== top; top = dirname(top)) tops.push(dirname(top));
  return tops;
}
