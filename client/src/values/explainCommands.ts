/** *Evaluate Selection* and *Explain This Expression*: what the server tells of an expression, as read-only documents. */
import {
  commands,
  EventEmitter,
  languages,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type LogOutputChannel,
  type TextDocumentContentProvider,
} from 'vscode';
import type { ExplainParams } from '../../../server/src/protocol/valueMessages';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import type { Subscription } from '../serverState';

const scheme = 'phasewise-value';
/** Documents whose text is kept. */
const mostKept = 20;

export function registerExplainCommands(
  server: LanguageServer,
  log: LogOutputChannel,
): readonly (Disposable | Subscription)[] {
  const documents = new ValueDocuments();
  return [
    documents,
    workspace.registerTextDocumentContentProvider(scheme, documents),
    registerCommand(log, 'phasewise.evaluateSelection', () => explain(server, documents, 'value')),
    registerCommand(log, 'phasewise.explainExpression', () => explain(server, documents, 'meaning')),
  ];
}

async function explain(
  server: LanguageServer,
  documents: ValueDocuments,
  about: ExplainParams['about'],
): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor?.document.languageId !== 'nix') return;
  const { document, selection } = editor;
  const params = { uri: document.uri.toString(), range: selection, about };
  const { title, text } = await server.ask((requests) => requests.explain(params));
  if (text === '') return;
  const uri = documents.put(title, text, about === 'value' ? 'nix' : 'md');
  if (about === 'meaning') {
    await commands.executeCommand('markdown.showPreviewToSide', uri);
    return;
  }
  const shown = await workspace.openTextDocument(uri);
  await languages.setTextDocumentLanguage(shown, 'nix');
  await window.showTextDocument(shown, { preview: true, viewColumn: ViewColumn.Beside, preserveFocus: true });
}

class ValueDocuments implements TextDocumentContentProvider, Subscription {
  private readonly changed = new EventEmitter<Uri>();
  private readonly texts = new Map<string, string>();

  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  put(title: string, text: string, extension: string): Uri {
    const name = title.replace(/[/\\?#%]/g, ' ').trim();
    const uri = Uri.from({ scheme, path: `/${name}.${extension}` });
    const key = uri.toString();
    this.texts.delete(key);
    this.texts.set(key, text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > mostKept && oldest !== undefined) this.texts.delete(oldest);
    this.changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.changed.dispose();
  }
}
