/** What the user has granted and chosen; every feature asks here before it asks the engine. */
import { dirname } from 'node:path';
import type { EvaluationOptions } from '../nix/nix';
import type { Settings } from '../protocol/settings';
import { defaultSettings } from '../protocol/settings';
import type { Problem } from '../result';
import { folderOf } from '../workspace/folders';
import { settingsIn, type WorkspaceSettings } from './folderSettings';
import { Listeners } from './listeners';
import { nameInSettings } from './writtenEntries';

/** Whether something else holds now for a file, by its absolute path; for null: where no file is named. Of settings those in `sections` count, or all where none is named. */
export type Touched = (file: string | null, sections?: readonly (keyof Settings)[]) => boolean;

/** The settings on which it hangs what Nix answers. */
export const settingsOfEvaluation = ['nix', 'evaluation'] as const;

export class WorkspaceState {
  /** Trust, settings or folders changed: of the files that it touches, what was learnt from Nix before holds no longer. */
  readonly changed = new Listeners<Touched>();
  readonly foldersChanged = new Listeners<null>();
  private paths: readonly string[] = [];
  private isTrusted = false;
  private current: WorkspaceSettings = { workspace: defaultSettings, folders: new Map() };

  get trusted(): boolean {
    return this.isTrusted;
  }

  /** Absolute paths of the workspace's folders. */
  get folders(): readonly string[] {
    return this.paths;
  }

  /** The folder that a file lies in, of nested ones the innermost; null for none. */
  folderOf(file: string | null): string | null {
    return file === null ? null : folderOf(file, this.paths);
  }

  /** How far what is around a file is looked at: to the workspace's folder, else its own. */
  topOf(file: string): string {
    return this.folderOf(file) ?? dirname(file);
  }

  /** Those that hold for a file; for null those of the workspace. */
  settingsOf(file: string | null): Settings {
    return settingsIn(this.folderOf(file), this.current);
  }

  /** Those that may hold for some file: of each folder, and where there is none or files lie elsewhere, of the workspace. */
  get allSettings(): readonly Settings[] {
    return [this.current.workspace, ...this.paths.map((folder) => settingsIn(folder, this.current))];
  }

  /** Whether Nix may be asked about a file without the user having asked for it. */
  evaluates(file: string): boolean {
    return this.isTrusted && this.settingsOf(file).evaluation.enable;
  }

  evaluationOptions(file: string | null): EvaluationOptions {
    const { callPackage, timeoutSeconds, memoryLimitMb } = this.settingsOf(file).evaluation;
    return { callPackage, timeoutMs: timeoutSeconds * 1000, memoryLimitMb, args: [] };
  }

  /** Of an evaluation that a keystroke asks for. */
  typingOptions(file: string): EvaluationOptions {
    const { keepWarm, warmMemoryMb, sourceLimitMb, importFromDerivation } = this.settingsOf(file).evaluation;
    const typing = { keepWarm, warmMemoryMb, sourceLimitMb, importFromDerivation };
    return { ...this.evaluationOptions(file), typing };
  }

  /** What the user gives this file's function, by name, as Nix expressions. */
  argumentsOf(file: string): Readonly<Record<string, string>> {
    const name = nameInSettings(file, this.folderOf(file));
    return this.settingsOf(file).evaluation.arguments[name] ?? {};
  }

  /** With the arguments that the user gives this file's function, before those that are given for once. */
  withArguments(options: EvaluationOptions, file: string): EvaluationOptions {
    const args = Object.entries(this.argumentsOf(file)).map(
      ([name, value]) => ({ name, value, kind: 'expression' }) as const,
    );
    return { ...options, args: [...args, ...options.args] };
  }

  /** Before anything listens: what the client said at the start. */
  begin(trusted: boolean, settings: WorkspaceSettings, folders: readonly string[]): void {
    this.isTrusted = trusted;
    this.current = settings;
    this.paths = folders;
  }

  setFolders(folders: readonly string[]): void {
    const touched = this.touchedBy(() => (this.paths = folders));
    this.foldersChanged.fire(null);
    this.changed.fire(touched);
  }

  setTrusted(trusted: boolean): void {
    if (trusted === this.isTrusted) return;
    this.isTrusted = trusted;
    this.changed.fire(() => true);
  }

  setSettings(settings: WorkspaceSettings): void {
    if (JSON.stringify(comparable(settings)) === JSON.stringify(comparable(this.current))) return;
    this.changed.fire(this.touchedBy(() => (this.current = settings)));
  }

  /** A file in another folder than before is touched, as paths in settings are relative to it. */
  private touchedBy(change: () => void): Touched {
    const [paths, settings] = [this.paths, this.current];
    change();
    return (file, sections) => {
      const [before, now] = [file === null ? null : folderOf(file, paths), this.folderOf(file)];
      const counted = (all: Settings): string =>
        JSON.stringify(sections === undefined ? all : sections.map((section) => all[section]));
      return before !== now || counted(settingsIn(before, settings)) !== counted(this.settingsOf(file));
    };
  }
}

function comparable({ workspace, folders }: WorkspaceSettings): unknown {
  return [workspace, ...folders];
}

/** Why nothing is evaluated, built or run in an untrusted workspace. */
export const untrusted: Problem = {
  code: 'untrusted',
  message: 'This workspace is not trusted, so nothing in it is evaluated, built or run.',
  advice: 'Trust the workspace to see what its derivations do and to run their phases.',
};
