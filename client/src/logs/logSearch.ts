/** Finds errors and text in log documents: of a log that is shown in part, in all of it. */
import {
  CancellationTokenSource,
  commands,
  ProgressLocation,
  window,
  type CancellationToken,
  type LogOutputChannel,
  type TextEditor,
} from 'vscode';
import { isErrorLine } from '../../../server/src/protocol/errorLines';
import { logLineOf } from '../../../server/src/protocol/logPlaces';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import type { Subscription } from '../serverState';
import { reveal, type LogDocuments } from './logDocuments';
import { columnsOf, errorFrom, findWords } from './logPart';

/** A search that takes longer is shown, and can be ended. */
const patienceMs = 700;
const messageMs = 4000;
const searchWhole = 'Search Whole Log…';

export class LogSearch implements Subscription {
  /** What was searched for last. */
  private text = '';
  private source: CancellationTokenSource | null = null;
  private searches: Promise<void> = Promise.resolve();
  /** Logs of which it was said that an editor's own search looks at a part. */
  private readonly told = new Set<string>();

  constructor(
    private readonly server: LanguageServer,
    private readonly documents: LogDocuments,
  ) {}

  register(log: LogOutputChannel): readonly Subscription[] {
    const register = (name: string, run: () => unknown) => registerCommand(log, `phasewise.${name}`, run);
    return [
      this,
      register('goToFirstError', () => this.goToError(1, true)),
      register('goToNextError', () => this.goToError(1, false)),
      register('goToPreviousError', () => this.goToError(-1, false)),
      register('searchWholeLog', () => this.search()),
      register('findNextInLog', () => this.goOn(1)),
      register('findPreviousInLog', () => this.goOn(-1)),
      register('findInLogPart', () => this.findInPart()),
    ];
  }

  dispose(): void {
    this.source?.cancel();
  }

  private async goToError(step: 1 | -1, isFirst: boolean): Promise<void> {
    const editor = window.activeTextEditor;
    if (editor === undefined) return;
    const { document, selection } = editor;
    if (this.documents.isPart(document.uri)) return this.find(editor, step, null, isFirst);
    const isError = (line: number) => isErrorLine(document.lineAt(line).text);
    const line = errorFrom(document.lineCount, isFirst ? -1 : selection.active.line, step, isError);
    if (line === null) window.setStatusBarMessage(nothing(null), messageMs);
    else reveal(editor, line);
  }

  private async search(): Promise<void> {
    const editor = window.activeTextEditor;
    if (editor === undefined) return;
    if (!this.documents.isPart(editor.document.uri)) {
      await commands.executeCommand('actions.find');
      return;
    }
    const selected = editor.document.getText(editor.selection);
    const text = await window.showInputBox({
      title: 'Search Whole Log',
      prompt: 'Goes to the next line that has it, whatever its case; F3 and Shift+F3 go on',
      value: selected === '' || selected.includes('\n') ? this.text : selected,
    });
    if (text === undefined || text === '') return;
    this.text = text;
    await this.find(editor, 1, text);
  }

  /** To the next place of what was searched for last. */
  private async goOn(step: 1 | -1): Promise<void> {
    const editor = window.activeTextEditor;
    if (this.text === '' || editor === undefined) await this.search();
    else await this.find(editor, step, this.text);
  }

  /** The editor's own search, which sees the document. */
  private async findInPart(): Promise<void> {
    await commands.executeCommand('actions.find');
    const uri = window.activeTextEditor?.document.uri;
    const shown = uri === undefined ? undefined : this.documents.of(uri);
    if (uri === undefined || shown === undefined || this.told.has(uri.toString())) return;
    this.told.add(uri.toString());
    if ((await window.showInformationMessage(findWords(shown), searchWhole)) === searchWhole)
      await this.search();
  }

  /** Each from where the one before it led to, however fast the keys come. */
  private find(editor: TextEditor, step: 1 | -1, text: string | null, fromBeginning = false): Promise<void> {
    const found = this.searches.then(() => this.findNow(editor, step, text, fromBeginning));
    this.searches = found.catch(() => undefined);
    return found;
  }

  private async findNow(
    editor: TextEditor,
    step: 1 | -1,
    text: string | null,
    fromBeginning: boolean,
  ): Promise<void> {
    const { uri } = editor.document;
    const shown = this.documents.of(uri);
    const address = this.documents.address(uri);
    if (shown === undefined || address === null) return;
    const from = fromBeginning ? -1 : logLineOf(shown, editor.selection.active.line);
    const answer = await this.watched((token) =>
      this.server.ask((requests) => requests.findInLog({ address, from, step, text }, token)),
    );
    if (answer === null) return;
    const { line, message } = answer;
    if (message !== null) void window.showWarningMessage(message);
    else if (line === null) window.setStatusBarMessage(nothing(text), messageMs);
    else {
      const at = await this.documents.show(editor.document, line);
      if (at !== null && text !== null) revealText(editor, at, text);
      else if (at !== null) reveal(editor, at);
      if ((line - from) * step <= 0) window.setStatusBarMessage(begunAnew[step], messageMs);
    }
  }

  /** A search that shows itself after a moment. Null when it was ended. */
  private async watched<T>(work: (token: CancellationToken) => Promise<T>): Promise<T | null> {
    const source = new CancellationTokenSource();
    this.source = source;
    const working = work(source.token);
    const options = {
      location: ProgressLocation.Notification,
      title: 'Searching the log',
      cancellable: true,
    };
    const patience = setTimeout(() => {
      void window.withProgress(options, (_, token) => {
        token.onCancellationRequested(() => source.cancel());
        return working.then(
          () => undefined,
          () => undefined,
        );
      });
    }, patienceMs);
    try {
      return await working;
    } catch (error: unknown) {
      if (source.token.isCancellationRequested) return null;
      throw error;
    } finally {
      clearTimeout(patience);
      if (this.source === source) this.source = null;
      source.dispose();
    }
  }
}

const begunAnew = {
  1: '$(arrow-down) Begun anew at the beginning of the log.',
  [-1]: '$(arrow-up) Begun anew at the end of the log.',
} as const;

function nothing(text: string | null): string {
  return text === null ? 'No line of this log tells of an error.' : `No line of this log has “${text}”.`;
}

/** Where the text stands in a line of the document. */
function revealText(editor: TextEditor, line: number, text: string): void {
  const { start, end } = columnsOf(editor.document.lineAt(line).text, text);
  reveal(editor, line, start, end);
}
