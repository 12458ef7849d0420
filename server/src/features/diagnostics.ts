/**
 * `textDocument/publishDiagnostics`: those of the text alone at once, then for the same version those together with
 * what Nix says; failures of builds and runs with both.
 */
import { pathToFileURL } from 'node:url';
import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver/node';
import type { CodeDescription, Diagnostic as LspDiagnostic } from 'vscode-languageserver/node';
import type { Finding } from '../analysis/finding';
import { diagnosticsOf } from '../analysis/textDiagnostics';
import { fileOf, type Documents, type OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { Diagnostic } from '../protocol/model';
import type { BashProblems } from './bashProblems';
import type { DiagnosticsOutlet } from './diagnosticsOutlet';
import type { Evaluations, FlakeOutcome } from './evaluations';
import type { Failures } from './failures';
import type { FlakeLocks } from './flakeLocks';
import type { OptionProblems } from './optionProblems';
import type { SessionProblems } from './sessionProblems';
import type { ShellEvidence } from './shellEvidence';
import type { WorkspaceProblems } from './workspaceProblems';
import type { Touched, WorkspaceState } from './workspaceState';

const severities: Readonly<Record<Diagnostic['severity'], DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};
const tags = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated } as const;
/** Editors grow slow long before a reader has read so many. */
const most = 1000;

interface Known {
  readonly document: OpenDocument;
  readonly static: readonly Diagnostic[];
  readonly evaluated: readonly Diagnostic[];
}

export interface DiagnosticsParts {
  readonly outlet: DiagnosticsOutlet;
  readonly documents: Documents;
  readonly engine: Engine;
  readonly evaluations: Evaluations;
  readonly failures: Failures;
  readonly state: WorkspaceState;
  readonly bash: BashProblems;
  readonly sessions: SessionProblems;
  readonly options: OptionProblems;
  readonly locks: FlakeLocks;
  readonly evidence: ShellEvidence;
  /** Of files that are not open. */
  readonly others: WorkspaceProblems;
  /** Absolute path of the guide that explains each code; null when there is none to link to. */
  readonly guide: string | null;
  readonly log: Logger;
}

export class DiagnosticsPublisher {
  private readonly known = new Map<string, Known>();
  /** How many of what was found in a text held when it was last published. */
  private readonly holding = new WeakMap<readonly Diagnostic[], number>();
  /** What Nix said of flakes, by the URI of `flake.nix` and by attribute: no document is evaluated as a flake by itself. */
  private readonly flakes = new Map<string, ReadonlyMap<string, readonly Diagnostic[]>>();

  constructor(private readonly parts: DiagnosticsParts) {
    const { documents, evaluations, failures, bash, sessions, options, locks, others } = parts;
    documents.opened.add((document) => this.check(document));
    documents.changed.add((change) => {
      failures.follow(change);
      this.flakes.delete(change.document.uri);
      this.check(change.document);
    });
    documents.closed.add(({ uri }) => {
      this.known.delete(uri);
      this.publish(uri);
    });
    evaluations.finished.add(({ document, evaluated }) => {
      const known = this.known.get(document.uri);
      if (known?.document !== document) return;
      this.known.set(document.uri, { ...known, evaluated: evaluated.diagnostics });
      this.publish(document.uri);
    });
    evaluations.flakes.add((outcome) => this.keepFlake(outcome));
    failures.changed.add((uri) => this.publish(uri));
    bash.changed.add((uri) => this.publish(uri));
    others.changed.add((uri) => this.publish(uri));
    sessions.changed.add((uri) => this.publish(uri));
    options.changed.add((uri) => this.publish(uri));
    locks.changed.add((uri) => this.publish(uri));
  }

  /** What Nix said of a document's last evaluation, at the places that the document shows. */
  evaluated(uri: string): readonly Diagnostic[] {
    const known = this.known.get(uri);
    const own = (known?.evaluated ?? []).map((one) => inDocument(one, known?.document.file ?? ''));
    return [...own, ...this.ofFlake(uri)];
  }

  /** More is known of the derivations of a document, which may speak against what was found in its text. */
  publishAgain(uri: string): void {
    const known = this.known.get(uri);
    if (known === undefined || known.static.length === 0) return;
    const holding = this.parts.evidence.diagnostics(known.document, known.static);
    if (holding.length !== (this.holding.get(known.static) ?? known.static.length)) this.publish(uri);
  }

  /** What was said of this flake no longer holds. */
  forgetFlake(uri: string): void {
    if (this.flakes.delete(uri)) this.publish(uri);
  }

  private keepFlake({ file, attr, evaluated }: FlakeOutcome): void {
    const uri = this.parts.documents.uriOf(file);
    const before = this.flakes.get(uri);
    const errors = evaluated.diagnostics.map((diagnostic) => inDocument(diagnostic, file));
    if (errors.length === 0 && before?.has(attr) !== true) return;
    const kept = new Map(before);
    if (errors.length === 0) kept.delete(attr);
    else kept.set(attr, errors);
    this.flakes.set(uri, kept);
    this.publish(uri);
  }

