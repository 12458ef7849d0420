/** The view `phasewise.phases`: shows the rows of the active file and keeps the context keys of its menus. */
import {
  commands,
  EventEmitter,
  FileDecoration,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
  type Disposable,
  type Event,
  type FileDecorationProvider,
  type TreeDataProvider,
  type TreeView,
} from 'vscode';
import { clickAction } from '../config';
import { keyName, type ServerState, type Subscription } from '../serverState';
import { isInStore } from '../words';
import { drawingMessage } from './drawingMessage';
import type { ActiveFile } from './activeFile';
import { clicked } from './phaseArgument';
import { phaseItems } from './phaseItems';
import { type PhaseItem } from './phaseItem';
import { pinnedItems } from './pinnedItems';
import type { Pins } from './pins';
import { rowChanges } from './rowChanges';
import { storePathName } from '../../../server/src/protocol/storePath';

const viewId = 'phasewise.phases';
const busyDelayMs = 1000;
/** Rows with this scheme as their resource are dimmed. */
const dimmedScheme = 'phasewise-dimmed';

/** VS Code knows a row by its id, which outlives every redrawing; what the row shows is looked up when asked. */
export class PhaseTree implements TreeDataProvider<string>, Disposable {
  private readonly treeChanged = new EventEmitter<string[] | undefined>();
  private readonly view: TreeView<string>;
  private readonly subscriptions: readonly Subscription[];
  private readonly byId = new Map<string, PhaseItem>();
  private readonly parents = new Map<string, string>();
  /** Rows whose tooltip VS Code has and keeps. */
  private readonly resolved = new Set<string>();
  private items: readonly PhaseItem[] = [];
  private endBusy: (() => void) | null = null;

  readonly onDidChangeTreeData = this.treeChanged.event;
  /** The view was brought up or hidden. */
  readonly onDidShow: Event<unknown>;

  constructor(
    private readonly state: ServerState,
    private readonly active: ActiveFile,
    private readonly pins: Pins,
  ) {
    this.view = window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: true });
    this.onDidShow = this.view.onDidChangeVisibility;
    this.subscriptions = [
      this.view,
      this.treeChanged,
      window.registerFileDecorationProvider(dimming),
      state.onDidChange(() => this.update()),
      active.onDidChange(() => this.update()),
      pins.onDidChange(() => this.update()),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('phasewise.phases')) this.treeChanged.fire(undefined);
      }),
    ];
    this.update();
  }

  /** The rows as shown. */
  get rows(): readonly PhaseItem[] {
    return this.items;
  }

  /** The line above the rows; empty when there is none. */
  get message(): string {
    return this.view.message ?? '';
  }

  /** The row that is selected; undefined when none is. */
  get selected(): PhaseItem | undefined {
    const [id] = this.view.selection;
    return id === undefined ? undefined : this.row(id);
  }

  /** The row with this id as it is now; undefined when there is none any more. */
  row(id: string): PhaseItem | undefined {
    return this.byId.get(id);
  }

  get visible(): boolean {
    return this.view.visible;
  }

  /** Shows this row opened, and selects it unless a row of the same derivation is; the focus stays where it is. */
  async bringUp(id: string): Promise<void> {
    const row = this.row(id);
    if (row === undefined) return;
    const { selected } = this;
    const isWithin = selected !== undefined && selected.uri === row.uri && selected.attr === row.attr;
    await this.view.reveal(id, { select: !isWithin, focus: false, expand: true });
  }

  getChildren(id?: string): string[] {
    const items = id === undefined ? this.items : (this.row(id)?.children ?? []);
    return items.map((item) => item.id);
  }

  getParent(id: string): string | undefined {
    return this.parents.get(id);
  }

  getTreeItem(id: string): TreeItem {
    const item = this.row(id);
    this.resolved.delete(id);
    return item === undefined ? new TreeItem('') : toTreeItem(item);
  }

  resolveTreeItem(treeItem: TreeItem, id: string): TreeItem {
    const tooltip = this.row(id)?.tooltip;
    if (tooltip === undefined) return treeItem;
    this.resolved.add(id);
    treeItem.tooltip = new MarkdownString(tooltip, true);
    return treeItem;
  }

  dispose(): void {
    this.endBusy?.();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const { uri } = this.active;
    const drawing = uri === null ? undefined : this.state.drawing(uri);
    const before = this.items;
    const own =
      drawing === undefined
        ? []
        : phaseItems(drawing, this.state.status, ({ attr }) => this.state.shown({ uri: drawing.uri, attr }));
    this.items = [...own, ...this.pinnedRows()];
    this.byId.clear();
    this.parents.clear();
    this.remember(this.items, null);
    this.view.message = uri === null ? undefined : drawingMessage(fileName(uri), drawing);
    this.showBusy(drawing?.busy === true || (uri !== null && drawing === undefined));
    this.setContext(uri, drawing !== undefined);
    const changes = rowChanges(before, this.items, this.resolved);
    if (changes === 'all') this.treeChanged.fire(undefined);
    else if (changes.length > 0) this.treeChanged.fire([...changes]);
  }

  private pinnedRows(): readonly PhaseItem[] {
    return pinnedItems(this.pins.all, {
      drawingOf: (key) => this.state.pinnedDrawing(key),
      shownOf: (key) => this.state.shown(key),
      placeOf: (uri) => placeName(Uri.parse(uri).path),
    });
  }

  private remember(items: readonly PhaseItem[], parent: string | null): void {
    for (const item of items) {
      this.byId.set(item.id, item);
      if (parent !== null) this.parents.set(item.id, parent);
      this.remember(item.children, item.id);
    }
  }

  /** Shows progress only for what takes long: an evaluation after each edit would make the view flicker. */
  private showBusy(busy: boolean): void {
    if (!busy) {
      this.endBusy?.();
      this.endBusy = null;
      return;
    }
    if (this.endBusy !== null) return;
    const timer = setTimeout(() => {
      void window.withProgress(
        { location: { viewId } },
        () => new Promise<void>((resolve) => (this.endBusy = resolve)),
      );
    }, busyDelayMs);
    this.endBusy = () => clearTimeout(timer);
  }

  private setContext(uri: string | null, drawn: boolean): void {
    const none = drawn ? 'noDerivation' : 'drawing';
    const view = this.items.length > 0 ? 'derivations' : uri === null ? 'noFile' : none;
    const running = [...this.byId.values()].some(
      (item) => item.kind === 'derivation' && this.state.activity(item)?.status === null,
    );
    const { state } = this.state.status;
    const stoppable = this.state.running().length > 0;
    const keys = { view, running, stoppable, nix: state, ready: state === 'ready' };
    for (const [name, value] of Object.entries(keys))
      void commands.executeCommand('setContext', `phasewise.${name}`, value);
  }
}

