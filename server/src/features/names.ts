/** The name under the cursor, for the features that are about names. */
import type { Location, Position, Range } from 'vscode-languageserver/node';
import { nameAt, type NameAt } from '../analysis/nameAt';
import { namesOf } from '../analysis/scopes';
import type { OpenDocument } from '../documents';
import type { Span } from '../syntax/syntaxTree';

export function nameUnder({ tree }: OpenDocument, position: Position): NameAt | null {
  return nameAt(namesOf(tree), tree.lines.offsetAt(position));
}

export function rangeIn({ tree }: OpenDocument, span: Span): Range {
  return tree.lines.rangeOf(span);
}

export function locationIn(document: OpenDocument, span: Span): Location {
  return { uri: document.uri, range: rangeIn(document, span) };
}
