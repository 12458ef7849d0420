/** What the checks say of the workspace's files that are not open, for those who want to see all of them. */
import { readFile } from 'node:fs/promises';
import { withoutMark, type Documents, type ParseText } from '../documents';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { Diagnostic } from '../protocol/model';
import { fileStamp } from '../workspace/fileStamp';
import { inTurns } from '../workspace/inTurns';
import type { Workspace } from '../workspace/workspace';
import { Listeners } from './listeners';
import type { Touched, WorkspaceState } from './workspaceState';

export interface WorkspaceProblemsParts {
  readonly documents: Documents;
  readonly engine: Engine;
  readonly workspace: Workspace;
  readonly parse: ParseText;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

interface Checked {
  readonly file: string;
  readonly stamp: string;
  readonly found: readonly Diagnostic[];
}

/** Files that change together are looked at together. */
const pauseMs = 200;

export class WorkspaceProblems {
  /** The URI of a file of which something else is known now. */
  readonly changed = new Listeners<string>();
  /** By URI. */
  private readonly known = new Map<string, Checked>();
  private checking: AbortController | null = null;
  private waiting: NodeJS.Timeout | null = null;

  constructor(private readonly parts: WorkspaceProblemsParts) {
    const { documents, state } = parts;
    documents.closed.add(() => this.checkSoon());
    documents.opened.add(({ uri }) => this.known.delete(uri));
    state.changed.add((touched) => {
      this.forget(touched);
      this.checkSoon();
    });
  }

  /** Of a file that is not open; empty where the setting does not want them. */
  of(uri: string): readonly Diagnostic[] {
    return this.known.get(uri)?.found ?? [];
  }

  /** Files of the workspace, or settings, are others now. */
  checkSoon(): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.check().catch((error: unknown) => {
        this.parts.log.error("The workspace's files could not be checked", error);
      });
    }, pauseMs);
  }

  dispose(): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.checking?.abort();
  }

  private async check(): Promise<void> {
    this.checking?.abort();
    const { signal } = (this.checking = new AbortController());
    const { workspace, state, documents } = this.parts;
    const isWanted = (file: string | null): boolean => state.settingsOf(file).checks.wholeWorkspace;
    const all = state.folders.some(isWanted) ? await workspace.files.list() : [];
    const files = new Set(all.filter(isWanted));
    for (const { file } of [...this.known.values()]) if (!files.has(file)) this.keep(file, null);
    const look = async (file: string): Promise<void> => {
      if (documents.ofFile(file) === null) await this.checkFile(file);
    };
    await inTurns(files, look, signal);
  }

  private forget(touched: Touched): void {
    for (const [uri, checked] of this.known)
      if (touched(checked.file)) this.known.set(uri, { ...checked, stamp: '' });
  }

  private async checkFile(file: string): Promise<void> {
    const stamp = await fileStamp(file);
    if (stamp === null) return this.keep(file, null);
    if (this.known.get(this.parts.documents.uriOf(file))?.stamp === stamp) return;
    const text = await readFile(file, 'utf8').catch(() => null);
    // It may have been opened meanwhile.
    if (text === null || this.parts.documents.ofFile(file) !== null) return this.keep(file, null);
    const tree = this.parts.parse(withoutMark(text), null, null);
    try {
      const target = { kind: 'nix' as const, file, attr: '', tree, unsaved: false };
      const found = this.parts.engine.checkStatic(target).filter(({ severity }) => severity !== 'hint');
      this.keep(file, { file, stamp, found });
    } finally {
      tree.dispose();
    }
  }

  private keep(file: string, checked: Checked | null): void {
    const uri = this.parts.documents.uriOf(file);
    const before = this.known.get(uri)?.found ?? [];
    if (checked === null) this.known.delete(uri);
    else this.known.set(uri, checked);
    if (before.length > 0 || (checked?.found.length ?? 0) > 0) this.changed.fire(uri);
  }
}
