/** Commands that show store derivations, readable or raw. */
import { Uri, window, type Disposable, type LogOutputChannel } from 'vscode';
import { registerCommand } from '../log';
import type { PhaseChooser } from '../phases/phaseChooser';
import type { ServerState } from '../serverState';
import type { DerivationDocuments } from './derivationDocuments';

export function registerStoreCommands(
  log: LogOutputChannel,
  state: ServerState,
  chooser: PhaseChooser,
  documents: DerivationDocuments,
): readonly Disposable[] {
  return [
    registerCommand(log, 'phasewise.openDerivation', async (argument) => {
      const row = chooser.row(argument);
      if (row?.kind === 'input' && row.drvPath !== null) return documents.open(row.drvPath);
      const key = await chooser.derivation(argument);
      const drvPath = key && state.derivation(key)?.drvPath;
      if (drvPath != null) await documents.open(drvPath);
      else if (key !== undefined)
        void window.showInformationMessage(
          'This derivation has not been evaluated, so it is in no store yet.',
        );
      return undefined;
    }),
    registerCommand(log, 'phasewise.showRawDerivation', async (argument) => {
      const uri = documentOf(argument);
      if (uri !== undefined) await documents.openRaw(uri);
    }),
    registerCommand(log, 'phasewise.showReadableDerivation', async (argument) => {
      const uri = documentOf(argument);
      if (uri !== undefined) await documents.openReadable(uri);
    }),
  ];
}

function documentOf(argument: unknown): Uri | undefined {
  return argument instanceof Uri ? argument : window.activeTextEditor?.document.uri;
}
