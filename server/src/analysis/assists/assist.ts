/** What an assist is: a change of a text that somebody may want at a place, one file each. Nothing is wrong without it. */
import { nodesAt, type WalkedNode } from '../../syntax/nodes';
import type { Replacement } from '../../syntax/replacement';
import type { Span, SyntaxTree } from '../../syntax/syntaxTree';
import { namesOf } from '../names';
import type { Names } from '../scopes';

export interface AssistContext {
  readonly tree: SyntaxTree;
  readonly names: Names;
  /** What is selected, without blanks at its ends; empty at a mere cursor. */
  readonly span: Span;
  /** The nodes around it, the outermost first. */
  readonly path: readonly WalkedNode[];
}

export interface Offer {
  readonly title: string;
  /** The kinds of LSP: `refactor.rewrite`, `refactor.extract`, `refactor.inline`, `quickfix`. */
  readonly kind: 'rewrite' | 'extract' | 'inline' | 'quickfix';
  readonly edits: readonly Replacement[];
  /** A file beside this one that comes to be; its name without `.nix` may be changed where it is taken. */
  readonly newFile?: NewFile;
}

export interface NewFile {
  readonly name: string;
  readonly text: string;
  /** The edits when the file gets this name. */
  readonly edits: (name: string) => readonly Replacement[];
}

export type Assist = (context: AssistContext) => readonly Offer[];

/** Takes a text that parses; gives what an assist looks at. */
export function contextAt(tree: SyntaxTree, { start, end }: Span): AssistContext {
  const selected = tree.text.slice(start, end);
  const from = start + (selected.length - selected.trimStart().length);
  const span =
    selected.trim() === '' ? { start, end: start } : { start: from, end: from + selected.trim().length };
  const path = nodesAt(tree.root, span.start).filter((node) => node.span.end >= span.end);
  return { tree, names: namesOf(tree), span, path };
}
