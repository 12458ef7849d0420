/** `textDocument/formatting` by the user's own formatter, as edits of the lines that differ, so that cursors stay. */
import { dirname } from 'node:path';
import { MessageType, ShowMessageNotification } from 'vscode-languageserver/node';
import type { DocumentFormattingParams, TextEdit } from 'vscode-languageserver/node';
import type { OpenDocument } from '../documents';
import { diffLines } from '../patch/lineDiff';
import type { Problem } from '../result';
import type { LanguageParts } from './completion';
import { requestHandler } from './handler';
import { notify } from './outgoing';
import { untrusted } from './workspaceState';

export function registerFormatting(parts: LanguageParts): void {
  const { connection, documents, engine, state, log } = parts;
  /** What was said: the want of a formatter is told once, not at each save. */
  const told = new Set<string>();
  const tell = ({ message, advice }: Problem): void => {
    if (told.has(message)) return;
    told.add(message);
    const shown = { type: MessageType.Warning, message: advice === null ? message : `${message} ${advice}` };
    void notify(connection, ShowMessageNotification.type, shown);
  };
  connection.onDocumentFormatting(
    requestHandler<DocumentFormattingParams, TextEdit[]>(log, [], async ({ textDocument }, signal) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return [];
      if (!state.trusted) {
        tell(untrusted);
        return [];
      }
      const { program } = state.settings.formatting;
      const folder = document.onDisk ? dirname(document.file) : '/';
      const formatted = await engine.format(document.tree.text, program, folder, signal);
      // An answer for another text would destroy what was typed meanwhile.
      if (signal.aborted || !documents.isCurrent(document)) return [];
      if (formatted.ok) return changedLines(document, formatted.value);
      // What is wrong with the text is underlined already.
      if (formatted.error.code === 'no-formatter' || document.tree.faults.length === 0) tell(formatted.error);
      else log.warn(formatted.error.message);
      return [];
    }),
  );
}

/** The edits that make the text the formatted one. */
export function changedLines(
  { tree: { text, lines } }: Pick<OpenDocument, 'tree'>,
  formatted: string,
): TextEdit[] {
  const before = splitLines(text);
  const after = splitLines(formatted);
  let offset = 0;
  const starts = before.map((line) => {
    const start = offset;
    offset += line.length;
    return start;
  });
  const startOf = (line: number): number => starts[line] ?? text.length;
  return diffLines(before, after).map(({ from, fromEnd, to, toEnd }) => ({
    range: lines.rangeOf({ start: startOf(from), end: startOf(fromEnd) }),
    newText: after.slice(to, toEnd).join(''),
  }));
}

/** With their endings. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
