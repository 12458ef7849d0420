/** An output channel for logs, in colour as long as it is small. */
import { languages, window, workspace, type Disposable, type OutputChannel } from 'vscode';

const colouredLanguage = 'nix-log';
/**
 * In UTF-16 units. VS Code colours every line of a channel, seen or not, and works its colours into each piece that follows: of 20 MB for a minute, in
 * which the window hardly answers.
 */
const mostColoured = 2_000_000;

export class LogChannel implements Disposable {
  private readonly channel: OutputChannel;
  private length = 0;

  constructor(private readonly title: string) {
    this.channel = window.createOutputChannel(title, colouredLanguage);
  }

  append(text: string): void {
    if (text === '') return;
    this.channel.append(text);
    this.length += text.length;
    if (this.length > mostColoured) this.setLanguage('plaintext');
  }

  clear(): void {
    this.channel.clear();
    this.length = 0;
    this.setLanguage(colouredLanguage);
  }

  /** Without taking the focus. */
  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }

  /** A channel that was not shown has no document yet. */
  private setLanguage(language: string): void {
    for (const document of workspace.textDocuments) {
      const { uri, languageId } = document;
      if (uri.scheme !== 'output' || !uri.path.endsWith(`-${this.title}`) || languageId === language)
        continue;
      void languages.setTextDocumentLanguage(document, language);
    }
  }
}
