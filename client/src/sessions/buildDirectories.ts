/** Which sessions' build directories stand in the Explorer. Pure. */

export interface BuildDirectory {
  /** The session's id. */
  readonly id: string;
  /** The derivation's name. */
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
}

/** What a session says of where its build directory is: null when it is gone. */
export interface SessionPlace {
  readonly id: string;
  readonly buildDirectory: string | null;
}

/** With this one, once, where it stood before or at the end. */
export function withDirectory(
  shown: readonly BuildDirectory[],
  added: BuildDirectory,
): readonly BuildDirectory[] {
  if (!shown.some(({ id }) => id === added.id)) return [...shown, added];
  return shown.map((directory) => (directory.id === added.id ? added : directory));
}

/** Where the directories are now: a session that begins anew may get another one. The same array when nothing moved. */
export function followed(
  shown: readonly BuildDirectory[],
  sessions: readonly SessionPlace[],
): readonly BuildDirectory[] {
  const places = new Map(sessions.map(({ id, buildDirectory }) => [id, buildDirectory]));
  const folderOf = ({ id, folder }: BuildDirectory) => places.get(id) ?? folder;
  if (shown.every((directory) => folderOf(directory) === directory.folder)) return shown;
  return shown.map((directory) => ({ ...directory, folder: folderOf(directory) }));
}

/** What another version, or another program, may have left there counts only where it is understood. */
export function readDirectories(stored: unknown): readonly BuildDirectory[] {
  return Array.isArray(stored) ? stored.filter(isDirectory) : [];
}

function isDirectory(value: unknown): value is BuildDirectory {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, folder } = value as Readonly<Record<string, unknown>>;
  return [id, name, folder].every((part) => typeof part === 'string') && String(folder).startsWith('/');
}

/** Folders first, each kind by name as people count: `part2` before `part10`. */
export function compareEntries(a: Entry, b: Entry): number {
  if (a.isFolder !== b.isFolder) return a.isFolder ? -1 : 1;
  return a.name.localeCompare(b.name, undefined, { numeric: true });
}

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}
