/** Which store derivation was built last of a file's attribute: one small file each in the state folder, the derivation with it. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDerivation, printDerivation, type StoreDerivation } from '../nix/derivationFile';
import type { Derivation } from '../protocol/model';
import { sessionKey } from './sessionKey';

export interface LastBuilt {
  /** Whole: its file may be collected meanwhile. */
  readonly derivation: StoreDerivation;
  /** ISO 8601. */
  readonly built: string;
}

type Subject = Pick<Derivation, 'file' | 'attr'>;

/** Beyond it the oldest go. */
const mostKept = 400;

/** Null when nothing was built of it here, or nothing readable is kept. */
export async function lastBuilt(stateFolder: string, subject: Subject): Promise<LastBuilt | null> {
  try {
    const kept: unknown = JSON.parse(await readFile(fileOf(stateFolder, subject), 'utf8'));
    if (typeof kept !== 'object' || kept === null) return null;
    const { key, drvPath, contents, built } = kept as Readonly<Record<string, unknown>>;
    if (key !== sessionKey(subject) || typeof drvPath !== 'string') return null;
    if (typeof contents !== 'string' || typeof built !== 'string') return null;
    const read = parseDerivation(drvPath, contents);
    return read.ok ? { derivation: read.value, built } : null;
  } catch {
    // Not there, or not ours.
    return null;
  }
}

/** Remembers what was built just now; what cannot be written costs the memory of it, never the build. */
export async function rememberBuilt(
  stateFolder: string,
  subject: Subject,
  derivation: StoreDerivation,
  now: Date,
): Promise<void> {
  const file = fileOf(stateFolder, subject);
  const draft = `${file}.${process.pid}`;
  const kept = {
    key: sessionKey(subject),
    drvPath: derivation.path,
    contents: printDerivation(derivation),
    built: now.toISOString(),
  };
  try {
    await mkdir(folderOf(stateFolder), { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(kept), { mode: 0o600 });
    await rename(draft, file);
    await tidy(folderOf(stateFolder));
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

async function tidy(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= mostKept) return;
  const files = await Promise.all(
    names.map(async (name) => ({ name, used: (await stat(join(folder, name))).mtimeMs })),
  );
  files.sort((a, b) => b.used - a.used);
  for (const { name } of files.slice(mostKept)) await rm(join(folder, name), { force: true });
}

function folderOf(stateFolder: string): string {
  return join(stateFolder, 'built');
}

function fileOf(stateFolder: string, subject: Subject): string {
  const hash = createHash('sha256').update(sessionKey(subject)).digest('hex').slice(0, 32);
  return join(folderOf(stateFolder), `${hash}.json`);
}
