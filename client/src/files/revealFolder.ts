/** Shows a folder outside of the workspace. */
import { commands, Uri, window } from 'vscode';

/** In the system's file manager where the window has one, else in a terminal. */
export async function revealFolder(folder: string): Promise<void> {
  const known = await commands.getCommands(true);
  if (known.includes('revealFileInOS')) await commands.executeCommand('revealFileInOS', Uri.file(folder));
  else window.createTerminal({ name: `Phasewise: ${folder}`, cwd: folder }).show();
}
