/** Where a text uses what a message of Nix names, and where it writes the message itself. */
import type { AttributeName, Binding, Expression } from '../syntax/ast';
import { literalValue } from '../syntax/stringText';
import type { Span } from '../syntax/syntaxTree';
import { walk } from '../syntax/walk';

/** Names that sets of packages go by in messages and in texts alike, and need not agree. */
const ofSets: ReadonlySet<string> = new Set(['pkgs', 'nixpkgs', 'self', 'super', 'final', 'prev', 'config']);

/** The only string of the text that is this message; null when there is none, or several are. */
export function writtenText(root: Expression, text: string, message: string): Span | null {
  const found: Span[] = [];
  walk(root, (expression) => {
    if (expression.kind === 'string' && literalValue(text, expression)?.trim() === message.trim())
      found.push(expression.span);
    return true;
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** The first place that reads this attribute or name; else the first that sets or takes it. Null when there is none. */
export function firstUse(root: Expression, path: readonly string[]): Span | null {
  const read: Span[] = [];
  const written: Span[] = [];
  const wanted = path.at(-1) ?? '';
  walk(root, (expression) => {
    for (const { span, names, reads } of namesIn(expression)) {
      if (names.at(-1) !== wanted || !agree(names, path)) continue;
      (reads ? read : written).push(span);
    }
    return true;
  });
  return read[0] ?? written[0] ?? null;
}

interface Named {
  readonly span: Span;
  /** From the outermost name that the text tells. */
  readonly names: readonly string[];
  readonly reads: boolean;
}

function namesIn(expression: Expression): readonly Named[] {
  const { kind } = expression;
  if (kind === 'variable') return [{ span: expression.span, names: [expression.name], reads: true }];
  if (kind === 'select') {
    const base = expression.expression.kind === 'variable' ? [expression.expression.name] : [];
    return namesOfPath(base, expression.path.names, true);
  }
  if (kind === 'function')
    return (expression.formals?.formals ?? []).map(({ name: { span, name } }) => ({
      ...{ span, names: [name] },
      reads: false,
    }));
  return kind === 'set' || kind === 'letIn' ? expression.bindings.flatMap(namesOfBinding) : [];
}

function namesOfBinding(binding: Binding): readonly Named[] {
  return binding.kind === 'inherit'
    ? binding.names.flatMap((name) => namesOfPath([], [name], true))
    : namesOfPath([], binding.path.names, false);
}

function namesOfPath(
  base: readonly string[],
  path: readonly AttributeName[],
  reads: boolean,
): readonly Named[] {
  const names = path.map(({ name }) => name ?? '');
  return path.map(({ span }, index) => ({ span, names: [...base, ...names.slice(0, index + 1)], reads }));
}

/** Whether what stands before the last name may be the same set. */
function agree(names: readonly string[], path: readonly string[]): boolean {
  const [outer, wanted] = [names.at(-2), path.at(-2)];
  return (
    outer === undefined || wanted === undefined || ofSets.has(outer) || ofSets.has(wanted) || outer === wanted
  );
}
