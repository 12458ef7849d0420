/** Places of texts as editors name them, for the features that are about names. */
import type { Connection, Location, Range } from 'vscode-languageserver/node';
import type { FileTree } from '../analysis/across/fileTrees';
import type { Documents, OpenDocument } from '../documents';
import type { Logger } from '../environment';
import type { Span } from '../syntax/syntaxTree';
import type { Workspace } from '../workspace/workspace';

export interface NameParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly workspace: Workspace;
  readonly log: Logger;
}

export function rangeIn({ tree }: Pick<FileTree, 'tree'>, span: Span): Range {
  return tree.lines.rangeOf(span);
}

/** A place of any file by the URI that the client knows it by. */
export function locationOf(
  documents: Documents,
  { in: { file, tree }, span }: { readonly in: FileTree; readonly span: Span },
  asked: OpenDocument,
): Location {
  const uri = file === asked.file ? asked.uri : documents.uriOf(file);
  return { uri, range: tree.lines.rangeOf(span) };
}
