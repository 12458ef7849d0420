/** Diagnostics in the forms that other programs read. */
import { pathToFileURL } from 'node:url';
import type { Diagnostic, FileRange } from '../../protocol/model';
import { shortPath } from './diagnosticText';

/** SARIF 2.1.0 (OASIS), with 1-based columns in UTF-16 units. */
export function sarif(diagnostics: readonly Diagnostic[], version: string): unknown {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const driver = { name: 'phasewise', version, rules: codes.map((id) => ({ id })) };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results: diagnostics.map(sarifResult) }],
  };
}

function sarifResult(diagnostic: Diagnostic): unknown {
  return {
    ruleId: diagnostic.code,
    level: sarifLevel(diagnostic.severity),
    message: { text: diagnostic.message },
    locations: [sarifLocation(diagnostic)],
    relatedLocations: diagnostic.related.map((related, id) => ({
      ...sarifLocation(related),
      id,
      message: { text: related.message },
    })),
  };
}

function sarifLevel(severity: Diagnostic['severity']): string {
  return severity === 'error' || severity === 'warning' ? severity : 'note';
}

function sarifLocation({ file, range }: FileRange): { readonly physicalLocation: unknown } {
  const region = {
    startLine: range.start.line + 1,
    startColumn: range.start.character + 1,
    endLine: range.end.line + 1,
    endColumn: range.end.character + 1,
  };
  return { physicalLocation: { artifactLocation: { uri: pathToFileURL(file).href }, region } };
}

/** A GitHub Actions workflow command (`::error file=…::message`), its values escaped as the runner unescapes them. */
export function githubAnnotation(diagnostic: Diagnostic, cwd: string): string {
  const { range, code, message, severity } = diagnostic;
  const command = severity === 'error' || severity === 'warning' ? severity : 'notice';
  const properties = [
    `file=${escapedProperty(shortPath(diagnostic.file, cwd))}`,
    `line=${range.start.line + 1}`,
    `endLine=${range.end.line + 1}`,
    `col=${range.start.character + 1}`,
    `endColumn=${range.end.character + 1}`,
    `title=${escapedProperty(code)}`,
  ];
  return `::${command} ${properties.join(',')}::${escapedData(message)}\n`;
}

function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
