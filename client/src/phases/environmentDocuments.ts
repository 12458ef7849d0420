/** What a phase finds when it begins, as documents of the scheme `phasewise-environment`; two of them side by side. */
import {
  commands,
  EventEmitter,
  Uri,
  window,
  workspace,
  type Disposable,
  type TextDocumentContentProvider,
} from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { EnvironmentAnswer } from '../../../server/src/protocol/environmentMessages';
import type { LanguageServer } from '../languageServer';
import type { ServerState } from '../serverState';
import {
  environmentPath,
  environmentScheme,
  readEnvironmentQuery,
  runFirstWords,
  writeEnvironmentQuery,
  type EnvironmentPlace,
} from './momentWords';
import { derivationName } from './phaseItem';
import type { Runs } from './runs';

const runFirst = 'Run Them First';
const terminalLabel = 'Your Terminal';

export class EnvironmentDocuments implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly subscription: Disposable;

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly server: LanguageServer,
    private readonly state: ServerState,
    private readonly runs: Runs,
  ) {
    this.subscription = workspace.registerTextDocumentContentProvider(environmentScheme, this);
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const place = readEnvironmentQuery(uri.query);
    if (place === null) return '';
    const answer = await this.ask(place);
    return answer.kind === 'ready'
      ? answer.text
      : `${runFirstWords(place.phase ?? '', answer.phases, 'the environment is known')}\n`;
  }

  /** Shows what this phase finds; phases that must run first are run when the user says so. */
  async show(key: DerivationKey, phase: string): Promise<void> {
    const place = { key, phase };
    if (!(await this.reach(place))) return;
    await window.showTextDocument(this.uriOf(place), { preview: true });
  }

  /** Shows beside what this phase finds what another one does, or the user's own terminal. */
  async compare(key: DerivationKey, phase: string): Promise<void> {
    const others = this.state.derivation(key)?.phases.filter(({ name }) => name !== phase) ?? [];
    const picks = [
      ...others.map(({ name }) => ({ label: name, place: { key, phase: name } })),
      { label: terminalLabel, place: { key: null, phase: null } as EnvironmentPlace },
    ];
    const options = { title: `Phasewise: environment of ${phase}`, placeHolder: 'Compare with which?' };
    const picked = await window.showQuickPick(picks, options);
    if (picked === undefined) return;
    const [left, right] = this.inOrder(key, picked.place, { key, phase });
    if (!(await this.reach(right)) || !(await this.reach(left))) return;
    const names = [left, right].map((place) => place.phase ?? terminalLabel);
    await commands.executeCommand(
      'vscode.diff',
      this.uriOf(left),
      this.uriOf(right),
      `Environment: ${names.join(' ↔ ')}`,
    );
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private ask({ key, phase }: EnvironmentPlace): Promise<EnvironmentAnswer> {
    return this.server.ask((requests) => requests.environment({ key, phase }));
  }

  /** Earlier ones stand on the left, as in any comparison. */
  private inOrder(
    key: DerivationKey,
    picked: EnvironmentPlace,
    own: EnvironmentPlace,
  ): readonly [EnvironmentPlace, EnvironmentPlace] {
    const names = this.state.derivation(key)?.phases.map(({ name }) => name) ?? [];
    const later = names.indexOf(picked.phase ?? '') > names.indexOf(own.phase ?? '');
    return later ? [own, picked] : [picked, own];
  }

  /** Whether it can be asked for; what it told before is asked for anew. */
  private async reach(place: EnvironmentPlace): Promise<boolean> {
    const answer = await this.ask(place);
    if (answer.kind === 'phasesLeft' && !(await this.runBefore(place, answer.phases))) return false;
    this.changed.fire(this.uriOf(place));
    return true;
  }

  private async runBefore({ key, phase }: EnvironmentPlace, left: readonly string[]): Promise<boolean> {
    const words = runFirstWords(phase ?? '', left, 'the environment is known');
    const last = left.at(-1);
    if (key === null || last === undefined) return false;
    if ((await window.showInformationMessage(words, runFirst)) !== runFirst) return false;
    const ran = await this.runs.run({ ...key, phase: last, selection: 'until', fresh: false });
    return ran?.phases.every(({ status }) => status === 'ok' || status === 'skipped') ?? false;
  }

  private uriOf(place: EnvironmentPlace): Uri {
    const derivation = place.key === null ? undefined : this.state.derivation(place.key);
    const name = derivation === undefined ? null : derivationName(derivation);
    return Uri.from({
      scheme: environmentScheme,
      path: environmentPath(name, place.phase ?? terminalLabel),
      query: writeEnvironmentQuery(place),
    });
  }
}
