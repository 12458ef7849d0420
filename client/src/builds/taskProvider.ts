/** Tasks of type `phasewise`: what can be done with each derivation that is open or pinned, and what `tasks.json` names. */
import { basename } from 'node:path';
import {
  CustomExecution,
  Task,
  TaskGroup,
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  tasks,
  Uri,
  workspace,
  type CancellationToken,
  type Disposable,
  type TaskProvider,
  type TaskDefinition,
  type WorkspaceFolder,
} from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import { flakeScheme } from '../../../server/src/protocol/pinMessages';
import { plainTerminals } from '../config';
import { pathInWorkspace } from '../files/folderAtHand';
import type { LanguageServer } from '../languageServer';
import { derivationName } from '../phases/phaseItem';
import type { Pins } from '../phases/pins';
import { keyName, type ServerState } from '../serverState';
import { BuildTerminal, type TerminalEnd } from './buildTerminal';
import { runBuilt } from './programTask';
import { RefusedTerminal } from './refusedTerminal';
import { parseTaskDefinition, taskName, type BuildTaskDefinition, type TaskAction } from './taskDefinition';

export class BuildTasks implements TaskProvider, Disposable {
  private readonly registration: Disposable;

  constructor(
    private readonly server: LanguageServer,
    private readonly state: ServerState,
    private readonly pins: Pick<Pins, 'all'>,
  ) {
    this.registration = tasks.registerTaskProvider('phasewise', this);
  }

  provideTasks(): Task[] {
    const open = this.state
      .allDrawings()
      .filter(({ uri }) => Uri.parse(uri).scheme === 'file')
      .flatMap(({ uri, derivations }) => derivations.map(({ attr }): DerivationKey => ({ uri, attr })));
    const keys = new Map([...open, ...this.pins.all].map((key) => [keyName(key), key]));
    return [...keys.values()].flatMap((key) => this.offered(key).map((action) => this.taskOf(key, action)));
  }

  private offered(key: DerivationKey): readonly TaskAction[] {
    const phases = this.state.derivation(key)?.phases ?? [];
    const checks = phases.some(({ name, runs }) => runs && isCheck(name));
    return ['build', 'rebuild', 'run', ...(checks ? (['check'] as const) : []), 'try'];
  }

  resolveTask(task: Task): Task | undefined {
    const parsed = parseTaskDefinition(task.definition);
    const name = parsed.ok ? taskName(parsed.definition, null) : 'refused';
    const folder = typeof task.scope === 'object' ? task.scope : undefined;
    return this.task(task.definition, task.name === '' ? name : task.name, folder);
  }

  /** The task that builds this derivation. */
  buildTask(key: DerivationKey): Task {
    return this.taskOf(key, 'build');
  }

  dispose(): void {
    this.registration.dispose();
  }

  private taskOf(key: DerivationKey, action: TaskAction): Task {
    const uri = Uri.parse(key.uri);
    const kind = uri.scheme === flakeScheme ? 'flake' : 'file';
    const file = uri.with({ scheme: 'file' });
    const folder = workspace.getWorkspaceFolder(file);
    const path = folder === undefined ? file.fsPath : workspace.asRelativePath(file, false);
    const derivation = this.state.derivation(key);
    const definition = { type: 'phasewise', [kind]: path, attr: key.attr, action };
    const named = {
      subject: { kind, path },
      attr: key.attr,
      action,
      phase: null,
      program: { name: null, words: [] },
      args: [],
      plain: null,
    } as const;
    return this.task(
      definition,
      taskName(named, derivation === undefined ? null : derivationName(derivation)),
      folder,
    );
  }

  private task(definition: TaskDefinition, name: string, folder: WorkspaceFolder | undefined): Task {
    const execution = new CustomExecution((resolved) => Promise.resolve(this.terminal(resolved, folder)));
    const task = new Task(definition, folder ?? TaskScope.Workspace, name, 'phasewise', execution, []);
    const { action } = definition;
    task.group =
      action === 'check'
        ? TaskGroup.Test
        : action === 'run' || action === 'try'
          ? undefined
          : TaskGroup.Build;
    task.presentationOptions = {
      reveal: TaskRevealKind.Always,
      focus: false,
      panel: TaskPanelKind.Dedicated,
      clear: true,
      showReuseMessage: false,
    };
    return task;
  }

  private terminal(resolved: TaskDefinition, folder: WorkspaceFolder | undefined) {
    const parsed = parseTaskDefinition(resolved);
    if (!parsed.ok) return new RefusedTerminal(parsed.reason);
    const { definition } = parsed;
    const { subject, attr, action } = definition;
    const path = pathInWorkspace(subject.path, folder);
    const file = Uri.file(path);
    const key = {
      uri: (subject.kind === 'flake' ? file.with({ scheme: flakeScheme }) : file).toString(),
      attr,
    };
    const derivation = this.state.derivation(key);
    const name = derivation === undefined ? attr || basename(path) : derivationName(derivation);
    const terminal = {
      key,
      kind: action === 'run' || action === 'check' ? 'run' : 'build',
      title: `${taskName(definition, null)}${attr === '' ? '' : ` (${subject.path})`}`,
      name,
      plain: definition.plain ?? plainTerminals(file),
    } as const;
    return new BuildTerminal(this.state, terminal, (token) =>
      this.perform(key, definition, folder ?? workspace.getWorkspaceFolder(file), token),
    );
  }

  private async perform(
    key: DerivationKey,
    definition: BuildTaskDefinition,
    folder: WorkspaceFolder | undefined,
    token: CancellationToken,
  ): Promise<TerminalEnd> {
    const { subject, action, phase, program, args } = definition;
    // The server knows documents only: one that no editor shows is opened without being shown.
    if (subject.kind === 'file') await workspace.openTextDocument(Uri.parse(key.uri));
    if (action === 'build' || action === 'rebuild' || action === 'try') {
      const params = { ...key, rebuild: action === 'rebuild', keepFailed: false, args };
      const built = await this.server.ask((requests) => requests.build(params, token));
      const isThere = built?.status === 'built' || built?.status === 'valid';
      return action === 'try' && isThere ? runBuilt(this.server, built, program, folder, token) : built;
    }
    const selection = action === 'check' ? 'check' : phase === null ? 'all' : 'until';
    return this.server.ask((requests) =>
      requests.run({ ...key, selection, phase, fresh: false, args }, token),
    );
  }
}

function isCheck(phase: string): boolean {
  return phase === 'checkPhase' || phase === 'installCheckPhase';
}
