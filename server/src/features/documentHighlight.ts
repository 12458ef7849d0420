/** `textDocument/documentHighlight`: where the name under the cursor is defined (as written) and used (as read). */
import { DocumentHighlightKind } from 'vscode-languageserver/node';
import type { Connection, DocumentHighlight, DocumentHighlightParams } from 'vscode-languageserver/node';
import { occurrencesOf } from '../analysis/nameAt';
import type { Documents } from '../documents';
import type { Logger } from '../environment';
import { requestHandler } from './handler';
import { nameUnder, rangeIn } from './names';

export function registerDocumentHighlight(connection: Connection, documents: Documents, log: Logger): void {
  connection.onDocumentHighlight(
    requestHandler<DocumentHighlightParams, DocumentHighlight[]>(log, [], ({ textDocument, position }) => {
      const document = documents.get(textDocument.uri);
      const definition = document === null ? null : (nameUnder(document, position)?.definition ?? null);
      if (document === null || definition === null) return [];
      return occurrencesOf(definition).map(({ span, isDefinition }) => ({
        range: rangeIn(document, span),
        kind: isDefinition ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
      }));
    }),
  );
}
