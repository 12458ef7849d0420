/** Commands that build a derivation and show its log. */
import { tasks, Uri, window, type Disposable, type LogOutputChannel } from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import { registerCommand } from '../log';
import type { PhaseChooser } from '../phases/phaseChooser';
import { derivationName } from '../phases/phaseItem';
import type { ServerState } from '../serverState';
import { storeScheme } from '../store/storeLinks';
import { baseName } from '../words';
import type { LogChannels } from './logChannels';
import type { BuildTasks } from './taskProvider';
import { storePathName } from '../../../server/src/protocol/storePath';

export interface BuildCommandParts {
  readonly log: LogOutputChannel;
  readonly state: ServerState;
  readonly chooser: PhaseChooser;
  readonly buildTasks: BuildTasks;
  readonly logs: LogChannels;
}

export function registerBuildCommands(parts: BuildCommandParts): readonly Disposable[] {
  const { log, chooser, buildTasks } = parts;
  return [
    registerCommand(log, 'phasewise.buildDerivation', async (argument) => {
      const key = await chooser.derivation(argument);
      if (key !== undefined) await tasks.executeTask(buildTasks.buildTask(key));
    }),
    registerCommand(log, 'phasewise.showLog', (argument) => showLog(parts, argument)),
  ];
}

/** Shows the log of a row's derivation, of the derivation document in front, or of one that the user picks. */
async function showLog({ chooser, state, logs }: BuildCommandParts, argument: unknown): Promise<void> {
  const storePath = argument === undefined ? shownDerivation() : null;
  if (storePath !== null) {
    const name = storePathName(storePath).replace(/\.drv$/, '');
    return logs.show(name, { key: null, storePath });
  }
  const row = chooser.row(argument);
  if (row?.kind === 'input') return logs.show(row.label, { key: null, storePath: row.drvPath });
  const key = await chooser.derivation(argument);
  if (key !== undefined) await logs.show(nameOf(state, key), { key, storePath: null });
}

function nameOf(state: ServerState, key: DerivationKey): string {
  const derivation = state.derivation(key);
  return derivation === undefined ? baseName(Uri.parse(key.uri).path) : derivationName(derivation);
}

function shownDerivation(): string | null {
  const uri = window.activeTextEditor?.document.uri;
  return uri?.scheme === storeScheme ? uri.path : null;
}
