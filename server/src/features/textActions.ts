/** Quick fixes for what the analysis of a text found. */
import { CodeActionKind } from 'vscode-languageserver/node';
import type {
  CodeAction,
  CodeActionParams,
  Diagnostic as LspDiagnostic,
  TextEdit,
} from 'vscode-languageserver/node';
import { allFixes } from '../analysis/allFixes';
import type { Finding } from '../analysis/finding';
import { textFindings } from '../derivation/textFindings';
import { withSeverities, type SeveritySettings } from '../analysis/severities';
import type { OpenDocument } from '../documents';
import type { Replacement } from '../syntax/replacement';
import type { TextFix } from '../syntax/syntaxTree';

/** Made on saving when `editor.codeActionsOnSave` names it, or `source.fixAll`. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.phasewise`;

/** The fixes of all that was found in a range, with the client's own diagnostic where it sent it. */
export function quickFixes(
  document: OpenDocument,
  { range, context }: CodeActionParams,
  findings: readonly Finding[],
): CodeAction[] {
  const { tree } = document;
  const start = tree.lines.offsetAt(range.start);
  const end = tree.lines.offsetAt(range.end);
  return findings
    .filter(({ span }) => span.start <= end && start <= span.end)
    .flatMap((finding) =>
      finding.fixes.map((fix, index) =>
        actionOf(document, fix, index === 0, diagnosticOf(document, finding, context.diagnostics)),
      ),
    );
}

/** All fixes of the text that change nothing it means, as one action; none when there is nothing to fix. */
export function fixAll(document: OpenDocument, severities: SeveritySettings): CodeAction[] {
  const edits = allFixes(withSeverities(textFindings(document.tree), severities));
  if (edits.length === 0) return [];
  const changes = edits.map((edit) => textEdit(document, edit));
  const title = 'Fix all that changes nothing but the text';
  return [{ title, kind: fixAllKind, edit: { changes: { [document.uri]: changes } } }];
}

function textEdit({ tree }: OpenDocument, edit: Replacement): TextEdit {
  return { range: tree.lines.rangeOf(edit), newText: edit.newText };
}

/** A fix of a text as a quick fix. */
export function actionOf(
  document: OpenDocument,
  { title, edits }: TextFix,
  isPreferred: boolean,
  diagnostic: LspDiagnostic | undefined,
): CodeAction {
  const changes = edits.map((edit) => textEdit(document, edit));
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnostic === undefined ? undefined : [diagnostic],
    isPreferred,
    edit: { changes: { [document.uri]: changes } },
  };
}

/** When Nix has spoken in our place its diagnostic is on the same line. */
function diagnosticOf(
  { tree }: OpenDocument,
  { code, span, source }: Finding,
  sent: readonly LspDiagnostic[],
): LspDiagnostic | undefined {
  const { start } = tree.lines.rangeOf(span);
  return sent.find(
    (diagnostic) =>
      diagnostic.range.start.line === start.line &&
      (diagnostic.code === code || (source === 'nix' && diagnostic.source === 'nix')),
  );
}
