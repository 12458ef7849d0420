/** Through which set each open document is evaluated: found from who calls it, kept until files change. */
import type { EntryPoint } from '../analysis/across/entryPoint';
import type { Documents, OpenDocument } from '../documents';
import { findEntryPoint } from '../workspace/entryPoints';
import { fileTreeOf, type Workspace } from '../workspace/workspace';
import type { WorkspaceState } from './workspaceState';

/** Documents whose callers are remembered. */
const mostKept = 50;

export class EntryPoints {
  private readonly found = new Map<string, EntryPoint | null>();

  constructor(
    documents: Documents,
    private readonly state: WorkspaceState,
    private readonly workspace: Workspace,
  ) {
    const forget = () => this.forget();
    documents.opened.add(forget);
    documents.saved.add(forget);
    state.changed.add(forget);
    state.foldersChanged.add(forget);
  }

  /** Files changed on the disk. */
  forget(): void {
    this.found.clear();
  }

  async of(document: OpenDocument, signal: AbortSignal): Promise<EntryPoint | null> {
    const { uri } = document;
    const known = this.found.get(uri);
    if (known !== undefined) return known;
    const { workspace, state } = this;
    const search = { files: workspace.files, trees: workspace.now(), folders: state.folders };
    const entry = await findEntryPoint(fileTreeOf(document), search, signal);
    if (signal.aborted) return null;
    const [oldest] = this.found.keys();
    if (this.found.size >= mostKept && oldest !== undefined) this.found.delete(oldest);
    this.found.set(uri, entry);
    return entry;
  }
}
