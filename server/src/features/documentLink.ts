/** `textDocument/documentLink`: files that paths and `<…>` name, pages that URLs and fetchers name. */
import { pathToFileURL } from 'node:url';
import type { DocumentLink, DocumentLinkParams } from 'vscode-languageserver/node';
import { Values } from '../analysis/across/values';
import { linksIn, type Link } from '../analysis/links';
import { fileTreeOf } from '../workspace/workspace';
import { requestHandler } from './handler';
import { rangeIn, type NameParts } from './names';

export function registerDocumentLink({ connection, documents, workspace, log }: NameParts): void {
  connection.onDocumentLinks(
    requestHandler<DocumentLinkParams, DocumentLink[]>(log, [], async ({ textDocument }, signal) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return [];
      const release = document.retain();
      try {
        const file = fileTreeOf(document);
        const linkOf = async ({ span, target }: Link): Promise<DocumentLink[]> => {
          const range = rangeIn(file, span);
          if (target.kind === 'page')
            return [{ range, target: target.url, tooltip: `${target.what}: ${target.url}` }];
          if (!document.onDisk && target.node.kind === 'path') return [];
          const named = await workspace.fileNamed(file, target.node);
          return named === null ? [] : [{ range, target: pathToFileURL(named).href, tooltip: named }];
        };
        const links = await linksIn(new Values(workspace.now(document.file)), file, signal);
        return (await Promise.all(links.map(linkOf))).flat();
      } finally {
        release();
      }
    }),
  );
}
