/** What the user has granted and chosen; every feature asks here before it asks the engine. */
import type { EvaluationOptions } from '../nix/nix';
import type { Settings } from '../protocol/settings';
import { defaultSettings } from '../protocol/settings';
import type { Problem } from '../result';
import { Listeners } from './listeners';
import { nameInSettings } from './writtenEntries';

export class WorkspaceState {
  /** Trust or settings changed: what was learnt from Nix before holds no longer. */
  readonly changed = new Listeners<null>();
  readonly foldersChanged = new Listeners<null>();
  /** Absolute paths of the workspace's folders. */
  folders: readonly string[] = [];
  private isTrusted = false;
  private current: Settings = defaultSettings;

  get trusted(): boolean {
    return this.isTrusted;
  }

  get settings(): Settings {
    return this.current;
  }

  /** Whether Nix may be asked without the user having asked for it. */
  get evaluates(): boolean {
    return this.isTrusted && this.current.evaluation.enable;
  }

  get evaluationOptions(): EvaluationOptions {
    const { callPackage, timeoutSeconds, memoryLimitMb } = this.current.evaluation;
    return { callPackage, timeoutMs: timeoutSeconds * 1000, memoryLimitMb, args: [] };
  }

  /** Of an evaluation that a keystroke asks for. */
  get typingOptions(): EvaluationOptions {
    const { keepWarm, warmMemoryMb, sourceLimitMb, importFromDerivation } = this.current.evaluation;
    const typing = { keepWarm, warmMemoryMb, sourceLimitMb, importFromDerivation };
    return { ...this.evaluationOptions, typing };
  }

  /** What the user gives this file's function, by name, as Nix expressions. */
  argumentsOf(file: string): Readonly<Record<string, string>> {
    return this.current.evaluation.arguments[nameInSettings(file, this.folders)] ?? {};
  }

  /** With the arguments that the user gives this file's function, before those that are given for once. */
  withArguments(options: EvaluationOptions, file: string): EvaluationOptions {
    const args = Object.entries(this.argumentsOf(file)).map(
      ([name, value]) => ({ name, value, kind: 'expression' }) as const,
    );
    return { ...options, args: [...args, ...options.args] };
  }

  /** Before anything listens: what the client said at the start. */
  begin(trusted: boolean, settings: Settings): void {
    this.isTrusted = trusted;
    this.current = settings;
  }

  setFolders(folders: readonly string[]): void {
    this.folders = folders;
    this.foldersChanged.fire(null);
  }

  setTrusted(trusted: boolean): void {
    if (trusted === this.isTrusted) return;
    this.isTrusted = trusted;
    this.changed.fire(null);
  }

  setSettings(settings: Settings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.current)) return;
    this.current = settings;
    this.changed.fire(null);
  }
}

/** Why nothing is evaluated, built or run in an untrusted workspace. */
export const untrusted: Problem = {
  code: 'untrusted',
  message: 'This workspace is not trusted, so nothing in it is evaluated, built or run.',
  advice: 'Trust the workspace to see what its derivations do and to run their phases.',
};
