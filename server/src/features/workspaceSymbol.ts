/** `workspace/symbol`: names that the workspace's files bind, by a part of them. */
import type { Connection, SymbolInformation, WorkspaceSymbolParams } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import type { Logger } from '../environment';
import type { Workspace } from '../workspace/workspace';
import { symbolKinds } from './documentSymbol';
import { requestHandler } from './handler';

const mostAnswers = 200;

export function registerWorkspaceSymbol(
  connection: Connection,
  documents: Documents,
  { symbols }: Workspace,
  log: Logger,
): void {
  connection.onWorkspaceSymbol(
    requestHandler<WorkspaceSymbolParams, SymbolInformation[]>(log, [], async ({ query }, signal) => {
      const found = await symbols.find(query, mostAnswers, signal);
      return found.map(({ name, shape, container, file, range }) => ({
        name,
        kind: symbolKinds[shape],
        containerName: container ?? undefined,
        location: { uri: documents.uriOf(file), range },
      }));
    }),
  );
}
