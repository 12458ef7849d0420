/** `textDocument/documentHighlight`: where the name under the cursor is defined (as written) and used (as read). */
import { DocumentHighlightKind } from 'vscode-languageserver/node';
import type { DocumentHighlight, DocumentHighlightParams } from 'vscode-languageserver/node';
import { Meanings } from '../analysis/across/meanings';
import { meaningAt, referencesIn } from '../analysis/across/references';
import { fileTreeOf } from '../workspace/workspace';
import { requestHandler } from './handler';
import { rangeIn, type NameParts } from './names';

export function registerDocumentHighlight({ connection, documents, workspace, log }: NameParts): void {
  connection.onDocumentHighlight(
    requestHandler<DocumentHighlightParams, DocumentHighlight[]>(
      log,
      [],
      async ({ textDocument, position }) => {
        const document = documents.get(textDocument.uri);
        if (document === null) return [];
        const release = document.retain();
        try {
          const meanings = new Meanings(workspace.now(document.file));
          const file = fileTreeOf(document);
          const meaning = await meaningAt(meanings, file, document.tree.lines.offsetAt(position));
          if (meaning === null) return [];
          return (await referencesIn(meanings, file, meaning)).map(({ span, isDefinition }) => ({
            range: rangeIn(document, span),
            kind: isDefinition ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
          }));
        } finally {
          release();
        }
      },
    ),
  );
}
