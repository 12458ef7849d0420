/** `textDocument/rename` and `prepareRename`, within a file; a name that would come to mean something else is refused with the reason. */
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type {
  Connection,
  PrepareRenameParams,
  RenameParams,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { renameEdits } from '../analysis/rename';
import { namesOf } from '../analysis/scopes';
import type { Documents } from '../documents';
import type { Logger } from '../environment';
import type { Range } from '../protocol/model';
import { requestHandler } from './handler';
import { nameUnder, rangeIn } from './names';
import { problemError } from './problemError';

type Prepared = { readonly range: Range; readonly placeholder: string } | null;

export function registerRename(connection: Connection, documents: Documents, log: Logger): void {
  connection.onPrepareRename(
    requestHandler<PrepareRenameParams, Prepared>(log, null, ({ textDocument, position }) => {
      const document = documents.get(textDocument.uri);
      const found = document === null ? null : nameUnder(document, position);
      if (document === null || found === null) return null;
      refuseUnbound(found.definition, found.name);
      return { range: rangeIn(document, found.span), placeholder: found.name };
    }),
  );
  connection.onRenameRequest(
    requestHandler<RenameParams, WorkspaceEdit | null>(log, null, ({ textDocument, position, newName }) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return null;
      refuseBroken(document.tree.faults.length);
      const found = nameUnder(document, position);
      if (found === null) return null;
      const definition = refuseUnbound(found.definition, found.name);
      const edits = renameEdits(document.tree, namesOf(document.tree), definition, newName);
      if (!edits.ok) throw problemError(edits.error);
      const changes = edits.value.map((edit) => ({ range: rangeIn(document, edit), newText: edit.newText }));
      return { changes: { [document.uri]: changes } };
    }),
  );
}

function refuseUnbound<T>(definition: T | null, name: string): T {
  if (definition !== null) return definition;
  throw new ResponseError(LSPErrorCodes.RequestFailed, `\`${name}\` is not defined in this file.`);
}

/** Where a text does not parse, nobody knows which names its parts mean. */
function refuseBroken(faults: number): void {
  if (faults === 0) return;
  throw new ResponseError(
    LSPErrorCodes.RequestFailed,
    'The file has syntax errors: mend them before renaming.',
  );
}
