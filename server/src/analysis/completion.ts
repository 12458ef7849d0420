/** What may be typed at a place: names by distance, attributes of known sets, keywords; what the grammar takes there decides. Pure. */
import { builtinNames, globalNames } from '../knowledge/builtins';
import { closedText } from '../syntax/exact/closing';
import { acceptedAfter } from '../syntax/exact/recogniser';
import { tokensBefore, type ReadToken } from '../syntax/exact/tokensBefore';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { attributeNames, definitionIn, setOf, valueAt } from './knownSets';
import { docComment } from './docComment';
import { namesOf, scopeAt, type Scope } from './scopes';

export interface Proposal {
  readonly name: string;
  readonly kind: 'let' | 'rec' | 'argument' | 'formal' | 'attribute' | 'builtin' | 'keyword';
  /** How many scopes away; what is nearer comes first. */
  readonly distance: number;
  /** The comment that documents it. */
  readonly comment: string | null;
}

export interface Completion {
  /** What a proposal replaces: the part of a name that is there. */
  readonly span: Span;
  readonly proposals: readonly Proposal[];
}

/** Parses a text for the caller alone. */
export type ParseAside = (text: string) => SyntaxTree;

const placeholder = 'phasewise';

/** A tree in which an expression stands at the cursor, and the cursor in it: while a name is typed the text rarely parses. */
function completed(tree: SyntaxTree, start: number, offset: number, parse: ParseAside): [SyntaxTree, number] {
  if (tree.faults.length === 0) return [tree, offset];
  const before = tree.text.slice(0, start);
  const inPlace = parse(`${before}${placeholder}${tree.text.slice(offset)}`);
  const at = start + placeholder.length;
  if (inPlace.faults.length === 0) return [inPlace, at];
  const closed = closedText(before, placeholder);
  if (closed === null) return [inPlace, at];
  inPlace.dispose();
  return [parse(closed), at];
}

const keywords = ['assert', 'else', 'if', 'in', 'inherit', 'let', 'or', 'rec', 'then', 'with'];
const farthest = 1000;

export function completionsAt(tree: SyntaxTree, offset: number, parse: ParseAside): Completion {
  const { text } = tree;
  const prefix = /[a-zA-Z_][\w'-]*$/.exec(text.slice(Math.max(0, offset - 200), offset))?.[0] ?? '';
  const span = { start: offset - prefix.length, end: offset };
  const none = { span, proposals: [] };
  if (tree.comments.some(({ start, end }) => start < offset && offset <= end)) return none;
  const accepted = acceptedAfter(text.slice(0, span.start));
  const tokens = tokensBefore(text, span.start);
  const [around, at] = completed(tree, span.start, offset, parse);
  const proposals = proposalsAt(around, at, tokens, accepted);
  if (around !== tree) around.dispose();
  return { span, proposals };
}

function proposalsAt(
  tree: SyntaxTree,
  offset: number,
  tokens: readonly ReadToken[],
  accepted: ReadonlySet<string> | null,
): Proposal[] {
  if (tokens.at(-1)?.name === '.') return attributes(tree, tokens, offset);
  const takes = (token: string): boolean => accepted === null || accepted.has(token);
  const proposals: Proposal[] = [];
  // Where a number may stand an expression may; elsewhere a name is one that is being made.
  if (takes('INT')) proposals.push(...visible(tree, offset));
  else if (takes(';') && takes('ID') && inheritsNames(tokens)) proposals.push(...visible(tree, offset));
  for (const name of keywords) {
    const token = name === 'or' ? 'OR_KW' : name.toUpperCase();
    if (accepted?.has(token) === true && (name !== 'or' || takes('INT'))) {
      proposals.push({ name, kind: 'keyword', distance: farthest, comment: null });
    }
  }
  return proposals;
}

/** Names after `inherit`, without a set that they come from, are those of the scope around. */
function inheritsNames(tokens: readonly ReadToken[]): boolean {
  const last = tokens.findLast(({ name }) => name !== 'ID' && name !== 'OR_KW');
  return last?.name === 'INHERIT';
}

function visible(tree: SyntaxTree, offset: number): Proposal[] {
  const found = new Map<string, Proposal>();
  let distance = 0;
  for (let at: Scope | null = scopeAt(namesOf(tree), offset); at !== null; at = at.parent) {
    for (const [name, definition] of at.names) {
      if (!found.has(name)) {
        const origin = definition.sites[0]?.origin;
        const comment = origin === undefined ? null : docComment(tree, origin.span.start);
        found.set(name, { name, kind: definition.kind, distance, comment });
      }
    }
    distance++;
  }
  for (const name of globalNames) {
    if (!found.has(name)) found.set(name, { name, kind: 'builtin', distance: farthest - 1, comment: null });
  }
  return [...found.values()];
}

/** What stands after a dot: attributes of the set that the names before it lead to. */
function attributes(tree: SyntaxTree, tokens: readonly ReadToken[], offset: number): Proposal[] {
  const path: string[] = [];
  for (
    let index = tokens.length - 1;
    tokens[index]?.name === '.' && tokens[index - 1]?.name === 'ID';
    index -= 2
  ) {
    const { start, end } = tokens[index - 1] ?? { start: 0, end: 0 };
    path.unshift(tree.text.slice(start, end));
  }
  const names = namesOf(tree);
  const scope = scopeAt(names, offset);
  const proposed = (all: Iterable<string>, kind: Proposal['kind']): Proposal[] =>
    [...all].map((name) => ({ name, kind, distance: 0, comment: null }));
  if (path.length === 1 && path[0] === 'builtins' && definitionIn(scope, 'builtins') === null) {
    return proposed(builtinNames, 'builtin');
  }
  const value = valueAt(names, scope, path);
  const set = value === null ? null : setOf(names, value);
  return set === null ? [] : proposed(attributeNames(set), 'attribute');
}
