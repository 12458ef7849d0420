/** Files as they were before or after a phase: read-only documents of the scheme `phasewise-snapshot`. */
import {
  EventEmitter,
  Uri,
  workspace,
  type CancellationToken,
  type Disposable,
  type TextDocumentContentProvider,
} from 'vscode';
import type { LanguageServer } from '../languageServer';
import { keyName, type ServerState, type Subscription } from '../serverState';
import { readQuery, type SnapshotQuery } from './changeWords';

const scheme = 'phasewise-snapshot';

export class SnapshotDocuments implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly subscriptions: readonly Subscription[];

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly server: LanguageServer,
    state: ServerState,
  ) {
    this.subscriptions = [
      this.changed,
      workspace.registerTextDocumentContentProvider(scheme, this),
      state.onActivity(({ key, kind, event }) => {
        if ((kind === 'run' || kind === 'replay') && event.type === 'finished') this.refresh(keyName(key));
      }),
    ];
  }

  async provideTextDocumentContent({ query }: Uri, token: CancellationToken): Promise<string> {
    const wanted = readQuery(query);
    if (wanted === null) return '';
    const { uri, attr, phase, side, file, words } = wanted;
    if (file === null) return words;
    const params = { key: { uri, attr }, phase, side, file };
    return (await this.server.ask((requests) => requests.phaseFile(params, token))).text;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** The session's files may be others now. */
  private refresh(name: string): void {
    for (const { uri } of workspace.textDocuments) {
      const query = uri.scheme === scheme ? readQuery(uri.query) : null;
      if (query !== null && keyName(query) === name) this.changed.fire(uri);
    }
  }
}

/** The document of a side; its path gives title and language. */
export function snapshotUri(path: string, query: SnapshotQuery): Uri {
  return Uri.from({ scheme, path: `/${path}`, query: JSON.stringify(query) });
}
