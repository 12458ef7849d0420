/** Gives the text of log documents the colours that it had in a terminal, and marks the line that tells what failed. */
import {
  Range,
  ThemeColor,
  window,
  workspace,
  OverviewRulerLane,
  type Disposable,
  type TextEditor,
  type TextEditorDecorationType,
  type Uri,
} from 'vscode';
import type { LogDocument } from '../../../server/src/protocol/logMessages';
import { logScheme } from '../../../server/src/protocol/logUri';
import { decorationOf, firstSpan } from './logStyles';

/** Lines beyond those that are seen which are coloured as well. */
const margin = 200;
/** A log may ask for any of 16 million colours. */
const mostStyles = 256;

export class LogColours implements Disposable {
  private readonly styles = new Map<string, TextEditorDecorationType>();
  private readonly used = new WeakMap<TextEditor, Set<string>>();
  private readonly failing = window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor('inputValidation.errorBackground'),
    overviewRulerColor: new ThemeColor('errorForeground'),
    overviewRulerLane: OverviewRulerLane.Full,
  });
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly documentOf: (uri: Uri) => LogDocument | undefined) {
    this.subscriptions = [
      window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.colour(editor))),
      workspace.onDidChangeTextDocument(({ document }) => {
        for (const editor of window.visibleTextEditors) if (editor.document === document) this.colour(editor);
      }),
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.colour(textEditor)),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const style of this.styles.values()) style.dispose();
    this.failing.dispose();
  }

  private colour(editor: TextEditor): void {
    if (editor.document.uri.scheme !== logScheme) return;
    const document = this.documentOf(editor.document.uri);
    if (document === undefined) return;
    const ranges = new Map<string, Range[]>();
    for (const { start, end } of editor.visibleRanges)
      collect(document, start.line - margin, end.line + margin, ranges);
    const before = this.used.get(editor) ?? new Set();
    for (const style of new Set([...before, ...ranges.keys()])) {
      const type = this.typeOf(style);
      if (type !== null) editor.setDecorations(type, ranges.get(style) ?? []);
    }
    this.used.set(editor, new Set(ranges.keys()));
    const { failing } = document;
    editor.setDecorations(this.failing, failing === null ? [] : [new Range(failing, 0, failing, 0)]);
  }

  private typeOf(style: string): TextEditorDecorationType | null {
    const known = this.styles.get(style);
    if (known !== undefined) return known;
    if (this.styles.size >= mostStyles) return null;
    const { color, backgroundColor, ...plain } = decorationOf(style);
    const type = window.createTextEditorDecorationType({
      ...plain,
      ...(color === null ? {} : { color: toColour(color) }),
      ...(backgroundColor === null ? {} : { backgroundColor: toColour(backgroundColor) }),
    });
    this.styles.set(style, type);
    return type;
  }
}

/** A theme's colour by its name, or one that is told. */
function toColour(name: string): string | ThemeColor {
  return name.startsWith('#') ? name : new ThemeColor(name);
}

function collect(
  { spans, styles }: LogDocument,
  from: number,
  to: number,
  ranges: Map<string, Range[]>,
): void {
  for (let at = firstSpan(spans, from); at < spans.length; at += 4) {
    const [line = 0, start = 0, end = 0, index = 0] = spans.slice(at, at + 4);
    if (line > to) return;
    const style = styles[index] ?? '';
    const known = ranges.get(style);
    const range = new Range(line, start, line, end);
    if (known === undefined) ranges.set(style, [range]);
    else known.push(range);
  }
}