  /** One error may be said of every attribute. */
  private ofFlake(uri: string): readonly Diagnostic[] {
    const all = [...(this.flakes.get(uri)?.values() ?? [])].flat();
    const said = all.map(({ range, message }) => JSON.stringify([range, message]));
    return all.filter((_, index) => said.indexOf(said[index] ?? '') === index);
  }

  /** Checks the open texts of these files anew, and shows all failures again: the user wants other ones. */
  checkAgain(touched: Touched): void {
    for (const uri of this.parts.failures.uris()) if (!this.known.has(uri)) this.publish(uri);
    for (const [uri, known] of this.known) {
      if (!touched(known.document.file)) continue;
      this.known.set(uri, { ...known, static: this.staticOf(known.document) });
      this.publish(uri);
    }
  }

  private check(document: OpenDocument): void {
    this.known.set(document.uri, { document, static: this.staticOf(document), evaluated: [] });
    this.publish(document.uri);
  }

  private staticOf(document: OpenDocument): readonly Diagnostic[] {
    try {
      return this.parts.engine.checkStatic(document.target);
    } catch (error) {
      this.parts.log.error(`The text of ${document.uri} could not be checked`, error);
      return [];
    }
  }

  private publish(uri: string): void {
    const failures = [
      ...this.ofFlake(uri).map((diagnostic) => this.toLsp(diagnostic)),
      ...this.ofFailures(uri),
    ];
    const known = this.known.get(uri);
    if (known === undefined) {
      const closed = this.parts.others.of(uri).slice(0, most);
      return this.send(uri, null, [...closed.map((diagnostic) => this.toLsp(diagnostic)), ...failures]);
    }
    const { document } = known;
    const evaluated = known.evaluated.map((diagnostic) => inDocument(diagnostic, document.file));
    const ofText = this.parts.evidence.diagnostics(document, known.static);
    this.holding.set(known.static, ofText.length);
    const all = [...withoutDoubles(ofText, evaluated), ...evaluated, ...this.ofOthers(document)];
    const shown = all.slice(0, most).map((diagnostic) => this.toLsp(diagnostic));
    this.send(uri, document.version, [...shown, ...failures]);
  }

  private ofFailures(uri: string): readonly LspDiagnostic[] {
    if (!this.parts.state.settingsOf(fileOf(uri)).builds.problems) return [];
    return this.parts.failures.of(uri).map(({ diagnostic }) => ({
      ...diagnostic,
      codeDescription: this.explained(String(diagnostic.code)),
    }));
  }

  private ofOthers(document: OpenDocument): readonly Diagnostic[] {
    const found = this.foundIn(document);
    return diagnosticsOf(document.tree, document.file, found);
  }

  private foundIn(document: OpenDocument): readonly Finding[] {
    const { bash, sessions, options, locks } = this.parts;
    return [bash, sessions, options, locks].flatMap((one) => one.of(document));
  }

  private send(uri: string, version: number | null, diagnostics: LspDiagnostic[]): void {
    const params = version === null ? { uri, diagnostics } : { uri, version, diagnostics };
    this.parts.outlet.send(params);
  }

  private toLsp(diagnostic: Diagnostic): LspDiagnostic {
    const { documents } = this.parts;
    return {
      range: diagnostic.range,
      severity: severities[diagnostic.severity],
      code: diagnostic.code,
      codeDescription: this.explained(diagnostic.code),
      source: diagnostic.source,
      message: diagnostic.message,
      tags: diagnostic.tags?.map((tag) => tags[tag]),
      relatedInformation: diagnostic.related.map(({ file, range, message }) => ({
        location: { uri: documents.uriOf(file), range },
        message,
      })),
    };
  }

  private explained(code: string): CodeDescription | undefined {
    if (/^SC\d+$/.test(code)) return { href: `https://www.shellcheck.net/wiki/${code}` };
    const { guide } = this.parts;
    return guide === null ? undefined : { href: `${pathToFileURL(guide).href}#${code}` };
  }
}

/** Where Nix has spoken of a line, what we expected it to say there is left out. */
function withoutDoubles(
  fromText: readonly Diagnostic[],
  evaluated: readonly Diagnostic[],
): readonly Diagnostic[] {
  const spoken = new Set(evaluated.filter(isError).map(({ range }) => range.start.line));
  return fromText.filter(
    ({ severity, source, range }) =>
      severity !== 'error' || source !== 'nix' || !spoken.has(range.start.line),
  );
}

function isError({ severity, source }: Diagnostic): boolean {
  return severity === 'error' && source !== 'build';
}

/** The diagnostic as this file shows it: what Nix blames elsewhere stands at the frame of its trace that is here, or at the top. */
function inDocument(diagnostic: Diagnostic, file: string): Diagnostic {
  if (diagnostic.file === file) return diagnostic;
  const { message, range } = diagnostic;
  const own = diagnostic.related.find((related) => related.file === file);
  const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const blamed = { file: diagnostic.file, range, message };
  const related = [blamed, ...diagnostic.related.filter((other) => other !== own)];
  return { ...diagnostic, file, range: own?.range ?? top, related };
}
