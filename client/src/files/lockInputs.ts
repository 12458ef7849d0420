/** *Lock This Flake's Inputs*: of the `flake.nix` in hand, which is saved first, as Nix reads it from the disk. */
import { commands, window } from 'vscode';

export async function lockInputs(): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document === undefined || (document.isDirty && !(await document.save()))) return;
  await commands.executeCommand('phasewise.lockFlake', { uri: document.uri.toString() });
}
