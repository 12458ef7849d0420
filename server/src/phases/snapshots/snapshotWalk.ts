/** Lists a directory for a snapshot: by one GNU `find` where there is one, else entry by entry. Follows no links. */
import { lstatSync, type BigIntStats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import type { ProcessRunner } from '../../nix/process';
import type { Problem, Result } from '../../result';
import { failure, success } from '../../result';
import { listSmallTree } from './snapshotSmallTree';
import { recordOf, stateOf } from './snapshotState';
import type { TreeEntry } from './snapshotTree';
import { findFormat, parseListing, pathIn } from './snapshotTree';

export interface Listing {
  /** Equal to another's when nothing changed in between. */
  readonly text: string;
  readonly entries: readonly TreeEntry[];
  /** When it was begun, in seconds since 1970. */
  readonly begun: number;
}

/** What the programs that we start for snapshots see: no options by environment, names as bytes. */
export const toolEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
};

const attempts = 4;

/** So many are looked at one by one in less time than a listing takes, and without keeping anybody waiting. */
const fewEntries = 2000;

export class DirectoryWalker {
  private portable: boolean;

  /** `portable` does without GNU `find` from the start; entries at `skipped` paths are not listed. */
  constructor(
    private readonly directory: string,
    private readonly runner: ProcessRunner,
    portable = false,
    private readonly skipped: () => ReadonlySet<string> = () => new Set(),
  ) {
    this.portable = portable;
  }

  /**
   * When nothing changed since `earlier` its text is that one's; what is the same in it is not read again. Problems:
   * `directory-unreadable` (it is gone, or never holds still long enough to be listed).
   */
  async walk(signal: AbortSignal, earlier: Listing | null = null): Promise<Result<Listing>> {
    let reason = '';
    for (let attempt = 0; attempt < attempts && !signal.aborted; attempt++) {
      const begun = Date.now() / 1000;
      const listed = await this.listing(signal);
      if (listed.ok) {
        if (listed.value === earlier?.text) return success({ ...earlier, begun });
        const skipped = this.skipped();
        const listing = parseListing(listed.value, earlier?.entries);
        const entries = listing?.filter(({ path }) => !skipped.has(path)) ?? null;
        if (entries !== null && entries.length > 0) return success({ text: listed.value, entries, begun });
        this.portable = true;
      } else reason = listed.error;
    }
    return failure(unreadable(this.directory, signal.aborted ? 'stopped' : reason));
  }

  /** The states of those of these entries of a listing that are still what they were; null when all are. */
  async unchanged(
    entries: readonly TreeEntry[],
    listing: Listing,
    signal: AbortSignal,
  ): Promise<Result<ReadonlySet<string> | null>> {
    if (entries.length <= fewEntries) {
      const same = entries.filter((entry) => this.isStill(entry));
      return success(same.length === entries.length ? null : new Set(same.map(({ state }) => state)));
    }
    const again = await this.walk(signal, listing);
    if (!again.ok) return again;
    return success(
      again.value.text === listing.text ? null : new Set(again.value.entries.map(({ state }) => state)),
    );
  }

  private isStill({ path, state }: TreeEntry): boolean {
    try {
      return stateOf(lstatSync(pathIn(this.directory, path), { bigint: true })) === state;
    } catch {
      return false;
    }
  }

  private async listing(signal: AbortSignal): Promise<Result<string, string>> {
    if (this.portable) return this.listPortably();
    const small = listSmallTree(this.directory);
    return small === null ? this.listByFind(signal) : success(small);
  }

  private async listByFind(signal: AbortSignal): Promise<Result<string, string>> {
    const chunks: Uint8Array[] = [];
    const result = await this.runner.run('find', ['.', '-xdev', '-printf', findFormat], {
      cwd: this.directory,
      env: toolEnvironment,
      onStdout: (chunk) => chunks.push(chunk),
      signal,
    });
    if (result.exitCode === 0) return success(Buffer.concat(chunks).toString('latin1'));
    if (chunks.length === 0 && !signal.aborted) this.portable = true;
    return failure(result.stderr.trim().split('\n').at(-1) ?? '');
  }

  private async listPortably(): Promise<Result<string, string>> {
    try {
      const parts: string[] = [];
      await this.list('', parts);
      return success(parts.join(''));
    } catch (error) {
      return failure(error instanceof Error ? error.message : String(error));
    }
  }

  private async list(path: string, parts: string[]): Promise<void> {
    const stats = await lstat(pathIn(this.directory, path), { bigint: true });
    parts.push(await this.record(path, stats));
    if (!stats.isDirectory()) return;
    const names = await readdir(pathIn(this.directory, path), { encoding: 'buffer' });
    for (let at = 0; at < names.length; at += concurrency) {
      const some = names.slice(at, at + concurrency).map(async (name) => {
        const own: string[] = [];
        const text = name.toString('latin1');
        await this.list(path === '' ? text : `${path}/${text}`, own);
        return own;
      });
      for (const own of await Promise.all(some)) for (const part of own) parts.push(part);
    }
  }

  private async record(path: string, stats: BigIntStats): Promise<string> {
    const target = stats.isSymbolicLink()
      ? (await readlink(pathIn(this.directory, path), { encoding: 'buffer' })).toString('latin1')
      : '';
    return recordOf(stats, path, target);
  }
}

const concurrency = 32;

function unreadable(directory: string, reason: string): Problem {
  return {
    code: 'directory-unreadable',
    message: `${directory} could not be listed${reason === '' ? '' : `: ${reason}`}.`,
    advice: 'Check that it exists, and that no process left by a phase keeps changing it.',
  };
}
