/** What tells whether a file or a folder is still what it was. */
import { lstatSync, readdirSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

export interface Signature {
  readonly text: string;
  /** When something of it last changed, in milliseconds since 1970. */
  readonly changedAt: number;
}

/** A tree larger than that has none. */
export interface TreeLimit {
  readonly bytes: number;
  readonly entries: number;
}

const absent: Signature = { text: 'absent', changedAt: 0 };

/** The file that a path leads to. */
export function fileSignature(path: string): Signature {
  try {
    return ofStats(statSync(path));
  } catch {
    // When it went away, the folder that it was in changed.
    return { ...absent, changedAt: statsOf(dirname(path))?.ctimeMs ?? 0 };
  }
}

/** Where a path leads, whatever is there. */
export function linkSignature(path: string): Signature {
  try {
    return { text: realpathSync(path), changedAt: 0 };
  } catch {
    return absent;
  }
}

/** The kernel's clock for files ticks more coarsely than ours. */
export const tickMs = 20;

interface Listed {
  readonly stamp: string;
  /** Folders and Nix files, by their names alone, and the others. */
  readonly named: readonly string[];
  readonly others: readonly string[];
}

/** Lists folders; one that did not change since it was listed last is not listed again. */
export class Listings {
  private readonly known = new Map<string, Listed>();

  /** The names in a folder, and the files that are directly in it. */
  signatureOf(folder: string): Signature {
    try {
      const stats = statSync(folder);
      let changedAt = stats.ctimeMs;
      const { named, others } = this.listed(folder, stats);
      const parts = others.map((name) => {
        const found = ofStats(lstatSync(join(folder, name)));
        changedAt = Math.max(changedAt, found.changedAt);
        return `${name} ${found.text}`;
      });
      return { text: [...named, ...parts].join('\n'), changedAt };
    } catch {
      return absent;
    }
  }

  private listed(folder: string, stats: Stats): Listed {
    const known = this.known.get(folder);
    const stamp = ofStats(stats).text;
    if (known?.stamp === stamp) return known;
    const entries = readdirSync(folder, { withFileTypes: true });
    const isNamed = (entry: Dirent) => entry.isDirectory() || entry.name.endsWith('.nix');
    const [named, others] = [entries.filter(isNamed), entries.filter((entry) => !isNamed(entry))].map(
      (some) => some.map(({ name }) => name).sort(),
    );
    const listed = { stamp, named: named ?? [], others: others ?? [] };
    // What changes within a tick leaves no trace.
    if (Date.now() - stats.ctimeMs > tickMs) this.known.set(folder, listed);
    return listed;
  }
}

const entriesInATurn = 1000;
/** A source with more files and folders is large, whatever they hold. */
export const mostEntries = 20_000;

/** A file, or all that is in a folder; null when that is beyond the limit. */
export async function treeSignature(root: string, limit: TreeLimit): Promise<Signature | null> {
  const parts: string[] = [];
  let changedAt = 0;
  let bytes = 0;
  const pending = [root];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const stats = statsOf(path);
    if (stats === null) {
      parts.push(`${path} absent`);
      continue;
    }
    if (stats.isDirectory()) {
      // What is in a folder counts, not when something was last put there; but then it changed.
      changedAt = Math.max(changedAt, stats.ctimeMs);
      parts.push(`${path} ${stats.mode}`);
      for (const name of namesIn(path)) pending.push(join(path, name));
    } else {
      const found = ofStats(stats);
      parts.push(`${path} ${found.text}`);
      changedAt = Math.max(changedAt, found.changedAt);
      bytes += stats.size;
    }
    if (bytes > limit.bytes || parts.length > limit.entries) return null;
    if (parts.length % entriesInATurn === 0) await turn();
  }
  return { text: parts.sort().join('\n'), changedAt };
}

function ofStats(stats: Stats): Signature {
  // Whatever changes of it, its ctime changes.
  const { ino, size, ctimeMs } = stats;
  return { text: `${ino}:${size}:${ctimeMs}`, changedAt: ctimeMs };
}

function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    // It went away between listing and looking.
    return null;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
