/** Tells the server which documents are seen, in an editor, in the tree or as pinned derivations: those it evaluates. VS Code has more of them open, such as tabs behind others. */
import { Disposable, window, type LogOutputChannel } from 'vscode';
import type { LanguageServer } from '../languageServer';
import { detached } from '../log';
import type { ActiveFile } from './activeFile';
import type { Pins } from './pins';

export function tellShownDocuments(
  server: LanguageServer,
  active: ActiveFile,
  pins: Pins,
  log: LogOutputChannel,
): Disposable {
  let told = '';
  const tell = (): void => {
    const inEditors = window.visibleTextEditors.map(({ document }) => document);
    const uris = new Set([
      ...inEditors.filter(({ languageId }) => languageId === 'nix').map(({ uri }) => uri.toString()),
      ...(active.uri === null ? [] : [active.uri]),
      ...pins.all.map(({ uri }) => uri),
    ]);
    const now = JSON.stringify([...uris]);
    if (now === told) return;
    told = now;
    detached(
      log,
      'which documents are shown',
      server.ask((requests) => requests.shown({ uris: [...uris] })),
    );
  };
  tell();
  return Disposable.from(
    window.onDidChangeVisibleTextEditors(tell),
    active.onDidChange(tell),
    pins.onDidChange(tell),
    server.onDidChange(() => {
      // One that starts anew knows none.
      told = '';
      if (server.running) tell();
    }),
  );
}
