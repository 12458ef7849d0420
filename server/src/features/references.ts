/** `textDocument/references`: every place of the file that means what stands under the cursor. */
import type { Connection, Location, ReferenceParams } from 'vscode-languageserver/node';
import { occurrencesOf } from '../analysis/nameAt';
import type { Documents } from '../documents';
import type { Logger } from '../environment';
import { requestHandler } from './handler';
import { locationIn, nameUnder } from './names';

export function registerReferences(connection: Connection, documents: Documents, log: Logger): void {
  connection.onReferences(
    requestHandler<ReferenceParams, Location[]>(log, [], ({ textDocument, position, context }) => {
      const document = documents.get(textDocument.uri);
      const definition = document === null ? null : (nameUnder(document, position)?.definition ?? null);
      if (document === null || definition === null) return [];
      return occurrencesOf(definition)
        .filter(({ isDefinition }) => context.includeDeclaration || !isDefinition)
        .map(({ span }) => locationIn(document, span));
    }),
  );
}
