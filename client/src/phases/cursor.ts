/** The derivation at the cursor of the file that the tree shows, and the tree's following of it. */
import { window, type Disposable, type TextEditor } from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import { followsCursor } from '../config';
import { keyName, type ServerState, type Subscription } from '../serverState';
import type { ActiveFile } from './activeFile';
import { derivationAt } from './derivationAt';
import type { PhaseTree } from './phaseTree';

export class Cursor {
  constructor(
    private readonly state: ServerState,
    private readonly active: ActiveFile,
  ) {}

  /** The derivation that the cursor stands in; undefined when there is none, or no editor of the file is in front. */
  get derivation(): DerivationKey | undefined {
    const { uri } = this.active;
    const drawing = uri === null ? undefined : this.state.drawing(uri);
    const editor = editorOf(uri);
    if (uri === null || drawing === undefined || editor === undefined) return undefined;
    const found = derivationAt(drawing.derivations, editor.document.uri.fsPath, editor.selection.active);
    return found && { uri, attr: found.attr };
  }
}

/** Brings the row of the derivation at the cursor into view each time that this is another one. */
export class CursorFollower implements Disposable {
  private readonly subscriptions: readonly Subscription[];
  private followed: string | null = null;

  constructor(
    private readonly cursor: Cursor,
    private readonly tree: PhaseTree,
    state: ServerState,
  ) {
    this.subscriptions = [
      window.onDidChangeTextEditorSelection(() => this.follow()),
      window.onDidChangeActiveTextEditor(() => this.follow()),
      tree.onDidShow(() => this.follow()),
      state.onDidChange(() => this.follow()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private follow(): void {
    if (!followsCursor() || !this.tree.visible) return;
    const { derivation } = this.cursor;
    if (derivation === undefined) return;
    const id = keyName(derivation);
    if (id === this.followed || this.tree.row(id) === undefined) return;
    this.followed = id;
    void this.tree.bringUp(id);
  }
}

function editorOf(uri: string | null): TextEditor | undefined {
  const editors = [window.activeTextEditor, ...window.visibleTextEditors];
  return editors.find((editor) => editor?.document.uri.toString() === uri);
}
