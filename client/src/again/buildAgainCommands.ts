/** *Really Build Again…* and what it leads to: a rebuild that is compared, a kept directory, another machine, an end. */
import {
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  CustomExecution,
  ProgressLocation,
  Task,
  TaskGroup,
  tasks,
  Uri,
  window,
  workspace,
  commands,
} from 'vscode';
import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import type { BuildParams, DerivationKey } from '../../../server/src/protocol/messages';
import type { BuildResult } from '../../../server/src/protocol/model';
import type { DeletePathsAnswer } from '../../../server/src/protocol/storeMessages';
import { BuildTerminal, type TerminalWork } from '../builds/buildTerminal';
import { plainTerminals } from '../config';
import { revealFolder } from '../files/revealFolder';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import { commandArgument } from '../phases/phaseArgument';
import type { PhaseChooser } from '../phases/phaseChooser';
import { derivationName } from '../phases/phaseItem';
import { keyName, type ServerState } from '../serverState';
import { baseName } from '../words';
import { againItems, firstDifferingFiles, type AgainAction, type BuildLeft } from './againItems';
import { copyFailureReport } from './copyFailureReport';
import { deleteOutputs } from './deleteOutputs';
import { keptOffer } from './readOffer';
import { tryIt } from './tryIt';

export interface AgainParts {
  readonly server: LanguageServer;
  readonly log: LogOutputChannel;
  readonly state: ServerState;
  readonly chooser: PhaseChooser;
  /** Keeps where somebody built last. */
  readonly memory: ExtensionContext['workspaceState'];
}

type Build = Omit<BuildParams, keyof DerivationKey>;

const usual: Build = { rebuild: false, keepFailed: false };

export function registerAgainCommands(parts: AgainParts): readonly Disposable[] {
  const { log, chooser, server } = parts;
  const left = new Map<string, BuildLeft>();
  const register = (name: string, run: (key: DerivationKey) => unknown) =>
    registerCommand(log, `phasewise.${name}`, async (...args) => {
      const key = await chooser.derivation(commandArgument(args));
      return key === undefined ? null : run(key);
    });
  const again = new BuildAgain(parts, left);
  return [
    register('buildAgain', (key) => again.ask(key)),
    register('rebuild', (key) => again.build(key, { ...usual, rebuild: true }, 'rebuild')),
    register('buildElsewhere', (key) => again.elsewhere(key)),
    registerCommand(log, 'phasewise.runAsBuild', async (...args) => {
      const chosen = await chooser.phase(commandArgument(args));
      if (chosen !== undefined) await again.until(chosen.key, chosen.phase);
    }),
    register('tryIt', (key) => tryIt(server, key)),
    register('copyFailureReport', (key) => copyFailureReport(server, key)),
    register('deleteOutputs', (key) => again.delete(key)),
  ];
}

class BuildAgain {
  constructor(
    private readonly parts: AgainParts,
    private readonly left: Map<string, BuildLeft>,
  ) {}

  /** Says how the derivation stands and does what is picked. */
  async ask(key: DerivationKey): Promise<void> {
    const { server, state } = this.parts;
    const standing = await server.ask((requests) => requests.standing({ uri: key.uri, attr: key.attr }));
    const derivation = state.derivation(key);
    const name = derivation === undefined ? key.attr : derivationName(derivation);
    const items = againItems(standing, this.left.get(keyName(key)));
    const picked = await window.showQuickPick(items, {
      title: standing?.words.split('. ')[0] ?? `Really Build ${name} Again`,
      placeHolder: 'What to do?',
      matchOnDetail: true,
    });
    if (picked !== undefined) await this.perform(key, picked.action);
  }

  async build(key: DerivationKey, build: Build, verb: string): Promise<void> {
    const { state } = this.parts;
    const derivation = state.derivation(key);
    const name = `${verb} ${derivation === undefined ? key.attr : derivationName(derivation)}`;
    const work: TerminalWork = async (token) => {
      const { uri, attr } = key;
      const result = await this.parts.server.ask((requests) =>
        requests.build({ uri, attr, ...build }, token),
      );
      this.remember(key, result);
      return result;
    };
    await this.execute(key, name, verb, work);
  }

  /** A phase in the sandbox of a real build, which ends after it; then its directory is there to look at. */
  async until(key: DerivationKey, phase: string): Promise<void> {
    const derivation = this.parts.state.derivation(key);
    const name = `build ${derivation === undefined ? key.attr : derivationName(derivation)} up to ${phase}`;
    const { uri, attr } = key;
    await this.execute(key, name, 'build', async (token) => {
      const result = await this.parts.server.ask((requests) =>
        requests.buildUntil({ uri, attr, phase }, token),
      );
      if (result === null) return null;
      this.left.set(keyName(key), { keptDirectory: result.folder, goesOn: keptOffer(result.failure) });
      const { drvPath, phases, failure, status } = result;
      const asBuild = status === 'reached' ? ('built' as const) : status;
      return { drvPath, status: asBuild, outputs: {}, phases, failure };
    });
  }

