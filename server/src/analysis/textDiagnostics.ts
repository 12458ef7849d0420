import type { Diagnostic } from '../protocol/model';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { textFindings } from '../derivation/textFindings';
import type { Finding } from './finding';
import { withSeverities, type SeveritySettings } from './severities';

/** What the text of a document alone shows, as diagnostics in order of position. `file` is the document's absolute path. */
export function textDiagnostics(
  tree: SyntaxTree,
  file: string,
  severities: SeveritySettings = {},
): Diagnostic[] {
  return diagnosticsOf(tree, file, withSeverities(textFindings(tree), severities));
}

/** Findings in the form in which they are told. */
export function diagnosticsOf(tree: SyntaxTree, file: string, found: readonly Finding[]): Diagnostic[] {
  return found.map(({ code, severity, source, span, message, tag, related }) => ({
    file,
    range: tree.lines.rangeOf(span),
    severity,
    code,
    message,
    source,
    ...(tag === null ? {} : { tags: [tag] }),
    related: related.map((place) => ({
      file,
      range: tree.lines.rangeOf(place.span),
      message: place.message,
    })),
  }));
}
