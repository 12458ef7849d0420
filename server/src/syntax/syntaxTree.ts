/** A parsed document as the rest of the server sees it; tree-sitter stays behind it. */
import type { LineIndex } from './lineIndex';
import type { Binding, Expression } from './ast';
import type { Replacement } from './replacement';
import type { TextBefore } from './exact/textBefore';

/** A half-open span of UTF-16 offsets into the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What mends a fault: a title for the user, and edits that do not overlap. */
export interface TextFix {
  readonly title: string;
  readonly edits: readonly Replacement[];
}

export type SyntaxFaultCode =
  | 'syntax'
  | 'number-out-of-range'
  | 'path-trailing-slash'
  | 'duplicate-attribute'
  | 'duplicate-formal'
  | 'dynamic-let'
  | 'dynamic-inherit';

/** What Nix's parser refuses. */
export interface SyntaxFault {
  readonly code: SyntaxFaultCode;
  /** Begins on the line that Nix names. */
  readonly span: Span;
  /** What is wrong, recognisable by who knows Nix's words, and what to do about it. */
  readonly message: string;
  /** Other places that belong to it. */
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  readonly fix: TextFix | null;
}

export interface SyntaxTree {
  readonly text: string;
  readonly lines: LineIndex;
  /** Lowered once, on first use; null when the document holds no expression at all. */
  readonly root: Expression | null;
  /** In order of the text. */
  readonly comments: readonly Span[];
  /** Where the grammar does not take the text, the outermost bindings that are whole for certain; null where it does. */
  readonly whole: readonly Binding[] | null;
  /** What the grammar knows where the text up to this offset breaks off. */
  before(offset: number): TextBefore;
  /** In order of position; empty when the text parses. */
  readonly faults: readonly SyntaxFault[];
  /** Frees the parser's memory; the tree is unusable after it. */
  dispose(): void;
}
