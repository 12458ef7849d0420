/** The Nix files that paths name: files as they are, folders with every `.nix` file in them. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { failure, success, type Result } from '../result';

export interface FoundFile {
  /** Absolute. */
  readonly file: string;
  /** Whether the user named the file itself. */
  readonly named: boolean;
}

const ignoredFolders: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.jj', 'node_modules']);

/** In order, each once. Linked folders are followed, every real folder once. A Problem when a path does not exist. */
export function findNixFiles(cwd: string, paths: readonly string[]): Result<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>();
  const folders = new Set<string>();
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (stat === undefined) {
      const advice = 'Name .nix files or folders that hold them.';
      return failure({ code: 'no-such-file', message: `There is no file ${path}.`, advice });
    }
    if (!stat.isDirectory()) found.set(absolute, { file: absolute, named: true });
    else
      for (const file of filesBelow(absolute, folders))
        if (!found.has(file)) found.set(file, { file, named: false });
  }
  return success([...found.values()]);
}

function filesBelow(top: string, visited: Set<string>): readonly string[] {
  const files: string[] = [];
  const waiting = [top];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const real = realFolder(folder);
    if (real === null || visited.has(real)) continue;
    visited.add(real);
    const inside: string[] = [];
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory() === true && !ignoredFolders.has(entry)) inside.push(path);
      else if (stat?.isFile() === true && entry.endsWith('.nix')) files.push(path);
    }
    waiting.push(...inside.reverse());
  }
  return files;
}

function realFolder(folder: string): string | null {
  try {
    return realpathSync(folder);
  } catch {
    return null;
  }
}

/** Empty for a folder that may not be read. */
function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
