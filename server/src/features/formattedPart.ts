/** What a formatter changed, of selected lines alone. */
import type { Range, TextEdit } from 'vscode-languageserver/node';
import type { ParseText } from '../documents';
import { allNodes } from '../syntax/nodes';
import { replaced } from '../syntax/replacement';
import type { SyntaxTree } from '../syntax/syntaxTree';

/**
 * Takes a text, the edits of whole lines that format it and a selection; gives the edits that touch its lines, and those that belong to the same
 * string: its indentation is taken off as a whole. Null when the text would not parse with them alone: a bracket may move from one line to another.
 */
export function editsWithin(
  tree: SyntaxTree,
  edits: readonly TextEdit[],
  selected: Range,
  parse: ParseText,
): TextEdit[] | null {
  const each = edits.flatMap(lineByLine);
  const touched = new Set(each.filter(({ range }) => touches(range, selected)));
  const wanted = withWholeStrings(tree, each, touched);
  return wanted.length === each.length || isSound(tree, wanted, parse) ? wanted : null;
}

/** Lines that stand side by side, each by itself where as many take their place. */
function lineByLine(edit: TextEdit): TextEdit[] {
  const { start, end } = edit.range;
  const made = edit.newText.match(/[^\n]*\n/g) ?? [];
  const isWhole = start.character === 0 && end.character === 0 && edit.newText.endsWith('\n');
  if (!isWhole || made.length !== end.line - start.line) return [edit];
  return made.map((newText, index) => {
    const line = start.line + index;
    return { newText, range: { start: { line, character: 0 }, end: { line: line + 1, character: 0 } } };
  });
}

function touches(edit: Range, selected: Range): boolean {
  // A selection that ends where a line begins does not mean that line.
  const isPast = selected.end.character === 0 && selected.start.line < selected.end.line;
  const last = isPast ? selected.end.line - 1 : selected.end.line;
  const isInsertion = edit.start.line === edit.end.line;
  if (isInsertion) return selected.start.line <= edit.start.line && edit.start.line <= last + 1;
  return edit.start.line <= last && edit.end.line > selected.start.line;
}

function withWholeStrings(
  { root, lines }: SyntaxTree,
  edits: readonly TextEdit[],
  wanted: Set<TextEdit>,
): TextEdit[] {
  // Outer strings come before those in their interpolations.
  for (const { kind, span } of allNodes(root)) {
    if (kind !== 'string') continue;
    const { start, end } = lines.rangeOf(span);
    if (start.line === end.line) continue;
    const own = edits.filter(({ range }) => range.start.line <= end.line && range.end.line > start.line);
    if (own.some((edit) => wanted.has(edit))) for (const edit of own) wanted.add(edit);
  }
  return edits.filter((edit) => wanted.has(edit));
}

function isSound({ text, lines }: SyntaxTree, edits: readonly TextEdit[], parse: ParseText): boolean {
  const replacements = edits.map(({ range, newText }) => ({
    start: lines.offsetAt(range.start),
    end: lines.offsetAt(range.end),
    newText,
  }));
  const made = parse(replaced(text, replacements), null, null);
  try {
    return made.faults.length === 0;
  } finally {
    made.dispose();
  }
}
