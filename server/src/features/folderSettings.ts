/** What the user chose, for the workspace and for folders of it. */
import type { Settings } from '../protocol/settings';

export interface WorkspaceSettings {
  /** Of files in no folder that has settings of its own. */
  readonly workspace: Settings;
  /** By the absolute path of the folder. */
  readonly folders: ReadonlyMap<string, Settings>;
}

/** Those that hold in a folder of the workspace; for null in none of them. */
export function settingsIn(folder: string | null, { workspace, folders }: WorkspaceSettings): Settings {
  return (folder === null ? undefined : folders.get(folder)) ?? workspace;
}
