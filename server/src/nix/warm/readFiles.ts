/** The files that an evaluator has read and remembers: when one of them changes it answers for what is no more. */
import { existsSync, readFileSync, statSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pathsNamed, type ReadPath } from '../filesRead';
import {
  fileSignature,
  linkSignature,
  Listings,
  mostEntries,
  tickMs,
  treeSignature,
  type Signature,
} from './signatures';

/** Folders that only might be read whole are followed up to this. */
const guessed = { bytes: Infinity, entries: 4000 } as const;
/** How long looking waits, so that it takes no time from showing what was answered. */
const pauseMs = 100;
const looksInATurn = { files: 100, texts: 20 } as const;

type Kind = 'file' | 'listing' | 'tree' | 'guessedTree' | 'link';

interface Known {
  readonly kind: Kind;
  readonly path: string;
  readonly text: string;
}

interface NewPath {
  readonly read: ReadPath;
  /** When the request began in which it was read. */
  readonly since: number;
}

export interface ReadFilesOptions {
  /** Whether a path is the store's or ours: nothing there changes. */
  readonly isConstant: (path: string) => boolean;
  /** Entries of the search path, which may be links to what changes. */
  readonly searchPath: readonly string[];
  readonly sourceLimitMb: number;
  /** Whether Nix tells of every folder that is copied, also of filtered ones. */
  readonly tellsAllCopies: boolean;
}

export class ReadFiles {
  private readonly known = new Map<string, Known>();
  private readonly seen = new Set<string>();
  private readonly listings = new Listings();
  private pending: NewPath[] = [];
  private stale = false;
  /** Somebody waits for what is to be looked at. */
  private wanted = false;
  private hurry: () => void = () => undefined;
  private looking: Promise<readonly string[]> = Promise.resolve([]);

  constructor(private readonly options: ReadFilesOptions) {
    for (const path of options.searchPath) {
      this.remember('link', path, linkSignature(path), Infinity);
    }
  }

  add(read: ReadPath, since: number): void {
    const key = `${read.kind} ${read.path}`;
    if (this.seen.has(key) || this.options.isConstant(read.path)) return;
    this.seen.add(key);
    this.pending.push({ read, since });
  }

  /** Looks at what was read since the last time, and at what the asked text names. Gives the sources that are too large to be followed. */
  look(
    edited: { readonly text: string; readonly folder: string },
    since: number,
  ): Promise<readonly string[]> {
    const before = this.looking;
    this.looking = before.then(() => this.pause()).then(() => this.lookNow(edited, since));
    return this.looking;
  }

  /** Whether everything is as it was read. */
  async isFresh(): Promise<boolean> {
    this.wanted = true;
    this.hurry();
    await this.looking;
    this.wanted = false;
    if (this.stale) return false;
    let looked = 0;
    for (const { kind, path, text } of this.known.values()) {
      if (++looked % looksInATurn.files === 0) await turn();
      if ((await this.signatureOf(kind, path))?.text !== text) return false;
    }
    return true;
  }

  /** What was answered is shown first. */
  private pause(): Promise<void> {
    if (this.wanted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async lookNow(
    edited: { readonly text: string; readonly folder: string },
    since: number,
  ): Promise<readonly string[]> {
    const { pending } = this;
    this.pending = [];
    const large: string[] = [];
    let looked = 0;
    for (const { read, since: begun } of pending) {
      if (read.kind === 'source') {
        const signature = await this.signatureOf('tree', read.path);
        if (signature === null) large.push(read.path);
        else this.remember('tree', read.path, signature, begun);
        continue;
      }
      this.remember('file', read.path, fileSignature(read.path), begun);
      if (++looked % looksInATurn.texts === 0) await turn();
      const text = textOf(read.path);
      await this.lookAtNamed(text, dirname(read.path), begun, false);
    }
    await this.lookAtNamed(edited.text, edited.folder, since, true);
    return large;
  }

  private async lookAtNamed(text: string, folder: string, since: number, edited: boolean): Promise<void> {
    const named = pathsNamed(text);
    for (const written of named.paths) {
      const path = written.startsWith('~/') ? join(homedir(), written.slice(2)) : resolve(folder, written);
      const key = `named ${path} ${edited || named.filters}`;
      if (this.seen.has(key) || this.options.isConstant(path)) continue;
      this.seen.add(key);
      const guesses = !this.options.tellsAllCopies && (edited || named.filters);
      const kind = kindOf(path, written, guesses && named.filters, guesses);
      if (kind === null) continue;
      const signature = await this.signatureOf(kind, path);
      if (signature !== null) this.remember(kind, path, signature, since);
      else this.remember('listing', path, this.listings.signatureOf(path), since);
    }
  }

  private remember(kind: Kind, path: string, { text, changedAt }: Signature, since: number): void {
    // Changed while it was read: who knows which of both was read.
    if (changedAt > since - tickMs) this.stale = true;
    const key = `${kind} ${path}`;
    if (!this.known.has(key)) this.known.set(key, { kind, path, text });
  }

  private async signatureOf(kind: Kind, path: string): Promise<Signature | null> {
    switch (kind) {
      case 'file':
        return fileSignature(path);
      case 'link':
        return linkSignature(path);
      case 'listing':
        return this.listings.signatureOf(path);
      case 'guessedTree':
        return treeSignature(path, guessed);
      case 'tree':
        return treeSignature(path, {
          bytes: this.options.sourceLimitMb * 1024 * 1024,
          entries: mostEntries,
        });
    }
  }
}

/** Programs and settings of the machine that texts name, and no sources. */
const ofMachine = /^\/(?:(?:usr|bin|sbin|lib\w*|etc|dev|proc|sys|run|nix)(?:\/|$)|$)/;

/** How a path that a text names is followed; null when it need not be. */
function kindOf(path: string, written: string, filters: boolean, guesses: boolean): Kind | null {
  if (ofMachine.test(written)) return null;
  const stats = statsOf(path);
  // `pathExists ./x` asks for what may come.
  if (stats === undefined) return /^\.{1,2}(?:\/|$)/.test(written) ? 'file' : null;
  if (stats.isFile()) return path.endsWith('.nix') ? null : 'file';
  // A folder by its whole name is most often a text in a script.
  if (!stats.isDirectory() || written.startsWith('/')) return null;
  const imported = existsSync(join(path, 'default.nix')) && !filters;
  return guesses && !imported ? 'guessedTree' : 'listing';
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It went away: that it did is seen by itself.
    return '';
  }
}
