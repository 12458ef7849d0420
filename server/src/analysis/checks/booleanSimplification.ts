/** `boolean-simplification`: `!(a == b)`, which is `a != b`. */
import type { Check } from '../check';
import { finding } from '../finding';
import { textOf } from '../textEdits';

const opposites: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

export const booleanSimplification: Check = {
  code: 'boolean-simplification',
  ofNodes: {
    unary: ({ operator, argument, span }, { tree: { text } }) => {
      if (operator !== '!' || argument.kind !== 'parenthesized' || argument.expression.kind !== 'binary')
        return [];
      const { left, right, operator: compared } = argument.expression;
      const opposite = opposites[compared];
      if (opposite === undefined) return [];
      const between = text.slice(left.span.end, right.span.start);
      if (between.trim() !== compared) return [];
      const newText = `(${textOf(text, left.span)}${between.replace(compared, opposite)}${textOf(text, right.span)})`;
      const fixes = [{ title: `Write \`${opposite}\``, edits: [{ ...span, newText }] }];
      const message = `The opposite of \`${compared}\` is \`${opposite}\`.`;
      return [finding('boolean-simplification', 'hint', span, message, { fixes, isSafe: true })];
    },
  },
};
