import type { Diagnostic } from '../protocol/model';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { textFindings } from '../derivation/textFindings';
import { withSeverities, type SeveritySettings } from './severities';

/** What the text of a document alone shows, as diagnostics in order of position. `file` is the document's absolute path. */
export function textDiagnostics(
  tree: SyntaxTree,
  file: string,
  severities: SeveritySettings = {},
): Diagnostic[] {
  return withSeverities(textFindings(tree), severities).map(
    ({ code, severity, source, span, message, tag, related }) => ({
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
    }),
  );
}
