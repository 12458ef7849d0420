/**
 * What the packages of whole sets say that they bring, kept in the state folder: a file for each set, known by where its nixpkgs lies
 * and which state of it that is, its names, and how Nix is called. What is kept is verified by whoever uses it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../environment';
import { isTexts, parseJsonObject } from '../json';
import type { Nix } from '../nix/nix';
import type { Settings } from '../protocol/settings';
import type { Answer, Wanted } from './packageQuestions';

/** A package that says what it brings, or at least its name. */
export interface CollectedPackage {
  readonly attribute: string;
  /** `meta.mainProgram`. */
  readonly program: string | null;
  readonly pname: string | null;
  /** `meta.pkgConfigModules`. */
  readonly modules: readonly string[];
}

export interface Collection {
  /** So many of the set's names, in their order, were looked at. */
  readonly next: number;
  readonly packages: readonly CollectedPackage[];
}

export const nothingCollected: Collection = { next: 0, packages: [] };

/** Sets that are kept, the last used ones; nixpkgs' takes 2 MB. */
const mostSets = 5;
const day = 24 * 3600 * 1000;
/** What lies in the store stays as it is; elsewhere files change without being told of. */
const longest = { stored: 60 * day, elsewhere: day };

export class PackageCollections {
  private readonly folder: string;

  constructor(
    private readonly parts: {
      readonly stateFolder: string;
      readonly logger: Logger;
      readonly nixOptions: (file: string | null) => Settings['nix'];
    },
  ) {
    this.folder = join(parts.stateFolder, 'packages');
  }

  /** What is kept of the set that gave this answer in this file. */
  async of(nix: Nix, file: string, answer: Pick<Answer, 'identity'>, now = Date.now()): Promise<Collection> {
    const { path, ageMs } = await this.place(nix, file, answer);
    const written = await stat(path).catch(() => null);
    if (written === null || now - written.mtimeMs > ageMs) return nothingCollected;
    return parseCollection(await readFile(path, 'utf8').catch(() => ''));
  }

  /** Keeps it instead of what was kept of the set before. Resolves when it is written, or could not be. */
  async keep(
    nix: Nix,
    file: string,
    answer: Pick<Answer, 'identity'>,
    collection: Collection,
  ): Promise<void> {
    const { path } = await this.place(nix, file, answer);
    const rows = collection.packages.map((one) => [one.attribute, one.program, one.pname, one.modules]);
    const draft = `${path}.${process.pid}`;
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFile(draft, JSON.stringify({ next: collection.next, packages: rows }), { mode: 0o600 });
      await rename(draft, path);
      await this.tidy();
    } catch (error) {
      this.parts.logger.warn(`What packages bring is not kept in ${path}: ${String(error)}`);
    }
  }

  private async place(
    nix: Nix,
    file: string,
    { identity }: Pick<Answer, 'identity'>,
  ): Promise<{ readonly path: string; readonly ageMs: number }> {
    const { system, storeDir, version } = nix.installation;
    const place = identity.path === '' ? '' : await realpath(identity.path).catch(() => identity.path);
    const isStored = place.startsWith(`${storeDir}/`);
    // Of a checkout the files that git writes when another commit is there, of other folders their own time.
    const state = place === '' ? [file] : isStored ? [] : await Promise.all(statesOf(place).map(timeOf));
    const how = [system, version, this.parts.nixOptions(file)];
    const key = JSON.stringify([place, identity.names, state, how]);
    const name = createHash('sha256').update(key).digest('hex').slice(0, 40);
    return {
      path: join(this.folder, `${name}.json`),
      ageMs: isStored ? longest.stored : longest.elsewhere,
    };
  }

  private async tidy(): Promise<void> {
    const names = await readdir(this.folder);
    const files = await Promise.all(
      names.map(async (name) => ({
        path: join(this.folder, name),
        at: await timeOf(join(this.folder, name)),
      })),
    );
    const old = files.sort((one, other) => other.at - one.at).slice(mostSets);
    await Promise.all(old.map(({ path }) => rm(path, { force: true })));
  }
}

function statesOf(folder: string): readonly string[] {
  return [folder, ...['index', 'HEAD', 'logs/HEAD'].map((name) => join(folder, '.git', name))];
}

async function timeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.mtimeMs ?? 0;
}

function parseCollection(text: string): Collection {
  const { next, packages } = parseJsonObject(text) ?? {};
  if (typeof next !== 'number' || !Array.isArray(packages)) return nothingCollected;
  return { next, packages: packages.flatMap((row: unknown) => parsePackage(row) ?? []) };
}

/** From `[attribute, program, pname, modules]`; null for what is none of a package. */
export function parsePackage(row: unknown): CollectedPackage | null {
  if (!Array.isArray(row)) return null;
  const fields: readonly unknown[] = row;
  const [attribute, program, pname, modules] = fields;
  if (typeof attribute !== 'string' || !isTexts(modules)) return null;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { attribute, program: text(program), pname: text(pname), modules };
}

/** Paths of the packages that say that they bring it, and of those that say nothing but are called so; the shortest first. */
export function bringing(
  { packages }: Collection,
  { kind, name }: Wanted,
): { readonly sure: readonly (readonly string[])[]; readonly guessed: readonly (readonly string[])[] } {
  const pathsOf = (brings: (one: CollectedPackage) => boolean): readonly (readonly string[])[] =>
    packages
      .filter(brings)
      .map(({ attribute }) => attribute)
      .sort((one, other) => one.length - other.length || (one < other ? -1 : 1))
      .map((attribute) => [attribute]);
  if (kind === 'pkgConfig') return { sure: pathsOf(({ modules }) => modules.includes(name)), guessed: [] };
  if (kind !== 'command') return { sure: [], guessed: [] };
  return {
    sure: pathsOf(({ program }) => program === name),
    guessed: pathsOf(({ program, pname }) => program === null && pname === name),
  };
}
