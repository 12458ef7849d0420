/** `textDocument/references`: every place of the workspace that means what stands under the cursor. */
import type { Location, ReferenceParams } from 'vscode-languageserver/node';
import { Meanings } from '../analysis/across/meanings';
import { meaningAt, referencesIn } from '../analysis/across/references';
import { fileTreeOf } from '../workspace/workspace';
import { requestHandler } from './handler';
import { locationOf, type NameParts } from './names';

export function registerReferences({ connection, documents, workspace, log }: NameParts): void {
  connection.onReferences(
    requestHandler<ReferenceParams, Location[]>(
      log,
      [],
      async ({ textDocument, position, context }, signal) => {
        const document = documents.get(textDocument.uri);
        if (document === null) return [];
        const release = document.retain();
        try {
          const trees = workspace.now(document.file);
          const meanings = new Meanings(trees);
          const file = fileTreeOf(document);
          const meaning = await meaningAt(meanings, file, document.tree.lines.offsetAt(position));
          if (meaning === null) return [];
          const found: Location[] = [];
          const defining = [...new Set([file.file, ...meaning.sites.map((site) => site.in.file)])];
          for await (const other of workspace.naming(defining, meaning.name, trees, signal)) {
            const references = await referencesIn(meanings, other.file === file.file ? file : other, meaning);
            const wanted = references.filter(
              ({ isDefinition }) => context.includeDeclaration || !isDefinition,
            );
            found.push(...wanted.map((reference) => locationOf(documents, reference, document)));
          }
          return found;
        } finally {
          release();
        }
      },
    ),
  );
}
