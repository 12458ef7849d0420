/** What a path means that somebody wrote without saying in which folder of the workspace. */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { window, workspace, type WorkspaceFolder } from 'vscode';

/** The folder of the file in front, else the first; undefined where none is open. */
export function folderAtHand(): WorkspaceFolder | undefined {
  const uri = window.activeTextEditor?.document.uri;
  return (uri && workspace.getWorkspaceFolder(uri)) ?? workspace.workspaceFolders?.[0];
}

/** A path that was written for a folder, as an absolute one; where none is named it is below the first folder that has it, the one at hand before others. */
export function pathInWorkspace(path: string, folder?: WorkspaceFolder): string {
  if (isAbsolute(path)) return path;
  const atHand = folderAtHand();
  const all = folder === undefined ? [atHand, ...(workspace.workspaceFolders ?? [])] : [folder];
  const places = all.flatMap((one) => (one === undefined ? [] : [join(one.uri.fsPath, path)]));
  return places.find((place) => existsSync(place)) ?? places[0] ?? path;
}
