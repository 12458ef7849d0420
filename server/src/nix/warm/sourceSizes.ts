/**
 * Sources that are too large to be read again with each edit, shared by the evaluators that are kept. To know a source's size takes a
 * look at its files, to evaluate what is made of it reads them all: so what a text plainly names is measured before anything is asked.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { mostEntries, treeSignature } from './signatures';

/** `src = ./.;` and the like. Other paths may be imported, or be words of a script. */
const sourceNamed = /\bsrc\s*=\s*((?:~|\.{1,2})?(?:[\w.+-]*\/)+[\w.+-]*)\s*;/g;

export class SourceSizes {
  /** From what was asked (a file, a question) to the source that it reads. */
  private readonly large = new Map<string, string>();
  /** By path and limit, since the last save. */
  private readonly measured = new Map<string, Promise<boolean>>();

  /** The source that is too large of what is asked by this text, which stands in this folder; null when none is known to be. */
  async of(asked: string, text: string, folder: string, limitMb: number): Promise<string | null> {
    const known = this.large.get(asked);
    const named = [...text.matchAll(sourceNamed)].map(([, path = '']) => pathIn(folder, path));
    for (const path of known === undefined ? named : [known, ...named]) {
      if (!(await this.isLarge(path, limitMb))) continue;
      this.large.set(asked, path);
      return path;
    }
    this.large.delete(asked);
    return null;
  }

  /** Its evaluation has read such a source. */
  mark(asked: string, source: string): void {
    this.large.set(asked, source);
  }

  /** Something was saved: sources are measured anew. */
  saved(): void {
    this.measured.clear();
  }

  private isLarge(path: string, limitMb: number): Promise<boolean> {
    const key = `${limitMb} ${path}`;
    const known = this.measured.get(key);
    if (known !== undefined) return known;
    const limit = { bytes: limitMb * 1024 * 1024, entries: mostEntries };
    const measured = treeSignature(path, limit).then((signature) => signature === null);
    this.measured.set(key, measured);
    return measured;
  }
}

function pathIn(folder: string, path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(folder, path);
}
