/** What sessions have beside their own folders: it stays where a state folder goes without them. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes the work folders of all sessions below this `XDG_STATE_HOME`. */
export function removeWorkFolders(stateHome: string): void {
  const sessions = join(stateHome, 'phasewise/sessions');
  for (const id of namesIn(sessions)) {
    const work = workOf(join(sessions, id, 'session.json'));
    if (/^\/tmp\/[a-z0-9]+$/.test(work)) rmSync(work, { recursive: true, force: true });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty where there is no record that can be read. */
function workOf(record: string): string {
  try {
    return (JSON.parse(readFileSync(record, 'utf8')) as { readonly work?: string }).work ?? '';
  } catch {
    return '';
  }
}
