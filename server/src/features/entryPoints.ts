/** Through which set each open document is evaluated: as the user says, else found from who calls it; kept until files change. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileTree } from '../analysis/across/fileTrees';
import type { FileUse } from '../analysis/across/fileUses';
import type { EntryPoint } from '../analysis/across/entryPoint';
import {
  configurationAt,
  configurationsIn,
  hasConfigurations,
  isWrittenIn,
  type Configuration,
} from '../analysis/modules/flakeConfigurations';
import type { Documents, OpenDocument } from '../documents';
import type { EntryTold } from '../protocol/kindMessages';
import { entryNamed, findEntryPoint } from '../workspace/entryPoints';
import { fileUse } from '../workspace/fileUses';
import { importingModules, topModule } from '../workspace/moduleImporters';
import { foldersUpTo } from '../workspace/folders';
import { fileTreeOf, type Workspace } from '../workspace/workspace';
import type { WorkspaceState } from './workspaceState';
import { readEntry, writtenEntry, type WrittenEntry } from './writtenEntries';

/** Documents whose callers are remembered. */
const mostKept = 50;

export interface ChosenEntry {
  readonly entry: EntryPoint;
  readonly from: EntryTold['from'];
}

/** A configuration of a flake that a module is in. */
export interface ChosenConfiguration extends Configuration {
  /** Absolute path of the `flake.nix`. */
  readonly flake: string;
  readonly from: EntryTold['from'];
}

interface Kept {
  /** What the user had written. */
  readonly written: string | null;
  readonly chosen: ChosenEntry | null;
}

export class EntryPoints {
  private readonly kept = new Map<string, Kept>();
  private readonly uses = new Map<string, FileUse | null>();
  private readonly tops = new Map<string, string>();
  private readonly configured = new Map<string, readonly ChosenConfiguration[]>();

  constructor(
    documents: Documents,
    private readonly state: WorkspaceState,
    private readonly workspace: Workspace,
  ) {
    const forget = () => this.forget();
    documents.closed.add(({ uri }) => {
      this.kept.delete(uri);
      this.uses.delete(uri);
      this.tops.delete(uri);
      this.configured.delete(uri);
    });
    documents.saved.add(forget);
    state.changed.add(forget);
    state.foldersChanged.add(forget);
  }

  /** Files changed on the disk. */
  forget(): void {
    this.kept.clear();
    this.uses.clear();
    this.tops.clear();
    this.configured.clear();
  }

  /** None for a module of a configuration: that makes no derivation of it. */
  async of(document: OpenDocument, signal: AbortSignal): Promise<EntryPoint | null> {
    const entry = (await this.chosen(document, signal))?.entry ?? null;
    return entry !== null && configurationAt(entry.attrs[0] ?? []) !== null ? null : entry;
  }

  /** The configurations that a module is in: the one that the user names, else those of the flake around whose modules bring it. */
  async configurations(document: OpenDocument, signal: AbortSignal): Promise<readonly ChosenConfiguration[]> {
    const { uri, file } = document;
    const chosen = await this.chosen(document, signal);
    const named = configurationAt(chosen?.entry.attrs[0] ?? []);
    if (chosen !== null && named !== null) {
      return [{ ...named, flake: chosen.entry.file, from: chosen.from }];
    }
    const known = this.configured.get(uri);
    if (known !== undefined) return known;
    const flake = await this.flakeAround(file);
    const written = flake === null ? [] : configurationsIn(flake);
    const { workspace } = this;
    const search = { files: workspace.files, trees: workspace.now(file) };
    const modules = written.length === 0 ? new Set<string>() : await importingModules(file, search, signal);
    const found = written.flatMap((one): readonly ChosenConfiguration[] => {
      const { output, name } = one;
      return isWrittenIn(one, modules) ? [{ output, name, flake: flake?.file ?? '', from: 'found' }] : [];
    });
    if (!signal.aborted) this.configured.set(uri, found);
    return found;
  }

