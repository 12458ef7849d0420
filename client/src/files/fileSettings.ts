/** Settings that remember something of single files, by their names relative to the workspace folder: read and written for the folder of a file. */
import { ConfigurationTarget, workspace, type Uri } from 'vscode';
import type { Settings } from '../../../server/src/protocol/settings';

type FileSetting = 'entries' | 'arguments';
type Remembered<Setting extends FileSetting> = Settings['evaluation'][Setting];
type Value<Setting extends FileSetting> = Remembered<Setting>[string];

/** What holds for the file of this name, wherever it is written. */
export function rememberedOf<Setting extends FileSetting>(
  setting: Setting,
  uri: Uri,
  name: string,
): Value<Setting> | undefined {
  return workspace
    .getConfiguration('phasewise.evaluation', uri)
    .get<Readonly<Record<string, Value<Setting> | undefined>>>(setting)?.[name];
}

/** Writes it to the settings of the file's folder; of a file in no folder to the user's. Null takes away what is written anywhere. */
export async function remember<Setting extends FileSetting>(
  setting: Setting,
  uri: Uri,
  name: string,
  value: Value<Setting> | null,
): Promise<void> {
  const config = workspace.getConfiguration('phasewise.evaluation', uri);
  const written = config.inspect<Remembered<Setting>>(setting);
  const places = [
    [ConfigurationTarget.WorkspaceFolder, written?.workspaceFolderValue],
    [ConfigurationTarget.Workspace, written?.workspaceValue],
    [ConfigurationTarget.Global, written?.globalValue],
  ] as const;
  const target = targetOf(uri);
  for (const [place, all = {}] of places) {
    const others = Object.entries(all).filter(([other]) => other !== name);
    const own = value !== null && place === target ? [[name, value]] : [];
    if (own.length === 0 && (value !== null || !(name in all))) continue;
    const next = [...others, ...own];
    await config.update(setting, next.length === 0 ? undefined : Object.fromEntries(next), place);
  }
}

/** A workspace of one folder has that folder's settings. */
function targetOf(uri: Uri): ConfigurationTarget {
  if (workspace.getWorkspaceFolder(uri) === undefined) return ConfigurationTarget.Global;
  return workspace.workspaceFile === undefined
    ? ConfigurationTarget.Workspace
    : ConfigurationTarget.WorkspaceFolder;
}
