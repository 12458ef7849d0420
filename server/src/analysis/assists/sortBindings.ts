/** The bindings of a set or `let`, the names of an `inherit` or a function's formals, in order of their names. */
import type { Binding } from '../../syntax/ast';
import { contains } from '../../syntax/nodes';
import { beginsLine, endWithComment, lineStart } from '../../syntax/layout';
import type { Span } from '../../syntax/syntaxTree';
import { recursiveElsewhere } from '../mergedSets';
import { textOf } from '../textEdits';
import type { Assist, AssistContext, Offer } from './assist';

export const sortBindings: Assist = (context) => {
  const { path, span } = context;
  const node = path.at(-1);
  if (node?.kind === 'inherit')
    return sorted(
      context,
      node.names.map((each) => each.span),
      'the names',
    );
  if (node?.kind === 'set' || node?.kind === 'letIn') return sortedLines(context, node.bindings);
  if (node?.kind === 'function' && node.formals !== null && contains(node.formals.span, span.start)) {
    return sorted(
      context,
      node.formals.formals.map((each) => each.span),
      'the arguments',
    );
  }
  return [];
};

/** Parts of one line or many, each put where another stood: nothing between them moves. */
function sorted(
  { tree: { text, comments } }: AssistContext,
  spans: readonly Span[],
  what: string,
): readonly Offer[] {
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (comments.some(({ start, end }) => start < last.end && end > first.start)) return [];
  return moved(text, spans, what, (span) => textOf(text, span));
}

/** Statements that have their lines to themselves, with the comments right above and behind. */
function sortedLines({ tree }: AssistContext, bindings: readonly Binding[]): readonly Offer[] {
  const { text } = tree;
  if (bindings.length < 2 || recursiveElsewhere(bindings)) return [];
  if (!bindings.every(({ span }) => beginsLine(text, span.start))) return [];
  const spans = bindings.map(({ span }, index) => {
    const before = bindings[index - 1];
    const least = before === undefined ? 0 : endWithComment(text, before.span.end);
    return { start: withComments(text, span.start, least), end: endWithComment(text, span.end) };
  });
  const ends = spans.every(({ end }) => /^[ \t]*(?:\r?\n|$)/.test(text.slice(end)));
  const starts = new Map(spans.map((span, index) => [span, bindings[index]?.span.start ?? 0]));
  return ends ? moved(text, spans, 'these bindings', (span) => text.slice(starts.get(span), span.end)) : [];
}

function withComments(text: string, start: number, least: number): number {
  let from = start;
  for (;;) {
    const line = lineStart(text, from);
    const above = lineStart(text, line - 1);
    if (above < least || line === 0 || !/^[ \t]*#/.test(text.slice(above, line))) return from;
    from = above + (/^[ \t]*/.exec(text.slice(above))?.[0].length ?? 0);
  }
}

function moved(
  text: string,
  spans: readonly Span[],
  what: string,
  keyOf: (span: Span) => string,
): readonly Offer[] {
  const order = spans.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  if (spans.every((span, index) => span === order[index])) return [];
  const edits = spans.flatMap((span, index) => {
    const other = order[index];
    return other === undefined || other === span ? [] : [{ ...span, newText: textOf(text, other) }];
  });
  return [{ title: `Sort ${what}`, kind: 'rewrite', edits }];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