  private async execute(key: DerivationKey, name: string, action: string, work: TerminalWork): Promise<void> {
    const derivation = this.parts.state.derivation(key);
    const shown = derivation === undefined ? key.attr : derivationName(derivation);
    const plain = plainTerminals(Uri.parse(key.uri));
    const subject = { key, kind: 'build', title: name, name: shown, plain } as const;
    const terminal = () => Promise.resolve(new BuildTerminal(this.parts.state, subject, work));
    const definition = { type: 'phasewise', file: Uri.parse(key.uri).fsPath, attr: key.attr, action };
    const folder = workspace.getWorkspaceFolder(Uri.parse(key.uri)) ?? TaskScope.Workspace;
    const task = new Task(definition, folder, name, 'phasewise', new CustomExecution(terminal), []);
    task.group = TaskGroup.Build;
    task.presentationOptions = {
      ...{ reveal: TaskRevealKind.Always, focus: false, panel: TaskPanelKind.Dedicated },
      ...{ clear: true, showReuseMessage: false },
    };
    await tasks.executeTask(task);
  }

  /** On a remote builder or in another store, as the user writes it; what was written last is there again. */
  async elsewhere(key: DerivationKey): Promise<void> {
    const kinds = [
      {
        label: '$(remote) On Remote Builders',
        place: 'builders',
        example: 'ssh-ng://me@builder x86_64-linux',
      },
      { label: '$(database) In Another Store', place: 'store', example: 'ssh-ng://me@host' },
    ] as const;
    const picked = await window.showQuickPick(kinds, { title: 'Build Elsewhere', placeHolder: 'Where?' });
    if (picked === undefined) return;
    const { memory } = this.parts;
    const memoryName = `phasewise.elsewhere.${picked.place}`;
    const where = await window.showInputBox({
      title: `Build Elsewhere: ${picked.place === 'builders' ? 'machines' : 'store'}`,
      prompt: picked.place === 'builders' ? 'As nix-build --builders takes them' : 'As Nix names a store',
      placeHolder: picked.example,
      value: memory.get<string>(memoryName, ''),
      ignoreFocusOut: true,
    });
    if (where === undefined || where.trim() === '') return;
    await memory.update(memoryName, where);
    await this.build(key, { ...usual, [picked.place]: where.trim() }, 'build elsewhere');
  }

  async delete(key: DerivationKey): Promise<DeletePathsAnswer | null> {
    const answer = await deleteOutputs(this.parts.server, key);
    const known = this.left.get(keyName(key));
    // What is gone can be compared with nothing.
    if (known !== undefined && answer?.deleted.includes(known.comparison?.output ?? '') === true)
      this.left.set(keyName(key), { keptDirectory: known.keptDirectory ?? null });
    return answer;
  }

  private async perform(key: DerivationKey, action: AgainAction): Promise<void> {
    const left = this.left.get(keyName(key));
    switch (action) {
      case 'build':
        return this.build(key, usual, 'build');
      case 'rebuild':
        return this.build(key, { ...usual, rebuild: true }, 'rebuild');
      case 'keepFailed':
        return this.build(key, { ...usual, keepFailed: true }, 'build');
      case 'elsewhere':
        return this.elsewhere(key);
      case 'delete':
        await this.delete(key);
        return;
      case 'keptFolder':
        if (left?.keptDirectory != null) await revealFolder(left.keptDirectory);
        return;
      case 'goOn':
        await commands.executeCommand('phasewise.goOnInKept', { ...key, ...left?.goesOn });
        return;
      case 'report':
        return this.report(left?.comparison);
      case 'compare':
        return compare(left?.comparison);
    }
  }

  private async report(comparison: BuildLeft['comparison']): Promise<void> {
    const { output, other } = comparison ?? {};
    if (output == null || other == null) return;
    const { file, message } = await window.withProgress(
      { location: ProgressLocation.Window, title: 'diffoscope compares' },
      () => this.parts.server.ask((requests) => requests.differenceReport({ first: output, again: other })),
    );
    if (file !== null) await window.showTextDocument(Uri.file(file), { preview: true });
    else if (message !== null) void window.showInformationMessage(message);
  }

  private remember(key: DerivationKey, result: BuildResult | null): void {
    if (result === null) return;
    const { comparison, keptDirectory } = result;
    this.left.set(keyName(key), {
      ...(comparison && { comparison }),
      ...{ keptDirectory: keptDirectory ?? null, goesOn: keptOffer(result.failure) },
    });
  }
}

/** The first file that differs, as the first build made it beside what the rebuild made. */
async function compare(comparison: BuildLeft['comparison']): Promise<void> {
  const pair = comparison === undefined ? null : firstDifferingFiles(comparison);
  if (pair === null) return;
  const [first, again] = pair.map((path) => Uri.file(path));
  const title = `${baseName(pair[0])} (first build ↔ rebuild)`;
  await commands.executeCommand('vscode.diff', first, again, title, { preview: true });
}
