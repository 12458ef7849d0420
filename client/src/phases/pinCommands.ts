/** Commands that pin derivations to the tree and take them off it. */
import { Uri, window, workspace, type Disposable, type LogOutputChannel } from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import { flakeScheme } from '../../../server/src/protocol/pinMessages';
import { folderAtHand, pathInWorkspace } from '../files/folderAtHand';
import { registerCommand } from '../log';
import { commandArgument } from './phaseArgument';
import type { PhaseChooser } from './phaseChooser';
import type { Pins } from './pins';
import { readPinTarget } from './pinTarget';

export function registerPinCommands(
  log: LogOutputChannel,
  pins: Pins,
  chooser: PhaseChooser,
): readonly Disposable[] {
  return [
    registerCommand(log, 'phasewise.pin', async (...args) => {
      const key = await chooser.derivation(commandArgument(args));
      if (key !== undefined) await pins.pin(key);
    }),
    registerCommand(log, 'phasewise.pinOther', async (typed) => {
      const key = typeof typed === 'string' ? keyOf(typed) : await askForKey();
      if (key !== undefined) await pins.pin(key);
    }),
    registerCommand(log, 'phasewise.unpin', async (...args) => {
      const argument = commandArgument(args);
      const key = argument === undefined ? await askWhich(pins) : await chooser.derivation(argument);
      if (key !== undefined) await pins.unpin(key);
    }),
  ];
}

async function askForKey(): Promise<DerivationKey | undefined> {
  const typed = await window.showInputBox({
    title: 'Phasewise: Pin Derivation of Another File',
    prompt: 'FILE.nix, FILE.nix#ATTR, DIR#ATTR of a flake, or a .drv',
    validateInput: (text) => {
      const target = readPinTarget(text, placed());
      return target.kind === 'unclear' ? target.reason : null;
    },
  });
  return typed === undefined ? undefined : keyOf(typed);
}

function keyOf(typed: string): DerivationKey | undefined {
  const target = readPinTarget(typed, placed());
  if (target.kind === 'unclear') {
    void window.showInformationMessage(target.reason);
    return undefined;
  }
  const { kind, path, attr } = target;
  const file = Uri.file(path);
  return { uri: (kind === 'flake' ? file.with({ scheme: flakeScheme }) : file).toString(), attr };
}

async function askWhich(pins: Pins): Promise<DerivationKey | undefined> {
  const picks = pins.all.map((key) => ({
    label: key.attr || nameOf(key.uri),
    description: nameOf(key.uri),
    key,
  }));
  if (picks.length === 0) {
    void window.showInformationMessage('Nothing is pinned.');
    return undefined;
  }
  const picked = await window.showQuickPick(picks, { title: 'Phasewise: Unpin', placeHolder: 'Which one?' });
  return picked?.key;
}

function nameOf(uri: string): string {
  return workspace.asRelativePath(Uri.file(Uri.parse(uri).path));
}

function placed(): ((path: string) => string) | null {
  return folderAtHand() === undefined ? null : (path) => pathInWorkspace(path);
}