function fileName(uri: string): string {
  return workspace.asRelativePath(Uri.parse(uri));
}

/** Of a store path its name, without the hash. */
function placeName(path: string): string {
  return isInStore(path) ? storePathName(path) : fileName(Uri.file(path).toString());
}

function toTreeItem(item: PhaseItem): TreeItem {
  const treeItem = new TreeItem(item.label, collapsible(item));
  treeItem.id = item.id;
  treeItem.description = item.description;
  treeItem.iconPath = new ThemeIcon(
    item.icon.name,
    item.icon.color === null ? undefined : new ThemeColor(item.icon.color),
  );
  treeItem.contextValue = item.context;
  treeItem.accessibilityInformation = { label: item.spoken };
  if (item.dimmed) treeItem.resourceUri = Uri.from({ scheme: dimmedScheme, path: `/${keyName(item)}` });
  treeItem.command = clickCommand(item);
  return treeItem;
}

function collapsible(item: PhaseItem): TreeItemCollapsibleState {
  if (item.children.length === 0) return TreeItemCollapsibleState.None;
  return item.expanded ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}

function clickCommand(item: PhaseItem): TreeItem['command'] {
  if (item.kind === 'notice')
    return { command: 'phasewise.showMenu', title: 'What to Do', arguments: [item.id] };
  if (item.context.startsWith('inputs;missing;'))
    return { command: 'phasewise.buildInputs', title: 'Build Inputs', arguments: [item.id] };
  const runs = item.kind === 'phase' && item.context.includes(';runnable;') && clickAction() === 'run';
  if (runs) return { command: 'phasewise.runPhase', title: 'Run Phase', arguments: [item.id] };
  if (item.definition === null) return undefined;
  return { command: 'phasewise.goToDefinition', title: 'Go to Definition', arguments: [item.id, clicked] };
}

const dimming: FileDecorationProvider = {
  provideFileDecoration: (uri) =>
    uri.scheme === dimmedScheme
      ? new FileDecoration(undefined, undefined, new ThemeColor('disabledForeground'))
      : undefined,
};
