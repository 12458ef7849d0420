/** Which patches a user's edits of a session's source were saved as: once such a patch is applied, the edits would be twice there. */
import { appendFile, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import { storePathName } from '../protocol/storePath';

const fileName = 'saved-patches';

/** The name that a patch file has in the store. Source: Nix manual, "Store Path", for the letters that it may have. */
export function patchStoreName(file: string): string {
  return basename(file)
    .replace(/^\./, '')
    .replaceAll(/[^A-Za-z0-9+._?=-]/g, '-');
}

/** That it cannot be written costs a session begun anew, no more. */
export async function rememberSavedPatch(sessionFolder: string, patchFile: string): Promise<void> {
  await appendFile(join(sessionFolder, fileName), `${patchStoreName(patchFile)}\n`).catch(() => undefined);
}

/** Whether the edited derivation has such a patch that the one before had not. */
export async function addsSavedPatch(
  sessionFolder: string,
  before: StoreDerivation,
  after: StoreDerivation,
): Promise<boolean> {
  const text = await readFile(join(sessionFolder, fileName), 'utf8').catch(() => '');
  const saved = new Set(text.split('\n').filter((name) => name !== ''));
  const known = new Set(before.inputSources);
  return after.inputSources.some((path) => !known.has(path) && saved.has(storePathName(path)));
}
