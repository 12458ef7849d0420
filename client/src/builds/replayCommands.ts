/** *Find Failing Line*: runs the phases of a failed build again to find the command that failed; and its end. */
import type { Disposable, LogOutputChannel } from 'vscode';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import type { PhaseChooser } from '../phases/phaseChooser';
import type { InlineResults } from './inlineResults';

export interface ReplayCommandParts {
  readonly log: LogOutputChannel;
  readonly server: LanguageServer;
  readonly chooser: PhaseChooser;
  readonly inline: InlineResults;
}

export function registerReplayCommands({
  log,
  server,
  chooser,
  inline,
}: ReplayCommandParts): readonly Disposable[] {
  const keyOf = async (argument: unknown) => inline.keyOf(argument) ?? (await chooser.derivation(argument));
  return [
    registerCommand(log, 'phasewise.findFailingLine', async (argument) => {
      const key = await keyOf(argument);
      if (key !== undefined) await server.ask((requests) => requests.replay(key));
    }),
    registerCommand(log, 'phasewise.stopReplay', async (argument) => {
      const key = await keyOf(argument);
      if (key !== undefined) await server.ask((requests) => requests.stop(key));
    }),
  ];
}
