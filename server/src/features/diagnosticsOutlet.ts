/**
 * The one way of diagnostics to the client: published as they come, or, for a client that wants it so, kept until it asks
 * (`textDocument/diagnostic`, `workspace/diagnostic`; LSP 3.17).
 */
import { DocumentDiagnosticReportKind } from 'vscode-languageserver/node';
import type {
  Connection,
  DocumentDiagnosticReport,
  PublishDiagnosticsParams,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { publish, quietly } from './outgoing';

interface Kept {
  readonly resultId: string;
  readonly params: PublishDiagnosticsParams;
}

export class DiagnosticsOutlet {
  private readonly kept = new Map<string, Kept>();
  private count = 0;
  private refreshing = false;

  /** `pulls`: the client asks; it is told when there is something new, if it can be told. */
  constructor(
    private readonly connection: Connection,
    private readonly pulls: boolean,
    private readonly refreshes: boolean,
  ) {
    if (!pulls) return;
    const { diagnostics } = connection.languages;
    diagnostics.on(({ textDocument, previousResultId }) => this.report(textDocument.uri, previousResultId));
    diagnostics.onWorkspace(({ previousResultIds }) => {
      const previous = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
      const uris = new Set([...this.kept.keys(), ...previous.keys()]);
      const items = [...uris].map((uri): WorkspaceDocumentDiagnosticReport => {
        const version = this.kept.get(uri)?.params.version ?? null;
        return { ...this.report(uri, previous.get(uri)), uri, version };
      });
      return { items };
    });
  }

  send(params: PublishDiagnosticsParams): void {
    if (!this.pulls) {
      void publish(this.connection, params);
      return;
    }
    this.count++;
    if (params.diagnostics.length === 0 && params.version === undefined) this.kept.delete(params.uri);
    else this.kept.set(params.uri, { resultId: String(this.count), params });
    this.refresh();
  }

  private report(uri: string, previous: string | undefined): DocumentDiagnosticReport {
    const kept = this.kept.get(uri);
    if (kept === undefined) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    const { resultId, params } = kept;
    return resultId === previous
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
      : { kind: DocumentDiagnosticReportKind.Full, resultId, items: params.diagnostics };
  }

  /** Once for all that comes in one turn. */
  private refresh(): void {
    if (!this.refreshes || this.refreshing) return;
    this.refreshing = true;
    setImmediate(() => {
      this.refreshing = false;
      void quietly(() => this.connection.languages.diagnostics.refresh());
    });
  }
}
