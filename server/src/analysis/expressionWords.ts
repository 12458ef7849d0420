/** What an expression does, in a sentence or two, by its form alone. Pure. */
import type { Expression } from '../syntax/ast';

const operators: Readonly<Record<string, string>> = {
  '//': 'Makes a set with the attributes of both; where both have one, the right side’s is taken. Sets in them are not merged.',
  '++': 'Makes a list of the elements of both.',
  '+': 'Adds numbers, or puts strings or paths together.',
  '->': 'Is true unless the left side is true and the right side is false.',
  '==': 'Compares values, sets and lists by what is in them; functions are never equal.',
  '!=': 'Compares values, sets and lists by what is in them; functions are never equal.',
  '&&': 'Looks at the right side only when the left one is true.',
  '||': 'Looks at the right side only when the left one is false.',
  '|>': 'Gives the left side to the function on the right.',
  '<|': 'Gives the right side to the function on the left.',
};

const forms: Readonly<Record<Expression['kind'], string>> = {
  variable:
    'A name: what binds it nearest is meant, by `let`, `rec` or as an argument; else what Nix itself defines; else an attribute of a `with` around.',
  number: 'A number.',
  string: 'A string; what stands in `${…}` is evaluated and put in its place.',
  path: 'A path, seen from the folder of this file. Where it is put into a string or given to a derivation, what lies there is copied to the store.',
  homePath: 'A path below your home folder.',
  searchPath: 'A path that is looked for in the search path (`NIX_PATH`, `-I`).',
  uri: 'A string, written as a URL without quotes.',
  parenthesized: 'What stands in the parentheses.',
  list: 'A list; its elements stand side by side, so a call among them needs parentheses.',
  set: 'A set of attributes; none of them is evaluated before somebody asks for it.',
  function: 'A function of one argument.',
  apply: 'A call: the function stands before its argument. Several arguments are calls of calls.',
  select: 'Takes an attribute of a set; what follows `or` is taken where it is missing.',
  hasAttribute: 'Whether a set has an attribute; the attribute itself is not evaluated.',
  unary: 'Turns a truth value (`!`) or a number (`-`) around.',
  binary: 'Puts two values together.',
  letIn:
    'Binds names for what follows `in`. The bindings see each other, in any order; each is evaluated once, when it is needed.',
  with: 'Brings the attributes of a set into the scope of what follows. What `let`, `rec` or an argument binds is meant before them; of several `with` the innermost that has the name.',
  assert: 'Ends the evaluation unless the condition is true; else it is what follows.',
  if: 'Evaluates the condition and then one of both.',
  missing: 'Something is missing here.',
};

/** One or two sentences of Markdown. */
export function expressionWords(expression: Expression): string {
  if (expression.kind === 'binary') return operators[expression.operator] ?? forms.binary;
  if (expression.kind === 'set' && expression.form === 'rec') {
    return 'A set of attributes that see each other by their names.';
  }
  if (expression.kind === 'function' && expression.formals !== null) {
    return expression.formals.ellipsis
      ? 'A function of a set: it takes the named attributes and lets others be.'
      : 'A function of a set with exactly these attributes; what has a default (`?`) may be left out.';
  }
  return forms[expression.kind];
}
