/** `phasewise/evaluationOutput`: what the evaluations of open documents print. */
import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import { evaluationOutputNotification, type EvaluationOutputParams } from '../protocol/evaluationMessages';
import type { EvaluationOutcome, Evaluations } from './evaluations';
import { notify } from './outgoing';

export class EvaluationOutput {
  /** What was last told of a document, as JSON. */
  private readonly told = new Map<string, string>();

  constructor(
    private readonly connection: Connection,
    documents: Documents,
    evaluations: Evaluations,
  ) {
    evaluations.finished.add((outcome) => this.tell(outcome));
    documents.closed.add(({ uri }) => {
      if (this.told.delete(uri)) this.send({ uri, version: 0, lines: [] });
    });
  }

  private tell({ document, evaluated }: EvaluationOutcome): void {
    const { uri, version } = document;
    const { printed: lines = [] } = evaluated;
    const text = JSON.stringify(lines);
    if (text === (this.told.get(uri) ?? '[]')) return;
    this.told.set(uri, text);
    this.send({ uri, version, lines });
  }

  private send(params: EvaluationOutputParams): void {
    void notify(this.connection, evaluationOutputNotification, params);
  }
}
