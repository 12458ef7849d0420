/**
 * The folder of one shell at a moment of a session (`$XDG_STATE_HOME/phasewise/shells/ID`) and its own copy of the work
 * directory. Who holds the folder's lock has the shell; a folder that nobody holds is what a killed process left.
 */
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessRunner } from '../../nix/process';
import { lockHolder } from '../sessionLock';
import type { DriverCommand } from '../driver';
import { writePrivateFile } from '../driver';
import { removeTree } from '../snapshots/snapshots';

/** `shell.json`: all that it takes to start the shell and to remove every trace of it. */
export interface ShellRecord {
  readonly version: 1;
  readonly command: DriverCommand;
  readonly work: string;
  readonly buildTop: string;
  readonly isolation: 'namespace' | 'none';
  /** What is shown before the first prompt, a line each. */
  readonly lines: readonly string[];
}

export function shellsFolder(stateFolder: string): string {
  return join(stateFolder, 'shells');
}

export async function makeShellFolder(stateFolder: string, id: string): Promise<string> {
  const folder = join(shellsFolder(stateFolder), id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

const fileName = 'shell.json';

export async function writeShellRecord(folder: string, record: ShellRecord): Promise<void> {
  await writePrivateFile(join(folder, fileName), JSON.stringify(record));
}

/** Null when there is none that is whole. */
export async function readShellRecord(folder: string): Promise<ShellRecord | null> {
  try {
    const value = JSON.parse(await readFile(join(folder, fileName), 'utf8')) as Partial<ShellRecord>;
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** What is removed at the end must never be another place. */
function isRecord(value: Partial<ShellRecord>): value is ShellRecord {
  const { version, work, command, lines, isolation } = value;
  return (
    version === 1 &&
    /^\/tmp\/[a-z0-9]+$/.test(work ?? '') &&
    typeof command?.program === 'string' &&
    Array.isArray(command.args) &&
    Array.isArray(lines) &&
    (isolation === 'namespace' || isolation === 'none')
  );
}

/** Removes a shell's files; its lock goes with them. */
export async function removeShellFiles(
  folder: string,
  work: string | null,
  runner: ProcessRunner,
): Promise<void> {
  if (work !== null) await removeTree(work, runner);
  await removeTree(folder, runner);
}

/** One that is younger may not be locked yet. */
const youngMs = 60_000;

/** Removes what shells of killed processes left. */
export async function tidyShells(stateFolder: string, runner: ProcessRunner): Promise<void> {
  const root = shellsFolder(stateFolder);
  for (const id of await readdir(root).catch(() => [])) {
    const folder = join(root, id);
    const made = (await stat(folder).catch(() => null))?.mtimeMs ?? Date.now();
    if (Date.now() - made < youngMs || (await lockHolder(folder)) !== null) continue;
    const work = await readFile(join(folder, 'work'), 'utf8').catch(() => '');
    const known = /^\/tmp\/[a-z0-9]+$/.test(work) ? work : null;
    await removeShellFiles(folder, known, runner);
  }
}
