/** The commands that show sessions' build directories in the Explorer, and those of their rows. */
import { commands, env, Uri, window, workspace, type Disposable, type LogOutputChannel } from 'vscode';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import { commandArgument } from '../phases/phaseArgument';
import type { PhaseChooser } from '../phases/phaseChooser';
import { derivationName } from '../phases/phaseItem';
import type { ServerState } from '../serverState';
import type { BuildDirectory } from './buildDirectories';
import type { BuildDirectoryTree, BuildRow } from './buildDirectoryTree';
import type { SessionTree } from './sessionTree';

export interface BuildDirectoryCommandParts {
  readonly log: LogOutputChannel;
  readonly server: LanguageServer;
  readonly state: ServerState;
  readonly chooser: PhaseChooser;
  readonly sessions: SessionTree;
  readonly tree: BuildDirectoryTree;
}

export function registerBuildDirectoryCommands(parts: BuildDirectoryCommandParts): readonly Disposable[] {
  const { log, tree } = parts;
  const register = (name: string, run: (row: BuildRow | undefined) => unknown) =>
    registerCommand(log, `phasewise.${name}`, (row) => run(isRow(row) ? row : undefined));
  return [
    registerCommand(log, 'phasewise.showBuildDirectory', async (...args) => {
      const directory = await directoryOf(parts, commandArgument(args));
      if (directory !== undefined) await tree.add(directory);
    }),
    register('hideBuildDirectory', async (row) => {
      const id = row?.directory?.id ?? (await askWhich(tree));
      if (id !== undefined) await tree.remove(id);
    }),
    register('refreshBuildDirectories', () => tree.refresh()),
    register('findInBuildDirectory', (row) => {
      if (row === undefined) return undefined;
      const filesToInclude = row.uri.fsPath;
      return commands.executeCommand('workbench.action.findInFiles', { filesToInclude, query: '' });
    }),
    register('copyBuildPath', (row) => row && env.clipboard.writeText(row.uri.fsPath)),
    register('addBuildDirectoryToWorkspace', (row) => {
      const directory = row?.directory;
      if (directory == null) return;
      const { name, folder } = directory;
      const end = workspace.workspaceFolders?.length ?? 0;
      workspace.updateWorkspaceFolders(end, 0, { uri: Uri.file(folder), name: `${name} (build directory)` });
    }),
  ];
}

/** That of the session's or derivation's row, else of a derivation that the user chooses; says why when there is none. */
async function directoryOf(
  { server, state, chooser, sessions }: BuildDirectoryCommandParts,
  argument: unknown,
): Promise<BuildDirectory | undefined> {
  const row = typeof argument === 'string' ? sessions.row(argument) : undefined;
  if (row !== undefined) {
    const { id, buildDirectory } = row.entry;
    if (buildDirectory !== null) return { id, name: row.label, folder: buildDirectory };
    void window.showInformationMessage(`The build directory of ${row.label} is gone.`);
    return undefined;
  }
  const key = await chooser.derivation(argument);
  if (key === undefined) return undefined;
  const { directory, message } = await server.ask((requests) => requests.buildDirectory(key));
  if (directory === null) {
    if (message !== null) void window.showInformationMessage(message);
    return undefined;
  }
  const derivation = state.derivation(key);
  return { ...directory, name: derivation === undefined ? key.attr : derivationName(derivation) };
}

async function askWhich(tree: BuildDirectoryTree): Promise<string | undefined> {
  const picks = tree.shown.map(({ id, name, folder }) => ({ label: name, description: folder, id }));
  const [only] = picks;
  if (picks.length <= 1) return only?.id;
  const picked = await window.showQuickPick(picks, { title: 'Phasewise', placeHolder: 'Hide which?' });
  return picked?.id;
}

function isRow(value: unknown): value is BuildRow {
  return typeof value === 'object' && value !== null && 'uri' in value && value.uri instanceof Uri;
}
