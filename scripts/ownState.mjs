// Where the extension keeps its state while a script runs it, apart from the user's own.
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toUndo } from './bootstrap/cleanUp.mjs';

/** Those that sessions have beside their own folders. */
async function removeWorkFolders(sessions) {
  for (const id of await readdir(sessions).catch(() => [])) {
    const record = readFile(join(sessions, id, 'session.json'), 'utf8').then(JSON.parse);
    const { work = '' } = await record.catch(() => ({}));
    if (/^\/tmp\/[a-z0-9]+$/.test(work)) await rm(work, { recursive: true, force: true });
  }
}

/** The environment in which state is kept in a folder, and what removes the folders that sessions have elsewhere. */
export function ownState(folder) {
  const remove = toUndo(() => removeWorkFolders(join(folder, 'phasewise/sessions')));
  return { env: { XDG_STATE_HOME: folder }, remove };
}