  /** The nearest `flake.nix` above a file, in the folder of the workspace that it is in, when it has configurations. */
  async flakeAround(file: string): Promise<FileTree | null> {
    const { workspace, state } = this;
    for (const folder of foldersUpTo(state.topOf(file), file)) {
      const flake = join(folder, 'flake.nix');
      const tree = existsSync(flake) ? await workspace.now(file).read(flake) : null;
      if (tree !== null) return hasConfigurations(tree.tree.text) ? tree : null;
    }
    return null;
  }

  /** What other files take the document for; null where none tells. */
  async use(document: OpenDocument, signal: AbortSignal): Promise<FileUse | null> {
    const { uri, file } = document;
    const known = this.uses.get(uri);
    if (known !== undefined) return known;
    const { workspace, state } = this;
    const search = { files: workspace.files, trees: workspace.now(file) };
    const folder = state.folderOf(file) ?? '';
    const found = await fileUse(fileTreeOf(document), file.slice(folder.length), search, signal);
    if (!signal.aborted) this.uses.set(uri, found);
    return found;
  }

  /** The same as far as it was found out already. */
  knownUse({ uri }: Pick<OpenDocument, 'uri'>): FileUse | null {
    return this.uses.get(uri) ?? null;
  }

  /** The module that brings a module, through others or itself: its absolute path. */
  async moduleTop({ uri, file }: Pick<OpenDocument, 'uri' | 'file'>, signal: AbortSignal): Promise<string> {
    const known = this.tops.get(uri);
    if (known !== undefined) return known;
    const { workspace } = this;
    const top = await topModule(file, { files: workspace.files, trees: workspace.now(file) }, signal);
    if (!signal.aborted) this.tops.set(uri, top);
    return top;
  }

  /** Null when the file is evaluated as it stands. */
  async chosen(document: OpenDocument, signal: AbortSignal): Promise<ChosenEntry | null> {
    const { uri, file, tree } = document;
    const { state } = this;
    const { entries } = state.settingsOf(file).evaluation;
    const written = writtenEntry(file, tree, entries, state.topOf(file));
    const told = written === null ? null : `${written.from} ${written.text}`;
    const known = this.kept.get(uri);
    if (known?.written === told) return known.chosen;
    const chosen =
      written === null ? await this.found(document, signal) : await this.named(document, written);
    if (signal.aborted) return null;
    const [oldest] = this.kept.keys();
    if (this.kept.size >= mostKept && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(uri, { written: told, chosen });
    return chosen;
  }

  /** What the files of the workspace tell, whatever the user says. */
  async found(document: OpenDocument, signal: AbortSignal): Promise<ChosenEntry | null> {
    const { workspace, state } = this;
    const { file } = document;
    const top = state.folderOf(file);
    const search = { files: workspace.files, trees: workspace.now(file), top };
    const entry = await findEntryPoint(fileTreeOf(document), search, signal);
    return entry === null ? null : { entry, from: 'found' };
  }

  private async named(document: OpenDocument, written: WrittenEntry): Promise<ChosenEntry | null> {
    const wanted = readEntry(written);
    if (wanted === null) return null;
    const isFolder = (await stat(wanted.path).catch(() => null))?.isDirectory() === true;
    const path = isFolder ? await setIn(wanted.path) : wanted.path;
    const tree = await this.workspace.now(document.file).read(path);
    return { entry: entryNamed(fileTreeOf(document), tree, path, wanted.attr), from: written.from };
  }
}

/** What a folder's name stands for: its `default.nix`, as for Nix, or else the flake that it is. */
async function setIn(folder: string): Promise<string> {
  const [usual, flake] = [join(folder, 'default.nix'), join(folder, 'flake.nix')];
  const isThere = async (file: string): Promise<boolean> =>
    (await stat(file).catch(() => null))?.isFile() === true;
  return !(await isThere(usual)) && (await isThere(flake)) ? flake : usual;
}
