/** The Nix files below the workspace's folders, and which of them name which others. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileStamp } from './fileStamp';

/** What is not looked into: folders of other programs. */
const foreign = new Set(['node_modules', '.git', '.direnv', '.hg', '.svn', '.cache']);
const mostFiles = 30_000;

interface Known {
  readonly stamp: string;
  /** Absolute paths that its path literals name, as far as they can be read without parsing. */
  readonly names: readonly string[];
}

export interface WorkspaceSources {
  /** Absolute. */
  folders(): readonly string[];
  /** The documents that are open: what they say counts, not what is on the disk. */
  openFiles(): ReadonlyMap<string, { readonly text: string; readonly version: number }>;
  /** Whether changes on the disk are told of. */
  readonly watched: boolean;
}

export class WorkspaceFiles {
  private readonly known = new Map<string, Known>();
  /** Files that are known as they are on the disk until we are told otherwise. */
  private readonly settled = new Set<string>();
  private listed: Promise<readonly string[]> | null = null;

  constructor(private readonly sources: WorkspaceSources) {}

  /** Something changed on the disk: the texts of these files alone; null where more may have. */
  changed(files: readonly string[] | null = null): void {
    this.listed = null;
    if (files === null) this.settled.clear();
    else for (const file of files) this.settled.delete(file);
  }

  /** Absolute paths, in order of the folders' listings; no more than a bound that no repository reaches. */
  list(): Promise<readonly string[]> {
    if (this.listed === null || !this.sources.watched) this.listed = this.walk();
    return this.listed;
  }

  /** The files that lead to one of these by path literals, directly or through others, and these themselves. */
  async leadingTo(targets: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const by = await this.namers(signal);
    if (signal.aborted) return [];
    const found = new Set(targets);
    for (const file of found) {
      const names = file.endsWith('/default.nix') ? [file, dirname(file)] : [file];
      for (const name of names) for (const other of by.get(name) ?? []) found.add(other);
    }
    return [...found];
  }

  /** By absolute path, the files whose path literals name it; empty when the signal is aborted. */
  async namers(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    const open = this.sources.openFiles();
    const files = new Set([...(await this.list()), ...open.keys()]);
    const by = new Map<string, string[]>();
    for (const file of files) {
      if (signal.aborted) return new Map();
      for (const name of await this.namesOf(file, open.get(file))) {
        const known = by.get(name);
        if (known === undefined) by.set(name, [file]);
        else known.push(file);
      }
    }
    return by;
  }

  private async namesOf(
    file: string,
    open: { readonly text: string; readonly version: number } | undefined,
  ): Promise<readonly string[]> {
    if (open !== undefined) return pathsIn(open.text, dirname(file));
    const before = this.known.get(file);
    if (before !== undefined && this.settled.has(file)) return before.names;
    // Before it is looked at: what changes meanwhile counts.
    if (this.sources.watched) this.settled.add(file);
    const stamp = await fileStamp(file);
    if (stamp === null) return [];
    if (before?.stamp === stamp) return before.names;
    const text = await readFile(file, 'utf8').catch(() => '');
    const names = pathsIn(text, dirname(file));
    this.known.set(file, { stamp, names });
    return names;
  }

  private async walk(): Promise<readonly string[]> {
    const found: string[] = [];
    // One folder of the workspace may lie in another.
    const waiting = new Set(this.sources.folders());
    for (const folder of waiting) {
      if (found.length >= mostFiles) break;
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && !foreign.has(entry.name)) waiting.add(path);
        else if (entry.isFile() && entry.name.endsWith('.nix')) found.push(path);
      }
    }
    return found.slice(0, mostFiles);
  }
}

/** What looks like a path literal: one in a comment or string only makes a file be looked at in vain. */
function pathsIn(text: string, folder: string): readonly string[] {
  const found = new Set<string>();
  for (const [written] of text.matchAll(
    /(?<![\w.+/-])(?:\.{1,2}|[\w.+-]+)?(?:\/[\w.+-]+)+|(?<![\w.+/-])\.{1,2}\/?(?![\w+/-])/g,
  )) {
    found.add(resolve(folder, written));
  }
  // `./. + "/x.nix"`
  for (const [, tail] of text.matchAll(/\+\s*"(\/[\w.+/-]+)"/g))
    if (tail !== undefined) found.add(resolve(folder + tail));
  return [...found];
}
