/** A selected expression to a name of the `let` around it, or of a new one as far out as its names are known. */
import type { Expression } from '../../syntax/ast';
import type { WalkedNode } from '../../syntax/nodes';
import { indentationAt, lineEnding } from '../../syntax/layout';
import type { Replacement } from '../../syntax/replacement';
import { textOf } from '../textEdits';
import type { Use } from '../scopes';
import type { Assist, AssistContext } from './assist';
import { freeUses, unusedName } from './freeNames';
import { placed } from './placing';
import { nameFor, selectedExpression } from './selectedExpression';

export const extractToLet: Assist = (context) => {
  const { tree, names } = context;
  const selected = selectedExpression(context);
  if (selected === null || selected.expression.kind === 'variable' || selected.expression.kind === 'missing')
    return [];
  const { expression, around } = selected;
  const name = unusedName(names, nameFor(selected, 'value'));
  const home = homeOf(context, expression, around);
  const inner = expression.kind === 'parenthesized' ? expression.expression : expression;
  const binding = `${name} = ${textOf(tree.text, inner.span)};`;
  const [before, after] = [
    tree.text.charAt(expression.span.start - 1),
    tree.text.charAt(expression.span.end),
  ];
  const use = `${/[\w'"}]/.test(before) ? ' ' : ''}${name}${/[\w'"-]/.test(after) ? ' ' : ''}`;
  const replaced = { ...expression.span, newText: use };
  if (home.kind === 'let') {
    const edits = [addedBinding(tree.text, home.node, binding), replaced];
    return [{ title: `Extract to \`${name}\` of the \`let\` around`, kind: 'extract', edits }];
  }
  const { wrapped, parent } = home;
  if (wrapped === expression) return [];
  const edits = joined([...wrappedIn(tree.text, wrapped, parent, binding), replaced]);
  return [{ title: `Extract to a new \`let\`: \`${name}\``, kind: 'extract', edits }];
};

/** What is inserted where another edit begins goes into that one: which comes first is then certain. */
function joined([head, ...rest]: readonly Replacement[]): readonly Replacement[] {
  const other = rest.find(({ start }) => start === head?.start);
  if (head === undefined || other === undefined) return head === undefined ? rest : [head, ...rest];
  return [{ ...other, newText: head.newText + other.newText }, ...rest.filter((each) => each !== other)];
}

type Home =
  | { readonly kind: 'let'; readonly node: Extract<WalkedNode, { kind: 'letIn' }> }
  | { readonly kind: 'new'; readonly wrapped: WalkedNode; readonly parent: WalkedNode | undefined };

/** The way out ends at what binds one of the names that the expression takes, at a function's body and at a `let`. */
function homeOf({ names }: AssistContext, expression: Expression, around: readonly WalkedNode[]): Home {
  const free = freeUses(names, expression.span);
  let child: WalkedNode = expression;
  for (let index = around.length - 1; index >= 0; index--) {
    const node = around[index];
    if (node === undefined) break;
    if (node.kind === 'letIn') return { kind: 'let', node };
    const stops =
      (node.kind === 'function' && (node.body === child || takesFrom(free, node))) ||
      (node.kind === 'with' && node.body === child && free.some(({ other }) => other === 'with')) ||
      (node.kind === 'binding' && takesFromSet(free, around[index - 1]));
    if (stops) return { kind: 'new', wrapped: child, parent: node };
    child = node;
  }
  return { kind: 'new', wrapped: child, parent: undefined };
}

function takesFrom(free: readonly Use[], node: WalkedNode): boolean {
  return free.some(({ definition }) => definition?.scope.owner === node);
}

/** Names of a recursive set, or of sets that Nix merges. */
function takesFromSet(free: readonly Use[], set: WalkedNode | undefined): boolean {
  if (set?.kind !== 'set') return false;
  return (
    takesFrom(free, set) ||
    free.some(({ scope, other }) => other === 'with' && scope.open && scope.with === null)
  );
}

function addedBinding(
  text: string,
  { bindings, body }: Extract<WalkedNode, { kind: 'letIn' }>,
  binding: string,
): Replacement {
  const last = bindings.at(-1);
  if (last === undefined) {
    const at = text.lastIndexOf('in', body.span.start);
    return { start: at, end: at, newText: `${binding} ` };
  }
  const { start, end } = last.span;
  const isMany = text.slice(text.lastIndexOf('\n', start) + 1, start).trim() === '';
  return {
    start: end,
    end,
    newText: `${isMany ? `${lineEnding(text)}${indentationAt(text, start)}` : ' '}${binding}`,
  };
}

function wrappedIn(
  text: string,
  wrapped: WalkedNode,
  parent: WalkedNode | undefined,
  binding: string,
): readonly Replacement[] {
  const { start, end } = wrapped.span;
  const newLine = `${lineEnding(text)}${indentationAt(text, start)}`;
  const isMany = text.slice(start, end).includes('\n');
  const head = isMany ? `let${newLine}  ${binding}${newLine}in${newLine}` : `let ${binding} in `;
  const [open, close] = placed(parent, wrapped, '|').split('|');
  return [
    { start, end: start, newText: `${open ?? ''}${head}` },
    ...(close === '' ? [] : [{ start: end, end, newText: close ?? '' }]),
  ];
}
