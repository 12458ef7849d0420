/** Build logs as read-only documents of the scheme `phasewise-log`: text, folds, links and what stands above the first line. */
import {
  CodeLens,
  commands,
  DocumentLink,
  EventEmitter,
  FoldingRange,
  FoldingRangeKind,
  languages,
  Range,
  Selection,
  TextEditorRevealType,
  Uri,
  window,
  workspace,
  type CancellationToken,
  type CodeLensProvider,
  type Disposable,
  type DocumentLinkProvider,
  type FoldingRangeProvider,
  type TextDocument,
  type TextDocumentContentProvider,
  type TextEditor,
} from 'vscode';
import type { LogDocument, LogLink } from '../../../server/src/protocol/logMessages';
import { documentLineOf } from '../../../server/src/protocol/logPlaces';
import { logScheme, logUri, readLogQuery, type LogAddress } from '../../../server/src/protocol/logUri';
import type { ActivityParams } from '../../../server/src/protocol/messages';
import type { LanguageServer } from '../languageServer';
import type { ServerState, Subscription } from '../serverState';
import { LogColours } from './logColours';
import { isPart, openingLine, partLenses, shows } from './logPart';

const selector = { scheme: logScheme };

export class LogDocuments
  implements
    TextDocumentContentProvider,
    FoldingRangeProvider,
    DocumentLinkProvider,
    CodeLensProvider,
    Disposable
{
  private readonly changed = new EventEmitter<Uri>();
  private readonly shown = new Map<string, LogDocument>();
  /** Texts of documents that are about to be opened. */
  private readonly read = new Map<string, string>();
  /** Documents whose editor stands where it was opened for. */
  private readonly placed = new Set<string>();
  /** Around which line a document is shown that moved from where its address says. */
  private readonly around = new Map<string, number>();
  private readonly provided = new EventEmitter<Uri>();
  private readonly colours = new LogColours((uri) => this.shown.get(uri.toString()));
  private readonly subscriptions: readonly Subscription[];

  readonly onDidChange = this.changed.event;
  /** Something else is known of a document than before. */
  readonly onDidProvide = this.provided.event;

  constructor(
    private readonly server: LanguageServer,
    private readonly state: ServerState,
  ) {
    this.subscriptions = [
      this.colours,
      workspace.registerTextDocumentContentProvider(logScheme, this),
      languages.registerFoldingRangeProvider(selector, this),
      languages.registerDocumentLinkProvider(selector, this),
      languages.registerCodeLensProvider(selector, this),
      state.onActivity((params) => this.follow(params)),
      window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.place(editor))),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.shown.delete(uri.toString());
        this.placed.delete(uri.toString());
        this.around.delete(uri.toString());
      }),
    ];
  }

  async provideTextDocumentContent(uri: Uri, token: CancellationToken): Promise<string> {
    const address = this.address(uri);
    if (address === null) return '';
    try {
      return this.read.get(uri.toString()) ?? (await this.ask(uri, address, token));
    } finally {
      this.read.delete(uri.toString());
      this.provided.fire(uri);
    }
  }

  /** The document's text. */
  private async ask(uri: Uri, address: LogAddress, token?: CancellationToken): Promise<string> {
    const answer = await this.server.ask((requests) => requests.logDocument(address, token));
    if (answer.kind === 'log') this.shown.set(uri.toString(), answer.document);
    else this.shown.delete(uri.toString());
    return answer.kind === 'log' ? answer.document.text : `${answer.message}\n`;
  }

  provideFoldingRanges({ uri }: TextDocument): FoldingRange[] {
    const folds = this.shown.get(uri.toString())?.folds ?? [];
    return folds.map(({ start, end }) => new FoldingRange(start, end, FoldingRangeKind.Region));
  }

  async provideDocumentLinks({ uri }: TextDocument, token: CancellationToken): Promise<DocumentLink[]> {
    const address = this.address(uri);
    if (address === null || !this.shown.has(uri.toString())) return [];
    const links = await this.server.ask((requests) => requests.logLinks(address, token));
    return links.map(toDocumentLink);
  }

  provideCodeLenses({ uri }: TextDocument): CodeLens[] {
    const document = this.shown.get(uri.toString());
    if (document === undefined) return [];
    return partLenses(document).map(
      ({ title, command, to }) =>
        new CodeLens(new Range(0, 0, 0, 0), { title, command, arguments: to === null ? [uri] : [uri, to] }),
    );
  }

  /** What is known of the document; undefined while it is not open, or when there is no such log. */
  of(uri: Uri): LogDocument | undefined {
    return this.shown.get(uri.toString());
  }

  /** Whether there is more of the log than the document shows. */
  isPart(uri: Uri): boolean {
    const document = this.shown.get(uri.toString());
    return document !== undefined && isPart(document);
  }

  /** Which log the document is, and what it is shown around; null for a document of another kind. */
  address(uri: Uri): LogAddress | null {
    const address = uri.scheme === logScheme ? readLogQuery(uri.query) : null;
    const line = this.around.get(uri.toString());
    // What is moved to need not be among the lines that the document was opened for.
    return address === null || line === undefined ? address : { ...address, line, span: null };
  }

  /** The document line of a line of the log, which is shown from now on; null when it cannot be. */
  async show(document: TextDocument, line: number): Promise<number | null> {
    const { uri } = document;
    const before = this.shown.get(uri.toString());
    if (before !== undefined && !shows(before, line)) {
      this.around.set(uri.toString(), line);
      await this.written(document);
    }
    const shown = this.shown.get(uri.toString());
    return shown === undefined || !shows(shown, line) ? null : documentLineOf(shown, line);
  }

  /** Opens a log at the line that its address names, else where it failed. */
  async open(address: LogAddress): Promise<void> {
    const uri = Uri.parse(logUri(address));
    const name = uri.toString();
    const document = workspace.textDocuments.find((one) => one.uri.toString() === name);
    // Read before the editor asks for it: so the editor opens where it is to stand, and waits for nothing else.
    if (document === undefined) this.read.set(name, await this.ask(uri, address));
    else if (this.around.delete(name)) await this.written(document);
    const known = this.shown.get(name);
    const line = known === undefined ? null : openingLine(known, address);
    this.placed.add(name);
    try {
      const selection = line === null ? {} : { selection: new Range(line, 0, line, 0) };
      await commands.executeCommand('vscode.open', uri, { preview: true, ...selection });
    } finally {
      this.read.delete(name);
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
    this.provided.dispose();
  }

  /** Has the document written anew, and waits until its text is what is known of it: that takes the editor a while. */
  private written(document: TextDocument): Promise<void> {
    const uri = document.uri.toString();
    return new Promise((resolve) => {
      let provided = false;
      const look = (): void => {
        const text = this.shown.get(uri)?.text;
        const isWritten = provided && (text === undefined || document.getText() === text);
        if (!isWritten && !document.isClosed) return;
        for (const subscription of subscriptions) subscription.dispose();
        resolve();
      };
      const subscriptions: readonly Subscription[] = [
        this.onDidProvide((one) => {
          provided ||= one.toString() === uri;
          look();
        }),
        workspace.onDidChangeTextDocument((event) => {
          if (event.document === document) look();
        }),
        workspace.onDidCloseTextDocument(look),
      ];
      this.changed.fire(document.uri);
    });
  }

  /** Moves to where the document was opened for, once, unless somebody has moved already. */
  private place(editor: TextEditor): void {
    const { uri } = editor.document;
    const document = this.shown.get(uri.toString());
    const address = uri.scheme === logScheme ? readLogQuery(uri.query) : null;
    if (document === undefined || address === null || this.placed.has(uri.toString())) return;
    this.placed.add(uri.toString());
    const line = openingLine(document, address);
    if (line === null) return;
    reveal(editor, line);
  }

  /** The newest log of a derivation is another one when a build or run of it has gone on. */
  private follow({ key, event }: ActivityParams): void {
    if (event.type !== 'phaseFinished' && event.type !== 'finished') return;
    const drvPath = this.state.derivation(key)?.drvPath;
    for (const { uri } of workspace.textDocuments) {
      const address = uri.scheme === logScheme ? readLogQuery(uri.query) : null;
      if (address !== null && address.id === null && address.drvPath === drvPath) this.changed.fire(uri);
    }
  }
}

function toDocumentLink({ range, file, line, character }: LogLink): DocumentLink {
  const { start, end } = range;
  const place = line === null ? '' : `L${line + 1},${(character ?? 0) + 1}`;
  const link = new DocumentLink(
    new Range(start.line, start.character, end.line, end.character),
    Uri.file(file).with({ fragment: place }),
  );
  link.tooltip = file;
  return link;
}

/** Puts the cursor at text of a line. */
export function reveal(editor: TextEditor, line: number, start = 0, end = start): void {
  editor.selection = new Selection(line, start, line, end);
  editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
}
