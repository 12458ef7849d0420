/** All bash texts of a tree that can be checked by themselves: whole scripts, and blocks of statements that Nix puts into them. Pure. */
import type { AttributeSet, StringLiteral } from '../../syntax/ast';
import { pathTo, stepsThrough, type WalkedNode } from '../../syntax/nodes';
import type { SyntaxTree } from '../../syntax/syntaxTree';
import { bashOf, isMarkedBash, scriptArguments, usualName } from '../bashTextAt';
import { calledName, callParts } from '../callAttributes';
import { takenAttributesOf } from '../takenAttributes';

export interface BashText {
  readonly literal: StringLiteral;
  /** `phase`: run by stdenv; `script`: a program of its own; `strictScript`: one with writeShellApplication's options. */
  readonly kind: 'phase' | 'script' | 'strictScript';
  /** False for lines that become a part of a longer text. */
  readonly isWhole: boolean;
  /** Whose attributes are its variables, where that is known. */
  readonly set: AttributeSet | null;
}

/** In order of the text. A part of a line, as `"--flag"` that is added to another string, is not among them. */
export function bashTextsOf(tree: Pick<SyntaxTree, 'root' | 'text'>): readonly BashText[] {
  const found: BashText[] = [];
  for (const path of literalPaths(tree)) {
    const bash = mayBeBash(tree.text, path) ? bashOf(tree.text, path) : null;
    const share = bash === null ? 'none' : shareOf(tree.text, path, bash.literal);
    if (bash !== null && share !== 'none')
      found.push({ literal: bash.literal, isWhole: share === 'whole', ...surroundings(path) });
  }
  return found;
}

/** From the root to each string in which there may be a command: one that has a blank. */
function* literalPaths({ root, text }: Pick<SyntaxTree, 'root' | 'text'>): Generator<readonly WalkedNode[]> {
  for (const step of stepsThrough(root)) {
    const { node } = step;
    if (node.kind === 'string' && /\s/.test(text.slice(node.content.start, node.content.end)))
      yield pathTo(step);
  }
}

/** Quick: for a file of thousands of strings what is known of each of their places would take too long. */
function mayBeBash(text: string, path: readonly WalkedNode[]): boolean {
  const literal = path.at(-1);
  if (literal?.kind !== 'string') return false;
  if (isMarkedBash(text, literal)) return true;
  for (const node of path.slice(0, -1).reverse()) {
    if (node.kind === 'binding') {
      const name = node.path.names[0]?.name;
      return name != null && (usualName.test(name) || otherNames.has(name));
    }
    if (node.kind === 'apply' && Object.hasOwn(scriptArguments, calledName(callParts(node).head) ?? ''))
      return true;
    if (node.kind === 'set' || node.kind === 'list') return false;
  }
  return false;
}

/** Attributes that some function takes as bash, and whose names do not tell. A test compares them with what is known. */
export const otherNames: ReadonlySet<string> = new Set([
  'text',
  'buildCommand',
  'unpackCmd',
  'fixupOutput',
  'modPostBuild',
  'setSourceRoot',
]);

/** Whether a literal holds statements: as the `whole` of what runs, or as a block of lines that is a `part` of it. */
function shareOf(
  text: string,
  path: readonly WalkedNode[],
  literal: StringLiteral,
): 'whole' | 'part' | 'none' {
  if (isMarkedBash(text, literal)) return 'whole';
  const isBlock = /^[ \t]*\r?\n/.test(text.slice(literal.content.start, literal.content.end));
  let inner: WalkedNode = literal;
  let share: 'whole' | 'part' = 'whole';
  for (const node of path.slice(0, -1).reverse()) {
    const passed = passesOn(text, node, inner);
    if (passed === 'end') return share;
    if (passed === 'never' || (passed === 'part' && !isBlock)) return 'none';
    if (passed === 'part') share = 'part';
    inner = node;
  }
  return 'none';
}

type Share = 'whole' | 'part' | 'never' | 'end';

/** What becomes of a text in the node around it: it stays `whole`, becomes a `part` of a longer one, or something else. */
function passesOn(text: string, node: WalkedNode, inner: WalkedNode): Share {
  const whole = (passes: boolean): Share => (passes ? 'whole' : 'never');
  if (node.kind === 'binding') return node.value === inner ? 'end' : 'never';
  if (node.kind === 'parenthesized') return 'whole';
  if (node.kind === 'letIn' || node.kind === 'with' || node.kind === 'assert')
    return whole(node.body === inner);
  if (node.kind === 'if') return whole(node.condition !== inner);
  if (node.kind === 'select') return whole(node.default === inner);
  if (node.kind === 'binary') return node.operator === '+' ? 'part' : 'never';
  if (node.kind === 'function') return 'part';
  if (node.kind === 'apply') return ofCall(node, inner);
  return node.kind === 'string' && isAloneOnItsLine(text, node, inner) ? 'part' : 'never';
}

function ofCall(node: Extract<WalkedNode, { kind: 'apply' }>, inner: WalkedNode): Share {
  if (node.function === inner) return 'part';
  const { head, args } = callParts(node);
  const name = calledName(head) ?? '';
  if (scriptArguments[name] === args.length - 1) return 'end';
  return name === 'optionalString' && args.length === 2 ? 'whole' : 'part';
}

function isAloneOnItsLine(text: string, outer: StringLiteral, inner: WalkedNode): boolean {
  const splice = outer.interpolations.find(({ expression }) => expression === inner)?.span;
  if (splice === undefined) return false;
  const before = text.slice(
    Math.max(outer.content.start, text.lastIndexOf('\n', splice.start - 1)),
    splice.start,
  );
  const lineEnd = text.indexOf('\n', splice.end);
  const after = text.slice(splice.end, Math.min(outer.content.end, lineEnd < 0 ? text.length : lineEnd));
  return before.trim() === '' && after.trim() === '';
}

function surroundings(path: readonly WalkedNode[]): Pick<BashText, 'kind' | 'set'> {
  let inner = path.at(-1);
  for (const node of path.slice(0, -1).reverse()) {
    if (node.kind === 'apply' && node.argument === inner) {
      const { head, args } = callParts(node);
      const name = calledName(head) ?? '';
      if (scriptArguments[name] === args.length - 1) return ofScript(name, args[1]);
    }
    if (node.kind === 'binding') return ofBinding(path.slice(0, path.indexOf(node)));
    inner = node;
  }
  return { kind: 'script', set: null };
}

function ofScript(name: string, attributes: WalkedNode | undefined): Pick<BashText, 'kind' | 'set'> {
  if (!name.startsWith('runCommand')) return { kind: 'script', set: null };
  return { kind: 'phase', set: attributes?.kind === 'set' ? attributes : null };
}

function ofBinding(outer: readonly WalkedNode[]): Pick<BashText, 'kind' | 'set'> {
  const taken = takenAttributesOf(outer);
  const isText = taken?.function === 'writeShellApplication';
  return isText ? { kind: 'strictScript', set: null } : { kind: 'phase', set: taken?.set ?? null };
}
