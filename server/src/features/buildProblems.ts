/** What tools said of source files in the builds of this window, published at those files until the derivation is built or run again. */
import { DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import type { ActivityEvent, DerivationKey } from '../protocol/messages';
import type { Diagnostic } from '../protocol/model';
import { keyName, type Activities } from './activities';
import type { DiagnosticsOutlet } from './diagnosticsOutlet';
import { keyedFile } from './keyedTarget';
import type { WorkspaceState } from './workspaceState';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

interface Kept {
  /** Whose settings hold. */
  readonly file: string | null;
  readonly byUri: ReadonlyMap<string, readonly Diagnostic[]>;
}

export class BuildProblems {
  /** The latest activity of each derivation that has begun a phase. */
  private readonly begun = new Map<string, string>();
  /** By derivation. */
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly outlet: DiagnosticsOutlet,
    private readonly documents: Documents,
    private readonly state: WorkspaceState,
    activities: Activities,
  ) {
    state.changed.add(() => {
      const uris = [...this.kept.values()].flatMap(({ byUri }) => [...byUri.keys()]);
      for (const uri of new Set(uris)) this.publish(uri);
    });
    activities.sent.add(({ key, id, event }) => this.follow(key, id, event));
  }

  private follow(key: DerivationKey, id: string, event: ActivityEvent): void {
    if (event.type === 'progress' && event.progress.kind === 'problems')
      this.keep(key, event.progress.problems);
    // A build that finds everything built begins no phase, and what was said of its sources still holds.
    else if (event.type === 'phaseStarted' && this.begun.get(keyName(key)) !== id) this.keep(key, []);
    if (event.type === 'phaseStarted') this.begun.set(keyName(key), id);
  }

  /** Keeps these of a derivation instead of those before. Nix files have publications of their own and are left out. */
  private keep(key: DerivationKey, problems: readonly Diagnostic[]): void {
    const name = keyName(key);
    const before = this.kept.get(name)?.byUri;
    if (before === undefined && problems.length === 0) return;
    const byUri = new Map<string, readonly Diagnostic[]>();
    for (const problem of problems) {
      if (problem.file.endsWith('.nix')) continue;
      const place = this.documents.uriOf(problem.file);
      byUri.set(place, [...(byUri.get(place) ?? []), problem]);
    }
    if (byUri.size === 0) this.kept.delete(name);
    else this.kept.set(name, { file: keyedFile(key.uri), byUri });
    for (const place of new Set([...(before?.keys() ?? []), ...byUri.keys()])) this.publish(place);
  }

  private publish(uri: string): void {
    const wanted = [...this.kept.values()].filter(
      ({ file }) => this.state.settingsOf(file).builds.toolProblems,
    );
    const all = wanted.flatMap(({ byUri }) => byUri.get(uri) ?? []);
    const diagnostics = all.map(({ range, severity, code, message, source }) => ({
      ...{ range, severity: severities[severity], code, message, source },
    }));
    this.outlet.send({ uri, diagnostics });
  }
}
