/** Which Nix file the tree shows: that of the active editor, kept while the focus is elsewhere. */
import {
  EventEmitter,
  TabInputText,
  TabInputTextDiff,
  window,
  type Disposable,
  type TextEditor,
} from 'vscode';

export class ActiveFile implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly subscriptions: readonly Disposable[];
  private current: string | null = null;
  private passing: string | null = null;

  readonly onDidChange = this.changed.event;

  constructor() {
    this.subscriptions = [
      window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.length > 0) this.leaveClosed();
      }),
    ];
    this.set(visibleNixFile());
  }

  /** The file's URI as the server knows it; null when none is open. */
  get uri(): string | null {
    return this.current;
  }

  /** The next editor of this file is only looked at: the tree stays with the file it shows. */
  lookAt(uri: string): void {
    this.passing = uri === this.current ? null : uri;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private follow(editor: TextEditor | undefined): void {
    if (editor === undefined) return;
    const uri = editor.document.uri.toString();
    const passing = this.passing === uri && this.current !== null;
    if (!passing) this.passing = null;
    if (passing) return;
    if (isNixFile(editor)) this.set(uri);
    else this.leaveClosed();
  }

  /** VS Code may keep the document of a closed tab for minutes: the tab is what counts. */
  private leaveClosed(): void {
    if (this.current === null || hasTab(this.current)) return;
    if (this.passing !== null && hasTab(this.passing)) return;
    const next = visibleNixFile();
    this.set(next !== null && hasTab(next) ? next : null);
  }

  private set(uri: string | null): void {
    if (uri === this.current) return;
    this.current = uri;
    this.changed.fire();
  }
}

function hasTab(uri: string): boolean {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.some(({ input }) => {
    if (input instanceof TabInputText) return input.uri.toString() === uri;
    return input instanceof TabInputTextDiff && input.modified.toString() === uri;
  });
}

function isNixFile(editor: TextEditor): boolean {
  return editor.document.languageId === 'nix';
}

function visibleNixFile(): string | null {
  const editors = [window.activeTextEditor, ...window.visibleTextEditors];
  return editors.find((editor) => editor !== undefined && isNixFile(editor))?.document.uri.toString() ?? null;
}
