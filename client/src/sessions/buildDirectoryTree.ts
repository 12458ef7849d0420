/**
 * The view `phasewise.buildDirectories` in the Explorer. A view and not a folder of the workspace: adding a folder restarts every
 * extension, asks whether its authors are trusted, and leaves a workspace file to be saved.
 */
import {
  commands,
  EventEmitter,
  FileType,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
  type Disposable,
  type LogOutputChannel,
  type Memento,
  type TreeDataProvider,
  type TreeView,
} from 'vscode';
import { detached } from '../log';
import type { ServerState, Subscription } from '../serverState';
import {
  compareEntries,
  followed,
  readDirectories,
  withDirectory,
  type BuildDirectory,
} from './buildDirectories';

const viewId = 'phasewise.buildDirectories';
const storedName = 'phasewise.buildDirectories';

/** A row: a build directory, or what is in one. */
export interface BuildRow {
  readonly uri: Uri;
  readonly isFolder: boolean;
  /** Null for what is in one. */
  readonly directory: BuildDirectory | null;
}

export class BuildDirectoryTree implements TreeDataProvider<BuildRow>, Disposable {
  private readonly changed = new EventEmitter<undefined>();
  private readonly view: TreeView<BuildRow>;
  private readonly subscriptions: readonly Subscription[];
  private roots: readonly BuildRow[] = [];

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly memory: Memento,
    private readonly state: ServerState,
    private readonly log: LogOutputChannel,
  ) {
    this.view = window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: true });
    this.subscriptions = [
      this.view,
      this.changed,
      state.onDidChange(() => this.follow()),
      state.onActivity(({ event }) => {
        if (event.type === 'finished') this.refresh();
      }),
      workspace.onDidSaveTextDocument(({ uri }) => {
        if (this.shown.some(({ folder }) => uri.path.startsWith(`${folder}/`))) this.refresh();
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.refresh();
      }),
    ];
    this.show(readDirectories(memory.get<unknown>(storedName)));
  }

  /** The directories as shown. */
  get shown(): readonly BuildDirectory[] {
    return this.roots.flatMap(({ directory }) => directory ?? []);
  }

  /** Shows a session's build directory, opened, and moves the focus to the view. */
  async add(directory: BuildDirectory): Promise<void> {
    await this.keep(withDirectory(this.shown, directory));
    await commands.executeCommand(`${viewId}.focus`);
  }

  async remove(id: string): Promise<void> {
    await this.keep(this.shown.filter((directory) => directory.id !== id));
  }

  /** Reads the folders that are open again. */
  refresh(): void {
    if (this.roots.length > 0 && this.view.visible) this.changed.fire(undefined);
  }

  async getChildren(row?: BuildRow): Promise<BuildRow[]> {
    if (row === undefined) return [...(await this.livingRoots())];
    const entries = await workspace.fs.readDirectory(row.uri).then(
      (found) => found,
      () => [],
    );
    return entries
      .map(([name, type]) => ({ name, isFolder: type === FileType.Directory }))
      .sort(compareEntries)
      .map(({ name, isFolder }) => ({ uri: Uri.joinPath(row.uri, name), isFolder, directory: null }));
  }

  getTreeItem({ uri, isFolder, directory }: BuildRow): TreeItem {
    const item = new TreeItem(uri, isFolder ? TreeItemCollapsibleState.Collapsed : undefined);
    item.id = directory === null ? uri.toString() : directory.id;
    item.contextValue = directory === null ? (isFolder ? 'folder' : 'file') : 'directory';
    if (directory !== null) {
      item.collapsibleState = TreeItemCollapsibleState.Expanded;
      item.label = directory.name;
      item.description = directory.folder;
      item.iconPath = new ThemeIcon('package');
      item.accessibilityInformation = { label: `build directory of ${directory.name}` };
      return item;
    }
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    item.accessibilityInformation = { label: `${isFolder ? 'folder' : 'file'} ${name}` };
    if (!isFolder) item.command = { command: 'vscode.open', title: 'Open', arguments: [uri] };
    return item;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** A session that was dropped took its build directory with it. */
  private async livingRoots(): Promise<readonly BuildRow[]> {
    const { roots } = this;
    const living = await Promise.all(
      roots.map(({ uri }) =>
        workspace.fs.stat(uri).then(
          () => true,
          () => false,
        ),
      ),
    );
    const gone = roots.filter((_, index) => living[index] === false);
    if (gone.length === 0 || roots !== this.roots) return this.roots;
    const left = this.shown.filter(({ id }) => !gone.some(({ directory }) => directory?.id === id));
    this.setRoots(left);
    await this.memory.update(storedName, left);
    return this.roots;
  }

  private follow(): void {
    const now = followed(this.shown, this.state.allSessions());
    const moved = now.some(({ folder }, index) => folder !== this.shown[index]?.folder);
    if (moved) detached(this.log, 'build directories', this.keep(now));
  }

  private async keep(directories: readonly BuildDirectory[]): Promise<void> {
    this.show(directories);
    await this.memory.update(storedName, directories);
  }

  private show(directories: readonly BuildDirectory[]): void {
    this.setRoots(directories);
    this.changed.fire(undefined);
  }

  private setRoots(directories: readonly BuildDirectory[]): void {
    this.roots = directories.map((directory) => ({
      ...{ uri: Uri.file(directory.folder), isFolder: true, directory },
    }));
    void commands.executeCommand('setContext', 'phasewise.hasBuildDirectories', directories.length > 0);
  }
}
