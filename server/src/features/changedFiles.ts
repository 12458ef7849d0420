/** `workspace/didChangeWatchedFiles`: derivations of open documents are evaluated again when what they are made of changes on the disk. */
import { dirname, resolve } from 'node:path';
import { FileChangeType, type Connection } from 'vscode-languageserver/node';
import type { Documents, OpenDocument } from '../documents';
import { fileOf } from '../documents';
import type { Logger } from '../environment';
import { walk } from '../syntax/walk';
import type { EntryPoints } from './entryPoints';
import type { Evaluations } from './evaluations';
import type { Failures } from './failures';
import { guarded } from './handler';
import type { Workspace } from '../workspace/workspace';
import type { WorkspaceProblems } from './workspaceProblems';

export interface ChangedFilesParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly evaluations: Evaluations;
  readonly workspace: Workspace;
  readonly entries: EntryPoints;
  readonly others: WorkspaceProblems;
  readonly failures: Failures;
  readonly log: Logger;
}

export class ChangedFiles {
  /** Changed while they were being evaluated: they wait for its end, which a file that always changes would never let come. */
  private readonly waiting = new Set<string>();
  /** Of these it is said that git does not know what they are made of. */
  private readonly untracked = new Set<string>();

  constructor(private readonly parts: ChangedFilesParts) {
    const { connection, documents, evaluations, log } = parts;
    connection.onDidChangeWatchedFiles(
      guarded(log, 'Changed files', ({ changes }) =>
        this.changed(
          changes.flatMap(({ uri }) => fileOf(uri) ?? []),
          changes.every(({ type }) => type === FileChangeType.Changed),
        ),
      ),
    );
    evaluations.finished.add(({ document, evaluated }) => {
      this.untracked.delete(document.uri);
      if (evaluated.diagnostics.some(({ code }) => code === 'untracked-file'))
        this.untracked.add(document.uri);
      if (this.waiting.delete(document.uri)) evaluations.again(document);
    });
    documents.closed.add(({ uri }) => {
      this.waiting.delete(uri);
      this.untracked.delete(uri);
    });
  }

  /** Git may know more than it did. */
  gitChanged(): void {
    this.again((document) => this.untracked.has(document.uri));
  }

  private changed(files: readonly string[], areEdits: boolean): void {
    const { workspace } = this.parts;
    workspace.files.changed(areEdits ? files : null);
    this.parts.entries.forget();
    this.parts.failures.changedOnDisk(files);
    if (files.some((file) => file.endsWith('.nix'))) this.parts.others.checkSoon();
    if (files.some((file) => /\/\.git\/(?:.*\/)?index$/.test(file))) this.gitChanged();
    const counted = files.filter((file) => !isInternal(file));
    if (counted.length === 0) return;
    this.again((document) => document.onDisk && isMadeOf(document, counted));
  }

  private again(which: (document: OpenDocument) => boolean): void {
    const { documents, evaluations } = this.parts;
    for (const document of documents.all().filter(which)) {
      if (evaluations.hasBegun(document.uri)) this.waiting.add(document.uri);
      else if (!evaluations.isPending(document.uri)) evaluations.again(document);
    }
  }
}

/** What git and package managers keep for themselves: no source, or too much of one to follow. */
function isInternal(file: string): boolean {
  return /\/(?:\.git|\.direnv|node_modules)\//.test(file);
}

/** Any Nix file may be imported; another file counts where a path of the text leads to it or to a folder around it. */
function isMadeOf(document: OpenDocument, files: readonly string[]): boolean {
  const others = files.filter((file) => file !== document.file);
  if (others.some((file) => file.endsWith('.nix') || file.endsWith('/flake.lock'))) return true;
  const paths = pathsIn(document);
  return others.some((file) => paths.some((path) => file === path || file.startsWith(`${path}/`)));
}

/** Absolute paths that path literals name; of one with an interpolation the folder before it. */
function pathsIn({ tree, file }: OpenDocument): readonly string[] {
  if (tree.root === null) return [];
  const found = new Set<string>();
  walk(tree.root, (expression) => {
    if (expression.kind !== 'path') return true;
    const text = tree.text.slice(expression.span.start, expression.span.end);
    const known = expression.interpolations.length === 0 ? text : text.slice(0, text.indexOf('${'));
    found.add(
      resolve(dirname(file), known.slice(0, known === text ? undefined : known.lastIndexOf('/') + 1)),
    );
    return true;
  });
  return [...found];
}
