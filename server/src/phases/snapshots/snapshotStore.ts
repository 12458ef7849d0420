/** A session's `snapshots` folder: a manifest for each snapshot and the packs of contents that they share. */
import { copyFile, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem, Result } from '../../result';
import { failure, success } from '../../result';
import type { Content, Manifest, PackSummary } from './snapshotManifest';
import { decodeManifest, encodeManifest } from './snapshotManifest';
import { Packs } from './snapshotPacks';

export class SnapshotStore {
  readonly packs: Packs;
  private contents: Map<string, Content> | null = null;
  private readonly summaries = new Map<number, PackSummary>();
  /** Which packs each snapshot needs. */
  private readonly needed = new Map<number, ReadonlySet<number>>();

  constructor(private readonly folder: string) {
    this.packs = new Packs(folder);
  }

  /** Contents by the `state` of the live files that hold them; also those that another process left here. */
  async known(): Promise<ReadonlyMap<string, Content>> {
    if (this.contents === null) {
      this.contents = new Map();
      for (const index of await this.indices()) {
        const manifest = await this.read(index);
        if (manifest.ok) this.remember(index, manifest.value);
      }
    }
    const there = await this.packs.sizes();
    const lost = [...this.summaries].filter(([pack, { size }]) => there.get(pack) !== size);
    for (const [pack] of lost) this.forget(pack);
    return this.contents;
  }

  summary(pack: number): PackSummary | undefined {
    return this.summaries.get(pack);
  }

  async indices(): Promise<readonly number[]> {
    const names = await readdir(this.folder).catch(() => []);
    const indices = names.flatMap((name) =>
      /^\d+\.manifest$/.test(name) ? [Number.parseInt(name, 10)] : [],
    );
    return indices.sort((a, b) => a - b);
  }

  /** Problems: `snapshot-missing`, `snapshot-damaged`. */
  async read(index: number): Promise<Result<Manifest>> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.file(index));
    } catch {
      return failure(missing);
    }
    const manifest = decodeManifest(bytes);
    return manifest === null ? failure(damaged) : success(manifest);
  }

  /** Is another one when the manifest is; null when there is none. */
  async stamp(index: number): Promise<string | null> {
    const stats = await stat(this.file(index), { bigint: true }).catch(() => null);
    return stats === null ? null : `${index} ${stats.ino} ${stats.mtimeNs} ${stats.size}`;
  }

  /** Puts it in the place of an earlier one with this index; rejects when it cannot be written. */
  async write(index: number, manifest: Manifest): Promise<void> {
    await this.place(index, (draft) => writeFile(draft, encodeManifest(manifest), { mode: 0o600 }));
    this.remember(index, manifest);
  }

  /** The same snapshot under another index; rejects when it cannot be written. */
  async copy(from: number, to: number): Promise<void> {
    await this.place(to, (draft) => copyFile(this.file(from), draft));
    this.needed.set(to, this.needed.get(from) ?? new Set());
  }

  private async place(index: number, write: (draft: string) => Promise<void>): Promise<void> {
    const draft = `${this.file(index)}.new`;
    try {
      await write(draft);
      await rename(draft, this.file(index));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** Whether there is this snapshot and no pack that it needs is lost. */
  async isUsable(index: number): Promise<boolean> {
    await this.known();
    const there = (await stat(this.file(index)).catch(() => null)) !== null;
    return there && [...(this.needed.get(index) ?? [])].every((pack) => this.summaries.has(pack));
  }

  async remove(index: number): Promise<void> {
    await rm(this.file(index), { force: true });
    this.needed.delete(index);
  }

  /** Deletes packs that no snapshot needs. */
  async tidy(): Promise<void> {
    const needed = new Set<number>();
    for (const packs of this.needed.values()) for (const pack of packs) needed.add(pack);
    await this.packs.keepOnly(needed);
    for (const pack of [...this.summaries.keys()]) if (!needed.has(pack)) this.forget(pack);
  }

  async bytes(): Promise<number> {
    let sum = 0;
    for (const size of (await this.packs.sizes()).values()) sum += size;
    for (const index of await this.indices()) {
      sum += (await stat(this.file(index)).catch(() => ({ size: 0 }))).size;
    }
    return sum;
  }

  /** Null when the packs have the bytes of all those contents. Nothing of another pack is used any more. */
  async check(
    manifest: Manifest,
    contents: readonly Content[],
    signal: AbortSignal,
  ): Promise<Problem | null> {
    const byPack = new Map<number, Content[]>();
    for (const content of contents) {
      const others = byPack.get(content.pack);
      if (others === undefined) byPack.set(content.pack, [content]);
      else others.push(content);
    }
    for (const [pack, needed] of byPack) {
      const summary = manifest.packs.get(pack);
      if (summary !== undefined && (await this.packs.isIntact(pack, summary, needed, signal))) continue;
      if (!signal.aborted) this.forget(pack);
      return damaged;
    }
    return null;
  }

  private forget(pack: number): void {
    this.summaries.delete(pack);
    for (const [state, content] of this.contents ?? []) {
      if (content.pack === pack) this.contents?.delete(state);
    }
  }

  private remember(index: number, manifest: Manifest): void {
    this.needed.set(index, new Set(manifest.packs.keys()));
    for (const [pack, summary] of manifest.packs) this.summaries.set(pack, summary);
    for (const { state, content, settled } of manifest.entries.values()) {
      if (settled && content !== null) this.contents?.set(state, content);
    }
  }

  private file(index: number): string {
    return join(this.folder, `${index}.manifest`);
  }
}

export const missing: Problem = {
  code: 'snapshot-missing',
  message: 'There is no copy of the build directory from before this phase.',
  advice: null,
};

export const damaged: Problem = {
  code: 'snapshot-damaged',
  message:
    'The copy of the build directory from before this phase was damaged or partly deleted, and is not used.',
  advice: 'Run all phases afresh.',
};
