/** What an evaluation printed. */
import { NotificationType } from 'vscode-languageserver-protocol';

export interface PrintedLine {
  /** `warning`: Nix's or nixpkgs' (`lib.warn`); `trace`: of `builtins.trace`; `note`: Phasewise's own, or another of Nix's. */
  readonly kind: 'warning' | 'trace' | 'note';
  /** Without colours and credentials; may have several lines. */
  readonly text: string;
  /** Printed by an earlier evaluation of the file; the value is remembered, so that it is not printed again. */
  readonly remembered?: true;
  /** Of a warning: a diagnostic says it. */
  readonly placed?: true;
}

export interface EvaluationOutputParams {
  readonly uri: string;
  /** Of the evaluated text. */
  readonly version: number;
  /** Empty when nothing was printed. */
  readonly lines: readonly PrintedLine[];
}
/** Server to client, after each evaluation of an open document that printed something else than the one before; a later one replaces it. */
export const evaluationOutputNotification = new NotificationType<EvaluationOutputParams>(
  'phasewise/evaluationOutput',
);
