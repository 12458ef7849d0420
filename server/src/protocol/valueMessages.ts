/** What an expression is: its value, or what it means and which names are in scope there. Listed for readers in `docs/protocol.md`. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { Range } from './model';

export interface ExplainParams {
  readonly uri: string;
  /** What is selected; empty: the expression at the cursor. */
  readonly range: Range;
  readonly about: 'value' | 'meaning';
}

/** A page for people: `value` in Nix, `meaning` in Markdown. */
export interface ExplainAnswer {
  /** The expression, cut short. */
  readonly title: string;
  readonly text: string;
}

/** Client to server; an error where no expression stands, or nothing may be evaluated. */
export const explainRequest = new RequestType<ExplainParams, ExplainAnswer, void>('phasewise/explain');
