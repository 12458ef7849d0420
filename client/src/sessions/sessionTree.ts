/** The view `phasewise.sessions`: asked of the server while it is shown, and after runs. */
import {
  commands,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  window,
  type Disposable,
  type LogOutputChannel,
  type TreeDataProvider,
  type TreeView,
} from 'vscode';
import type { LanguageServer } from '../languageServer';
import { detached } from '../log';
import type { ServerState, Subscription } from '../serverState';
import { sessionItems, sessionsSum, type SessionItem } from './sessionItems';

const viewId = 'phasewise.sessions';

export class SessionTree implements TreeDataProvider<string>, Disposable {
  private readonly changed = new EventEmitter<undefined>();
  private readonly view: TreeView<string>;
  private readonly subscriptions: readonly Subscription[];
  private items: readonly SessionItem[] = [];
  private asking = 0;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly server: LanguageServer,
    state: ServerState,
    private readonly log: LogOutputChannel,
  ) {
    this.view = window.createTreeView(viewId, { treeDataProvider: this, canSelectMany: true });
    this.subscriptions = [
      this.view,
      this.changed,
      this.view.onDidChangeVisibility(({ visible }) => visible && this.refreshSoon()),
      state.onActivity(({ kind, event }) => {
        if ((kind === 'run' || kind === 'replay') && event.type === 'finished' && this.view.visible)
          this.refreshSoon();
      }),
    ];
    if (this.view.visible) this.refreshSoon();
  }

  /** The rows as shown. */
  get rows(): readonly SessionItem[] {
    return this.items;
  }

  /** The selected rows. */
  get selected(): readonly SessionItem[] {
    return this.items.filter(({ id }) => this.view.selection.includes(id));
  }

  row(id: string): SessionItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  getChildren(id?: string): string[] {
    return id === undefined ? this.items.map((item) => item.id) : [];
  }

  getTreeItem(id: string): TreeItem {
    const item = this.row(id);
    return item === undefined ? new TreeItem('') : toTreeItem(item);
  }

  /** Asks the server; of several questions under way the last one's answer is shown. */
  async refresh(): Promise<void> {
    const asking = ++this.asking;
    const list = await window.withProgress({ location: { viewId } }, () =>
      this.server.ask((requests) => requests.sessions()),
    );
    if (asking !== this.asking) return;
    this.items = sessionItems(list, Date.now());
    this.view.description = sessionsSum(list);
    void commands.executeCommand('setContext', 'phasewise.hasSessions', this.items.length > 0);
    this.changed.fire(undefined);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private refreshSoon(): void {
    detached(this.log, 'list of sessions', this.refresh());
  }
}

function toTreeItem(item: SessionItem): TreeItem {
  const treeItem = new TreeItem(item.label);
  const { name, color } = item.icon;
  treeItem.id = item.id;
  treeItem.description = item.description;
  treeItem.iconPath = new ThemeIcon(name, color === null ? undefined : new ThemeColor(color));
  treeItem.tooltip = new MarkdownString(item.tooltip);
  treeItem.contextValue = item.context;
  treeItem.accessibilityInformation = { label: item.spoken };
  if (item.context.includes(';file;'))
    treeItem.command = { command: 'phasewise.openSessionFile', title: 'Open File', arguments: [item.id] };
  return treeItem;
}
