/** What the analysis of a text has to say about a place in it. */
import type { Span, SyntaxTree, TextFix } from '../syntax/syntaxTree';
import type { Names } from './scopes';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Finding {
  /** Stable; explained in docs/diagnostics.md. */
  readonly code: string;
  readonly severity: Severity;
  /** `nix` for what Nix itself would refuse. */
  readonly source: 'nix' | 'phasewise' | 'shellcheck';
  readonly span: Span;
  readonly message: string;
  readonly tag: 'unnecessary' | 'deprecated' | null;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  /** The first is the one to prefer. */
  readonly fixes: readonly TextFix[];
  /** Whether the first fix changes nothing but the text, so that all such may be made at once. */
  readonly isSafe: boolean;
}

/** A finding of a check of ours; what is not said has no tag, nothing related, no fix. */
export function finding(
  code: string,
  severity: Severity,
  span: Span,
  message: string,
  more: Partial<Pick<Finding, 'tag' | 'related' | 'fixes' | 'isSafe'>> = {},
): Finding {
  const none = { tag: null, related: [], fixes: [], isSafe: false } as const;
  return { code, severity, source: 'phasewise', span, message, ...none, ...more };
}

/** What a check is given. */
export interface Checked {
  readonly tree: SyntaxTree;
  /** Of the piece that is looked at, or around all pieces. */
  readonly names: Names;
  /** Whether the text binds, anywhere, a name that Nix itself defines. */
  readonly isBound: (name: string) => boolean;
}

/** The same so much further on. */
export function shiftedFinding(finding: Finding, by: number): Finding {
  if (by === 0) return finding;
  const { span, related, fixes } = finding;
  return {
    ...finding,
    span: shiftedSpan(span, by),
    related: related.map((each) => ({ ...each, span: shiftedSpan(each.span, by) })),
    fixes: fixes.map((fix) => ({
      ...fix,
      edits: fix.edits.map((edit) => ({ ...edit, ...shiftedSpan(edit, by) })),
    })),
  };
}

function shiftedSpan({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
