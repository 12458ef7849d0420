/** `phasewise/evaluationOutput`: what the evaluations of open documents, and of flakes, print. */
import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import {
  evaluationOutputNotification,
  type EvaluationOutputParams,
  type PrintedLine,
} from '../protocol/evaluationMessages';
import type { EvaluationOutcome, Evaluations, FlakeOutcome } from './evaluations';
import { notify } from './outgoing';

/** What is evaluated of a document as it is open; a flake has attributes beside it. */
const ofText = 'the text';

export class EvaluationOutput {
  /** What was last printed, by URI, and by what was evaluated of it. */
  private readonly printed = new Map<string, ReadonlyMap<string, readonly PrintedLine[]>>();
  /** What was last told of a URI, as JSON. */
  private readonly told = new Map<string, string>();

  constructor(
    private readonly connection: Connection,
    documents: Documents,
    evaluations: Evaluations,
  ) {
    evaluations.finished.add(({ document, evaluated }: EvaluationOutcome) =>
      this.keep(document.uri, ofText, evaluated.printed, document.version),
    );
    evaluations.flakes.add(({ file, attr, evaluated }: FlakeOutcome) => {
      const uri = documents.uriOf(file);
      this.keep(uri, `#${attr}`, evaluated.printed, documents.get(uri)?.version ?? 0);
    });
    documents.closed.add(({ uri }) => this.keep(uri, ofText, [], 0));
  }

  private keep(uri: string, of: string, lines: readonly PrintedLine[] | undefined, version: number): void {
    const all = new Map(this.printed.get(uri));
    all.delete(of);
    if (lines !== undefined && lines.length > 0) all.set(of, lines);
    this.printed.set(uri, all);
    if (all.size === 0) this.printed.delete(uri);
    const shown = together([...all.values()]);
    const text = JSON.stringify(shown);
    if (text === (this.told.get(uri) ?? '[]')) return;
    this.told.set(uri, text);
    if (all.size === 0) this.told.delete(uri);
    this.send({ uri, version, lines: shown });
  }

  private send(params: EvaluationOutputParams): void {
    void notify(this.connection, evaluationOutputNotification, params);
  }
}

/** One thing may be printed for every attribute: what one printed already is left out of the others. */
function together(all: readonly (readonly PrintedLine[])[]): readonly PrintedLine[] {
  const said = new Set<string>();
  return all.flatMap((lines) => {
    const texts = lines.map(({ kind, text }) => JSON.stringify([kind, text]));
    const fresh = lines.filter((_, index) => !said.has(texts[index] ?? ''));
    for (const text of texts) said.add(text);
    return fresh;
  });
}
