/** Readable store derivations: documents of the scheme `phasewise-drv` with links, in place of the raw `.drv` files. */
import {
  DocumentLink,
  EventEmitter,
  languages,
  Range,
  TabInputText,
  Uri,
  window,
  workspace,
  type Disposable,
  type DocumentLinkProvider,
  type LogOutputChannel,
  type TextDocument,
  type TextDocumentContentProvider,
  type TextEditor,
} from 'vscode';
import type { DerivationDocument } from '../../../server/src/protocol/messages';
import type { LanguageServer } from '../languageServer';
import { detached } from '../log';
import { isDerivationPath, storeScheme } from './storeLinks';

export class DerivationDocuments implements TextDocumentContentProvider, DocumentLinkProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly links = new Map<string, DerivationDocument['links']>();
  private readonly files = new Map<string, string>();
  private readonly wantedRaw = new Set<string>();
  private readonly subscriptions: readonly Disposable[];

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly server: LanguageServer,
    log: LogOutputChannel,
  ) {
    this.subscriptions = [
      workspace.registerTextDocumentContentProvider(storeScheme, this),
      languages.registerDocumentLinkProvider({ scheme: storeScheme }, this),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.links.delete(uri.toString());
        this.files.delete(uri.toString());
      }),
      window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined) detached(log, 'derivation document', this.replaceRaw(editor));
      }),
    ];
    const editor = window.activeTextEditor;
    if (editor !== undefined) detached(log, 'derivation document', this.replaceRaw(editor));
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const document = await this.server.ask((requests) => requests.derivationDocument(uri.path));
    this.links.set(uri.toString(), document.links);
    this.files.set(uri.toString(), document.file ?? uri.path);
    return document.text;
  }

  provideDocumentLinks(document: TextDocument): DocumentLink[] {
    return (this.links.get(document.uri.toString()) ?? []).map(toDocumentLink);
  }

  /** Shows the readable form of the store derivation at this path. */
  async open(drvPath: string): Promise<void> {
    await window.showTextDocument(Uri.from({ scheme: storeScheme, path: drvPath }), { preview: true });
  }

  /** Shows the file as it is. */
  async openRaw(uri: Uri): Promise<void> {
    const raw = Uri.file(this.files.get(uri.toString()) ?? uri.path);
    this.wantedRaw.add(raw.toString());
    await window.showTextDocument(raw, { preview: true });
  }

  /** Shows the readable form of the raw file in front. */
  async openReadable(uri: Uri): Promise<void> {
    this.wantedRaw.delete(Uri.file(uri.path).toString());
    await this.open(uri.path);
  }

  /** The server can say more now (it learnt where variables come from, or it was started again). */
  refresh(): void {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === storeScheme) this.changed.fire(uri);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private async replaceRaw({ document, viewColumn }: TextEditor): Promise<void> {
    const { uri } = document;
    const raw = uri.scheme === 'file' && isDerivationPath(uri.path) && !document.isDirty;
    if (!raw || this.wantedRaw.has(uri.toString())) return;
    const readable = Uri.from({ scheme: storeScheme, path: uri.path });
    await window.showTextDocument(readable, viewColumn === undefined ? {} : { viewColumn });
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    const rawTabs = tabs.filter(
      (tab) => tab.input instanceof TabInputText && tab.input.uri.toString() === uri.toString(),
    );
    await window.tabGroups.close(rawTabs, true);
  }
}

function toDocumentLink({ range, target, tooltip }: DerivationDocument['links'][number]): DocumentLink {
  const { start, end } = range;
  const link = new DocumentLink(
    new Range(start.line, start.character, end.line, end.character),
    Uri.parse(target),
  );
  link.tooltip = tooltip;
  return link;
}
