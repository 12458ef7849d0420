/** The commands of the tree's rows, also of the palette and of keys. */
import { commands, env, window, type Disposable, type LogOutputChannel } from 'vscode';
import type { RunParams } from '../../../server/src/protocol/messages';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import { bumpVersion } from '../packages/bumpVersion';
import type { ServerState } from '../serverState';
import type { ActiveFile } from './activeFile';
import { clicked, commandArgument, readPhaseArgument } from './phaseArgument';
import type { PhaseChannels } from './phaseChannels';
import type { EnvironmentDocuments } from './environmentDocuments';
import type { PhaseChooser } from './phaseChooser';
import type { PhaseShells } from './phaseShells';
import { derivationName } from './phaseItem';
import { revealDefinition, revealStdenvDefault } from './reveal';
import type { Runs } from './runs';
import { rowCommand } from './rowCommand';
import { shellCommands } from './shellCommands';
import { storePathName } from '../../../server/src/protocol/storePath';

const messageMs = 4000;

export interface PhaseCommandParts {
  readonly server: LanguageServer;
  readonly log: LogOutputChannel;
  readonly state: ServerState;
  readonly active: ActiveFile;
  readonly chooser: PhaseChooser;
  readonly runs: Runs;
  readonly shells: PhaseShells;
  readonly environments: EnvironmentDocuments;
  readonly channels: PhaseChannels;
}

export function registerPhaseCommands(parts: PhaseCommandParts): readonly Disposable[] {
  const { server, log, active, runs, chooser } = parts;
  const register = (name: string, run: (argument: unknown, how: unknown) => unknown) =>
    registerCommand(log, `phasewise.${name}`, (...args) => run(commandArgument(args), args[1]));
  return [
    register('runPhase', (argument) => runRow(parts, argument)),
    register('runUntil', (argument) => runPhase(parts, argument, 'until')),
    register('runFrom', (argument) => runPhase(parts, argument, 'from')),
    register('runHook', (argument) => runHook(parts, argument)),
    register('runNext', (argument) => runWhole(parts, argument, 'next', false)),
    register('runAll', (argument) => runWhole(parts, argument, 'all', false)),
    register('runAfresh', (argument) => runWhole(parts, argument, 'all', true)),
    register('findUnusedInputs', (argument) => findUnusedInputs(parts, argument)),
    register('bump', (argument) => bumpVersion(parts, argument)),
    register('buildInputs', async (argument) => {
      const key = await chooser.derivation(argument);
      if (key !== undefined) await runs.buildInputs(key);
    }),
    register('stop', async (argument) => {
      const { uri } = active;
      const named = argument === undefined ? undefined : await chooser.derivation(argument);
      if (named !== undefined) return runs.stop(named);
      const own = parts.state.running().filter(({ key }) => key.uri === uri);
      const keys = (own.length === 0 ? parts.state.running() : own).map(({ key }) => key);
      return Promise.all(keys.map((key) => runs.stop(key)));
    }),
    register('openShell', async (argument) => {
      const chosen = await chooser.phase(argument);
      if (chosen !== undefined) await parts.shells.open(chosen.key, chosen.phase);
    }),
    register('showEnvironment', async (argument) => {
      const chosen = await chooser.phase(argument);
      if (chosen !== undefined) await parts.environments.show(chosen.key, chosen.phase);
    }),
    register('compareEnvironment', async (argument) => {
      const chosen = await chooser.phase(argument);
      if (chosen !== undefined) await parts.environments.compare(chosen.key, chosen.phase);
    }),
    register('goToDefinition', (argument, how) => revealDefinition(argument, how === clicked, parts)),
    register('showStdenvDefault', (argument) => revealStdenvDefault(argument, parts)),
    register('copyShellCommands', (argument) => copyShellCommands(parts, argument)),
    register('showPhaseLog', async (argument) => {
      const key = await chooser.derivation(argument);
      if (key !== undefined && !parts.channels.show(key))
        await commands.executeCommand('phasewise.showLog', key);
    }),
    register('copyPhaseName', async (argument) => {
      const chosen = await chooser.phase(argument);
      if (chosen !== undefined)
        await env.clipboard.writeText(labelOf(chooser.row(argument) ?? argument) ?? chosen.phase);
    }),
    register('refresh', async () => {
      const { uri } = active;
      if (uri !== null) await server.ask((requests) => requests.redraw(uri));
    }),
  ];
}

/** The key on a selected row does what the row's ▶ does. */
async function runRow(parts: PhaseCommandParts, argument: unknown): Promise<unknown> {
  const row = readPhaseArgument(argument).kind === 'selected' ? parts.chooser.row(argument) : undefined;
  const command = row === undefined ? 'runPhase' : rowCommand(row);
  if (command === 'runPhase') return runPhase(parts, argument, 'only');
  if (command !== null) return commands.executeCommand(`phasewise.${command}`, row?.id);
  window.setStatusBarMessage('$(info) There is nothing to run on this row.', messageMs);
  return null;
}

async function runPhase(
  { chooser, runs }: PhaseCommandParts,
  argument: unknown,
  selection: RunParams['selection'],
) {
  const chosen = await chooser.phase(argument);
  if (chosen === undefined) return null;
  return runs.run({ ...chosen.key, phase: chosen.phase, selection, fresh: false });
}

/** A hook's row; a hook is not asked for, as its name alone does not tell which phase it belongs to. */
async function runHook({ chooser, runs }: PhaseCommandParts, argument: unknown) {
  const row = chooser.row(argument);
  if (row?.kind !== 'hook') return null;
  const { uri, attr, label } = row;
  return runs.run({ uri, attr, phase: label, selection: 'hook', fresh: false });
}

async function runWhole(
  { chooser, runs }: PhaseCommandParts,
  argument: unknown,
  selection: 'all' | 'next',
  fresh: boolean,
) {
  const key = await chooser.derivation(argument);
  return key === undefined ? null : runs.run({ ...key, phase: null, selection, fresh });
}

async function findUnusedInputs({ chooser, runs }: PhaseCommandParts, argument: unknown) {
  const key = await chooser.derivation(argument);
  if (key === undefined) return null;
  const watched = { phase: null, selection: 'all', fresh: true, watchInputs: true } as const;
  const result = await runs.run({ ...key, ...watched });
  if (result?.inputs === undefined) return result;
  const unused = result.inputs.filter(({ use }) => use === null).map(({ path }) => storePathName(path));
  void window.showInformationMessage(
    unused.length === 0 ? 'Every input was used.' : `Nothing used ${unused.join(', ')}.`,
  );
  return result;
}

async function copyShellCommands({ chooser, state }: PhaseCommandParts, argument: unknown) {
  const chosen = await chooser.phase(argument);
  if (chosen === undefined) return;
  const derivation = state.derivation(chosen.key);
  const phase = derivation?.phases.find(({ name }) => name === chosen.phase);
  const text = derivation && phase ? shellCommands(phase, derivationName(derivation)) : null;
  if (text === null) void window.showInformationMessage(`The text of ${chosen.phase} is not known yet.`);
  else await env.clipboard.writeText(text);
}

/** A hook's row copies the hook's own name. */
function labelOf(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null || !('label' in argument)) return null;
  return typeof argument.label === 'string' ? argument.label : null;
}
