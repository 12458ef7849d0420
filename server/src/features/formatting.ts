/** `textDocument/formatting` by the user's own formatter, as edits of the lines that differ, so that cursors stay. */
import { dirname } from 'node:path';
import { MessageType, ShowMessageNotification } from 'vscode-languageserver/node';
import type {
  DocumentFormattingParams,
  DocumentRangeFormattingParams,
  TextEdit,
} from 'vscode-languageserver/node';
import type { OpenDocument, ParseText } from '../documents';
import { diffLines } from '../patch/lineDiff';
import type { Problem } from '../result';
import type { LanguageParts } from './completion';
import { editsWithin } from './formattedPart';
import { requestHandler } from './handler';
import { notify } from './outgoing';
import { untrusted } from './workspaceState';

const inseparable = {
  type: MessageType.Warning,
  message:
    'These lines cannot be formatted without others. Select more of them, or format the whole document.',
};

export function registerFormatting(parts: LanguageParts & { readonly parse: ParseText }): void {
  const { connection, documents, engine, state, log, parse } = parts;
  /** What was said: the want of a formatter is told once, not at each save. */
  const told = new Set<string>();
  const tell = ({ message, advice }: Problem): void => {
    if (told.has(message)) return;
    told.add(message);
    const shown = { type: MessageType.Warning, message: advice === null ? message : `${message} ${advice}` };
    void notify(connection, ShowMessageNotification.type, shown);
  };
  const edits = async (uri: string, signal: AbortSignal): Promise<LineEdits | null> => {
    const document = documents.get(uri);
    if (document === null) return null;
    if (!state.trusted) {
      tell(untrusted);
      return null;
    }
    const { program } = state.settingsOf(document.file).formatting;
    const folder = document.onDisk ? dirname(document.file) : '/';
    const formatted = await engine.format(document.tree.text, program, folder, signal);
    // An answer for another text would destroy what was typed meanwhile.
    if (signal.aborted || !documents.isCurrent(document)) return null;
    if (formatted.ok) {
      const text = await withBash(parts, document, formatted.value, tell, signal);
      return documents.isCurrent(document) ? { document, edits: changedLines(document, text) } : null;
    }
    // What is wrong with the text is underlined already.
    if (formatted.error.code === 'no-formatter' || document.tree.faults.length === 0) tell(formatted.error);
    else log.warn(formatted.error.message);
    return null;
  };
  connection.onDocumentFormatting(
    requestHandler<DocumentFormattingParams, TextEdit[]>(
      log,
      [],
      async ({ textDocument }, signal) => (await edits(textDocument.uri, signal))?.edits ?? [],
    ),
  );
  connection.onDocumentRangeFormatting(
    requestHandler<DocumentRangeFormattingParams, TextEdit[]>(
      log,
      [],
      async ({ textDocument, range }, signal) => {
        const whole = await edits(textDocument.uri, signal);
        if (whole === null) return [];
        const wanted = editsWithin(whole.document.tree, whole.edits, range, parse);
        if (wanted === null) void notify(connection, ShowMessageNotification.type, inseparable);
        return wanted ?? [];
      },
    ),
  );
}

/** The bash in it formatted, too, when that is wanted; where that cannot be, the text stays as it is. */
async function withBash(
  { engine, state, parse }: LanguageParts & { readonly parse: ParseText },
  { file }: OpenDocument,
  text: string,
  tell: (problem: Problem) => void,
  signal: AbortSignal,
): Promise<string> {
  const { bash, shfmt } = state.settingsOf(file).formatting;
  if (!bash) return text;
  const tree = parse(text, null, null);
  try {
    const formatted = await engine.bashFormat.format(tree, null, shfmt, signal);
    if (formatted.ok) return formatted.value.text;
    if (formatted.error.code !== 'cancelled') tell(formatted.error);
    return text;
  } finally {
    tree.dispose();
  }
}

interface LineEdits {
  readonly document: OpenDocument;
  readonly edits: TextEdit[];
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
