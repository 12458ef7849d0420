/** `useless-parentheses`: parentheses around what needs none where it stands. */
import type { Expression } from '../../syntax/ast';
import type { Check, Node } from '../check';
import { finding } from '../finding';
import { isSimple } from '../textEdits';

export const uselessParentheses: Check = {
  code: 'useless-parentheses',
  ofNodes: {
    parenthesized: (node, { tree: { text } }, parent) => {
      const { span, expression } = node;
      if (expression.kind === 'missing' || !(isWhole(node, parent) || isBare(expression))) return [];
      const opening = { start: span.start, end: span.start + 1 };
      const closing = { start: span.end - 1, end: span.end };
      // `a(b)c` would become one word.
      const blankAt = (at: number): string => (/[\w'"./-]/.test(text.charAt(at)) ? ' ' : '');
      const edits = [
        { ...opening, newText: blankAt(span.start - 1) },
        { ...closing, newText: blankAt(span.end) },
      ];
      const fixes = [{ title: 'Remove the parentheses', edits }];
      const related = [{ span: closing, message: 'The closing parenthesis.' }];
      const message = 'These parentheses change nothing.';
      return [finding('useless-parentheses', 'hint', opening, message, { fixes, related, isSafe: true })];
    },
  },
};

/** Whether the parentheses hold all of a value, so that they separate it from nothing. */
function isWhole(node: Expression, parent: Node | null): boolean {
  if (parent === null || parent.kind === 'parenthesized') return true;
  if (parent.kind === 'binding') return parent.value === node;
  return (parent.kind === 'letIn' || parent.kind === 'with') && parent.body === node;
}

/** A bare number may not meet a dot, nor a path or URL what goes on with it. */
function isBare(expression: Expression): boolean {
  return isSimple(expression) && !/^(?:number|path|homePath|uri)$/.test(expression.kind);
}
