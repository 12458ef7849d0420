/** Which functions call which, where the texts tell. */
import type { Binding, Expression } from '../../syntax/ast';
import { nodesAt, type WalkedNode } from '../../syntax/nodes';
import type { Span } from '../../syntax/syntaxTree';
import { walk } from '../../syntax/walk';
import { lastName, spine } from './calls';
import type { FileTree } from './fileTrees';
import type { Meanings, Site } from './meanings';
import { meaningAt, referencesIn, type Meaning } from './references';

type Bound = Extract<Binding, { kind: 'binding' }>;

/** A binding that calls or is called; without a name the file itself. */
export interface Caller {
  readonly in: FileTree;
  readonly name: string | null;
  readonly span: Span;
  readonly nameSpan: Span;
}

export interface Call {
  readonly of: Caller;
  /** Where the function's name stands in the calls. */
  readonly spans: readonly Span[];
}

/** The functions that a name at an offset means; none where it means no function. */
export async function functionsAt(
  meanings: Meanings,
  file: FileTree,
  offset: number,
): Promise<readonly Caller[]> {
  const meaning = await meaningAt(meanings, file, offset);
  return (meaning?.sites ?? []).flatMap((site) => functionAt(site) ?? []);
}

function functionAt({ in: file, span }: Site): Caller | null {
  const binding = nodesAt(file.tree.root, span.start).findLast(
    (node): node is Bound => node.kind === 'binding',
  );
  if (binding === undefined || binding.path.names.at(-1)?.span.start !== span.start) return null;
  return inner(binding.value).kind === 'function' ? callerOf(file, binding) : null;
}

function inner(value: Expression): Expression {
  let at = value;
  while (at.kind === 'parenthesized' || at.kind === 'letIn')
    at = at.kind === 'letIn' ? at.body : at.expression;
  return at;
}

function callerOf(file: FileTree, { path, span }: Bound): Caller {
  const name = file.tree.text.slice(path.span.start, path.span.end);
  const last = path.names.at(-1)?.span ?? path.span;
  return { in: file, name, span, nameSpan: last };
}

/** The calls of what is meant in one file, by the bindings around them. */
export async function callsIn(
  meanings: Meanings,
  file: FileTree,
  meaning: Pick<Meaning, 'name' | 'sites'>,
): Promise<readonly Call[]> {
  const found = new Map<number, { readonly of: Caller; readonly spans: Span[] }>();
  for (const { span, isDefinition } of await referencesIn(meanings, file, meaning)) {
    const around = nodesAt(file.tree.root, span.start);
    if (isDefinition || !isCalled(around, span)) continue;
    const binding = around.findLast((node): node is Bound => node.kind === 'binding');
    const of = binding === undefined ? wholeFile(file) : callerOf(file, binding);
    const before = found.get(of.span.start);
    if (before === undefined) found.set(of.span.start, { of, spans: [span] });
    else before.spans.push(span);
  }
  return [...found.values()];
}

/** Whether the name is the head of an application, or the last name of its head. */
function isCalled(around: readonly WalkedNode[], { end }: Span): boolean {
  return around.some((node) => node.kind === 'apply' && spine(node).head.span.end === end);
}

function wholeFile(file: FileTree): Caller {
  const span = { start: 0, end: file.tree.text.length };
  return { in: file, name: null, span, nameSpan: { start: 0, end: 0 } };
}

/** What the function at an offset calls, as far as that is known. */
export async function callsFrom(
  meanings: Meanings,
  file: FileTree,
  offset: number,
): Promise<readonly Call[]> {
  const binding = nodesAt(file.tree.root, offset).findLast((node): node is Bound => node.kind === 'binding');
  if (binding === undefined) return [];
  const heads: Expression[] = [];
  walk(binding.value, (expression) => {
    if (expression.kind === 'apply') heads.push(spine(expression).head);
    return true;
  });
  const found = new Map<string, { readonly of: Caller; readonly spans: Span[] }>();
  const seen = new Set<number>();
  for (const { span, ...head } of heads) {
    if (seen.has(span.end)) continue;
    seen.add(span.end);
    const [called] = await functionsAt(meanings, file, span.end);
    if (called === undefined) continue;
    const key = `${called.in.file}:${called.span.start}`;
    const name = lastName({ span, ...head });
    const own = { start: span.end - name.length, end: span.end };
    const before = found.get(key);
    if (before === undefined) found.set(key, { of: called, spans: [own] });
    else before.spans.push(own);
  }
  return [...found.values()];
}
