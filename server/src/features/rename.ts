/** `textDocument/rename` and `prepareRename`, across files; a name that would come to mean something else is refused with the reason. */
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { PrepareRenameParams, RenameParams, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import type { FileTree } from '../analysis/across/fileTrees';
import { Meanings } from '../analysis/across/meanings';
import {
  editsOfAttribute,
  editsOfDefinitions,
  renamingAt,
  withoutDoubles,
  type Renaming,
} from '../analysis/across/rename';
import { nameAt } from '../analysis/nameAt';
import { checkedName } from '../analysis/rename';
import { namesOf } from '../analysis/names';
import { shellRename } from '../derivation/shellRename';
import type { OpenDocument } from '../documents';
import type { Range } from '../protocol/model';
import type { Result } from '../result';
import type { Replacement } from '../syntax/replacement';
import { fileTreeOf } from '../workspace/workspace';
import { requestHandler } from './handler';
import { rangeIn, type NameParts } from './names';
import { problemError } from './problemError';

type Prepared = { readonly range: Range; readonly placeholder: string } | null;

export function registerRename(parts: NameParts): void {
  const { connection, documents, workspace, log } = parts;
  connection.onPrepareRename(
    requestHandler<PrepareRenameParams, Prepared>(log, null, async ({ textDocument, position }) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return null;
      const release = document.retain();
      try {
        const offset = document.tree.lines.offsetAt(position);
        const found = await renamingAt(
          new Meanings(workspace.now(document.file)),
          fileTreeOf(document),
          offset,
        );
        if (found === null) return refuseUnbound(document, offset);
        refuseForeign(parts, found);
        return { range: rangeIn(document, found.span), placeholder: found.name };
      } finally {
        release();
      }
    }),
  );
  connection.onRenameRequest(
    requestHandler<RenameParams, WorkspaceEdit | null>(
      log,
      null,
      async ({ textDocument, position, newName }, signal) => {
        const document = documents.get(textDocument.uri);
        if (document === null) return null;
        refuseBroken(document, document.file);
        const release = document.retain();
        try {
          return await renamed(parts, document, document.tree.lines.offsetAt(position), newName, signal);
        } finally {
          release();
        }
      },
    ),
  );
}

async function renamed(
  parts: NameParts,
  document: OpenDocument,
  offset: number,
  newName: string,
  signal: AbortSignal,
): Promise<WorkspaceEdit | null> {
  const { documents, workspace } = parts;
  const trees = workspace.now(document.file);
  const meanings = new Meanings(trees);
  const asked = fileTreeOf(document);
  const renaming = await renamingAt(meanings, asked, offset);
  if (renaming === null) return refuseUnbound(document, offset);
  refuseForeign(parts, renaming);
  orThrow(checkedName(newName));
  if (newName === renaming.name) return { changes: {} };
  const edits = new Map(orThrow(editsOfDefinitions(renaming, newName)));
  const touched = new Map<string, FileTree>(renaming.sites.map((site) => [site.in.file, site.in]));
  if (renaming.reachesOut) {
    const defining = [...new Set([...touched.keys(), asked.file])];
    for await (const found of workspace.naming(defining, renaming.name, trees, signal)) {
      const file = found.file === asked.file ? asked : found;
      refuseBroken(file, file.file);
      const more = orThrow(await editsOfAttribute(meanings, file, renaming, newName));
      if (more.length === 0) continue;
      touched.set(file.file, file);
      edits.set(file.file, [...(edits.get(file.file) ?? []), ...more]);
    }
  }
  for (const { in: file, span } of renaming.sites) {
    const inShell = orThrow(shellRename(file.tree, span, renaming.name, newName));
    edits.set(file.file, [...(edits.get(file.file) ?? []), ...inShell]);
  }
  const changes: Record<string, TextEdit[]> = {};
  for (const [path, made] of edits) {
    const file = touched.get(path);
    if (file === undefined || made.length === 0) continue;
    refuseBroken(file, path);
    refuseOutside(parts, path);
    const uri = path === asked.file ? document.uri : documents.uriOf(path);
    changes[uri] = textEdits(file, withoutDoubles(made));
  }
  return { changes };
}

function textEdits(file: FileTree, edits: readonly Replacement[]): TextEdit[] {
  return edits.map((edit) => ({ range: rangeIn(file, edit), newText: edit.newText }));
}

function orThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw problemError(result.error);
}

function refused(message: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}

/** Null where no name stands. */
function refuseUnbound({ tree }: OpenDocument, offset: number): null {
  const found = nameAt(namesOf(tree), offset);
  if (found === null) return null;
  throw refused(`\`${found.name}\` is not defined in this file, nor where we can see it.`);
}

/** What others own is not ours to change. */
function refuseForeign(parts: NameParts, { name, sites }: Renaming): void {
  const foreign = sites.find((site) => !isOurs(parts, site.in.file));
  if (foreign !== undefined) {
    throw refused(`\`${name}\` is defined in ${foreign.in.file}, which is not in the workspace.`);
  }
}

function refuseOutside(parts: NameParts, file: string): void {
  if (!isOurs(parts, file)) throw refused(`${file} names it, too, and is not in the workspace.`);
}

function isOurs({ workspace, documents }: NameParts, file: string): boolean {
  return workspace.isOurs(file) || documents.all().some((document) => document.file === file);
}

/** Where a text does not parse, nobody knows which names its parts mean. */
function refuseBroken({ tree }: Pick<FileTree, 'tree'>, file: string): void {
  if (tree.faults.length > 0) throw refused(`${file} has syntax errors: mend them before renaming.`);
}
