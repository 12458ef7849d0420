/** `phasewise.fetchHash` and `phasewise.bumpVersion`: edits of an open document that need what is fetched, with progress, and made as one. */
import { MessageType, ShowMessageNotification } from 'vscode-languageserver/node';
import type { Connection, TextEdit } from 'vscode-languageserver/node';
import type { Documents, OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import type { NixTarget } from '../engine/packageEdits';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { Evaluations } from './evaluations';
import { changedLines } from './formatting';
import { notify } from './outgoing';
import { untrusted, type WorkspaceState } from './workspaceState';

export interface PackageEditsParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly engine: Engine;
  readonly evaluations: Evaluations;
  readonly state: WorkspaceState;
}

export class DocumentEdits {
  constructor(private readonly parts: PackageEditsParts) {}

  /** `[{uri, position}]`: writes the true hash where the text has one at this place. */
  async fetchHash(argument: unknown, signal: AbortSignal): Promise<Result<null>> {
    const wanted = placeOf(argument);
    if (wanted === null) return failure(wrongPlace);
    const { engine, state } = this.parts;
    return this.edit(wanted.uri, 'Fetching a hash', signal, async (target, onProgress, both) => {
      const offset = target.tree.lines.offsetAt(wanted.position);
      const wish = { options: state.evaluationOptions(target.file), onProgress };
      const edit = await engine.packages.fetchHash(target, offset, wish, both);
      if (!edit.ok) return edit;
      return success([{ range: target.tree.lines.rangeOf(edit.value), newText: edit.value.newText }]);
    });
  }

  /** `[{uri, attr?, version}]`: another version, with the hashes that hang on it, as one edit. Answers notes. */
  async bump(argument: unknown, signal: AbortSignal): Promise<Result<null>> {
    const wanted = versionOf(argument);
    if (wanted === null) return failure(wrongVersion);
    const { engine, state, connection } = this.parts;
    const { uri, attr, version } = wanted;
    return this.edit(uri, `Changing the version to ${version}`, signal, async (target, onProgress, both) => {
      const wish = { options: state.evaluationOptions(target.file), onProgress };
      const bumped = await engine.packages.bump(target, attr, version, wish, both);
      if (!bumped.ok) return bumped;
      for (const message of bumped.value.notes)
        void notify(connection, ShowMessageNotification.type, { type: MessageType.Warning, message });
      return success(changedLines(target, bumped.value.text));
    });
  }

  /** `[{uri, position}]`: formats the bash at this place. */
  async formatBash(argument: unknown, signal: AbortSignal): Promise<Result<null>> {
    const wanted = placeOf(argument);
    if (wanted === null) return failure(wrongPlace);
    const { engine, state } = this.parts;
    return this.edit(wanted.uri, 'Formatting bash', signal, async (target, _, both) => {
      const offset = target.tree.lines.offsetAt(wanted.position);
      const { shfmt } = state.settingsOf(target.file).formatting;
      const formatted = await engine.bashFormat.format(target.tree, offset, shfmt, both);
      return formatted.ok ? success(changedLines(target, formatted.value.text)) : formatted;
    });
  }

  /** Makes the edits in the version that they are of; a Problem when there is another by then. */
  private async edit(
    uri: string,
    title: string,
    signal: AbortSignal,
    find: (
      target: NixTarget,
      onProgress: (line: string) => void,
      signal: AbortSignal,
    ) => Promise<Result<readonly TextEdit[]>>,
  ): Promise<Result<null>> {
    const { documents, evaluations, state, connection } = this.parts;
    if (!state.trusted) return failure(untrusted);
    const document = documents.get(uri);
    if (document === null || !document.onDisk) return failure(notOpen);
    const release = document.retain();
    const progress = await connection.window.createWorkDoneProgress();
    const cancelled = new AbortController();
    const watching = progress.token.onCancellationRequested(() => cancelled.abort());
    progress.begin(title, undefined, undefined, true);
    try {
      const target = await evaluations.targetOf(document, signal);
      const both = AbortSignal.any([signal, cancelled.signal]);
      const found = await find(target, (line) => progress.report(line), both);
      if (!found.ok) return found;
      return await this.apply(document, found.value);
    } finally {
      watching.dispose();
      progress.done();
      release();
    }
  }

  private async apply(document: OpenDocument, edits: readonly TextEdit[]): Promise<Result<null>> {
    const { documents, connection } = this.parts;
    if (!documents.isCurrent(document)) return failure(changedMeanwhile);
    const { uri, version } = document;
    const edit = { documentChanges: [{ textDocument: { uri, version }, edits: [...edits] }] };
    const { applied } = await connection.workspace.applyEdit(edit);
    return applied ? success(null) : failure(changedMeanwhile);
  }
}

interface Place {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

function placeOf(argument: unknown): Place | null {
  if (typeof argument !== 'object' || argument === null) return null;
  const { uri, position } = argument as Readonly<Record<string, unknown>>;
  if (typeof uri !== 'string' || typeof position !== 'object' || position === null) return null;
  const { line, character } = position as Readonly<Record<string, unknown>>;
  return typeof line === 'number' && typeof character === 'number'
    ? { uri, position: { line, character } }
    : null;
}

interface WantedVersion {
  readonly uri: string;
  readonly attr: string | null;
  readonly version: string;
}

function versionOf(argument: unknown): WantedVersion | null {
  if (typeof argument !== 'object' || argument === null) return null;
  const { uri, attr = null, version } = argument as Readonly<Record<string, unknown>>;
  if (typeof uri !== 'string' || typeof version !== 'string' || version.trim() === '') return null;
  return attr === null || typeof attr === 'string' ? { uri, attr, version: version.trim() } : null;
}

const wrongVersion: Problem = {
  code: 'wrong-arguments',
  message: 'The command takes one argument: {uri, attr?, version}.',
  advice: 'Give the URI of an open .nix file and a version.',
};

const wrongPlace: Problem = {
  code: 'wrong-arguments',
  message: 'The command takes one argument: {uri, position}.',
  advice: 'Give the URI of an open .nix file and a position in it.',
};

const notOpen: Problem = {
  code: 'not-open',
  message: 'This needs an open file.',
  advice: 'Open the file, or save the document to one.',
};

const changedMeanwhile: Problem = {
  code: 'changed-meanwhile',
  message: 'The text changed meanwhile, so nothing was written.',
  advice: 'Try again.',
};
