/**
 * What went wrong in builds and phase runs, kept for each document until it no longer holds: its phase's text was
 * edited, or the derivation was run or built again. Places move with edits above them. Of a document that nobody has
 * open they hold as long as its file has the same text.
 */
import { dirname } from 'node:path';
import { DiagnosticSeverity } from 'vscode-languageserver/node';
import type {
  Diagnostic as LspDiagnostic,
  DiagnosticRelatedInformation,
  TextEdit,
} from 'vscode-languageserver/node';
import { createHash } from 'node:crypto';
import { fileOf, textOnDisk, withoutMark } from '../documents';
import type { DocumentChange, Documents, OpenDocument } from '../documents';
import type { DerivationKey } from '../protocol/messages';
import type { Derivation, Failure, FileRange, PhaseRunResult, Range } from '../protocol/model';
import type { Offer } from '../protocol/offers';
import type { Span } from '../syntax/syntaxTree';
import { Listeners } from './listeners';
import { logAddress, logLocation } from '../protocol/logUri';
import { nodesAt } from '../syntax/nodes';
import { movedSpan } from '../syntax/textChange';
import type { TextChange } from '../syntax/textChange';

/** A failure as a document shows it. */
export interface ShownFailure {
  /** The document that shows it: the one its place is in. */
  readonly uri: string;
  /** What was run or built. */
  readonly owner: DerivationKey;
  readonly phase: string | null;
  readonly explanation: string | null;
  /** What the fixes do. */
  readonly fixTitle: string | null;
  readonly diagnostic: LspDiagnostic;
  readonly offers: readonly Offer[];
  /** Whether its line can be looked for, and how many seconds that may take; null when not. */
  readonly replaySeconds: number | null;
  /** Fixes within the document that shows it. */
  readonly edits: readonly TextEdit[];
  /** Fixes in other files, by URI. */
  readonly otherEdits: Readonly<Record<string, readonly TextEdit[]>>;
}

export interface RecordedFailure {
  readonly key: DerivationKey;
  readonly derivation: Derivation;
  readonly failure: Failure;
  /** Of its diagnostic. */
  readonly code: string;
}

/** Of so many documents that nobody has open failures are kept. */
const mostClosed = 100;

const start: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export class Failures {
  /** Told the URI whose failures changed otherwise than by an edit. */
  readonly changed = new Listeners<string>();
  /** Told each failure as it is kept. */
  readonly recorded = new Listeners<RecordedFailure>();
  private shown: readonly ShownFailure[] = [];
  /** The texts that the places of failures are of, hashed, by URI of documents that nobody has open; the newest last. */
  private readonly closed = new Map<string, string>();

  constructor(private readonly documents: Documents) {
    documents.closed.add((document) => this.documentClosed(document));
    documents.opened.add(({ uri, tree }) => {
      this.comparedWith(uri, tree.text);
      this.closed.delete(uri);
    });
  }

  /** Files that are not open are others on the disk now, or may be. */
  changedOnDisk(files: readonly string[]): void {
    const changed = new Set(files);
    for (const uri of [...this.closed.keys()]) {
      const file = fileOf(uri);
      if (file !== null && changed.has(file)) this.comparedWith(uri, textOnDisk(file));
    }
  }

  /** Those that this document shows. */
  of(uri: string): readonly ShownFailure[] {
    return this.shown.filter((kept) => kept.uri === uri);
  }

  /** The documents that show any. */
  uris(): readonly string[] {
    return [...new Set(this.shown.map(({ uri }) => uri))];
  }

  /** Whether one of this derivation is shown anywhere. */
  shows(owner: DerivationKey): boolean {
    return this.shown.some((kept) => isOf(kept, owner));
  }

  /** Keeps a failure of this derivation instead of those kept before. */
  record(owner: DerivationKey, derivation: Derivation, failure: Failure, code: string): void {
    const shown = this.show({ uri: owner.uri, attr: derivation.attr }, derivation, failure, code);
    this.keep((kept) => !isOf(kept, owner), [shown]);
    const file = fileOf(shown.uri);
    if (this.documents.get(shown.uri) === null && file !== null)
      this.keepClosed(shown.uri, textOnDisk(file) ?? '');
    this.changed.fire(shown.uri);
    this.recorded.fire({ key: { uri: owner.uri, attr: owner.attr }, derivation, failure, code });
  }

  /** Forgets what is kept of this derivation: all of it, or only of phases that have run well since. */
  resolve(owner: DerivationKey, phases: readonly PhaseRunResult[] | 'all'): void {
    const well = phases === 'all' ? null : new Set(phases.filter(ranWell).map(({ name }) => name));
    this.keep((kept) => {
      if (!isOf(kept, owner)) return true;
      return well !== null && (kept.phase === null || !well.has(kept.phase));
    });
  }

  /** Moves places with an edit and drops failures whose phase's text it touched; told to nobody, as the edit is. */
  follow({ document, before, change }: DocumentChange): void {
    if (change === null) return;
    this.shown = this.shown.flatMap((kept) =>
      kept.uri === document.uri ? moved(kept, before, document, change) : [kept],
    );
  }

  private documentClosed(document: OpenDocument): void {
    const { uri, tree } = document;
    if (this.of(uri).length === 0) return;
    if (document.onDisk && !document.targetForNix().unsaved) this.keepClosed(uri, tree.text);
    else this.dropOf(uri);
  }

  private keepClosed(uri: string, text: string): void {
    this.closed.delete(uri);
    this.closed.set(uri, hashOf(text));
    const [oldest] = this.closed.keys();
    if (this.closed.size > mostClosed && oldest !== undefined) this.dropOf(oldest);
  }

  /** Drops what is shown in a document that nobody had open when its text is another one now. */
  private comparedWith(uri: string, text: string | null): void {
    const known = this.closed.get(uri);
    if (known !== undefined && (text === null || known !== hashOf(text))) this.dropOf(uri);
  }

  private dropOf(uri: string): void {
    this.closed.delete(uri);
    this.keep((kept) => kept.uri !== uri);
  }

  private keep(holds: (failure: ShownFailure) => boolean, added: readonly ShownFailure[] = []): void {
    const dropped = this.shown.filter((kept) => !holds(kept));
    this.shown = [...this.shown.filter(holds), ...added];
    for (const uri of new Set(dropped.map((kept) => kept.uri))) {
      if (this.of(uri).length === 0) this.closed.delete(uri);
      this.changed.fire(uri);
    }
  }

  private show(owner: DerivationKey, derivation: Derivation, failure: Failure, code: string): ShownFailure {
    const uriOf = (file: string): string =>
      file === fileOf(owner.uri) ? owner.uri : this.documents.uriOf(file);
    const place = placeOf(derivation, failure, fileOf(owner.uri));
    const uri = place === null ? owner.uri : uriOf(place.file);
    const edits = failure.edits.map(({ file, range, newText }) => ({ uri: uriOf(file), range, newText }));
    const otherEdits: Record<string, TextEdit[]> = {};
    for (const { uri: other, range, newText } of edits) {
      if (other !== uri) (otherEdits[other] ??= []).push({ range, newText });
    }
    return {
      uri,
      owner,
      phase: failure.phase,
      explanation: failure.explanation,
      fixTitle: failure.fixTitle ?? null,
      offers: failure.offers ?? [],
      replaySeconds: failure.replay?.state === 'offered' ? failure.replay.seconds : null,
      diagnostic: {
        severity: DiagnosticSeverity.Error,
        source: 'build',
        code,
        message: messageOf(failure),
        range: place?.range ?? start,
        relatedInformation: related(derivation, failure, place, uriOf),
      },
      edits: edits.filter((edit) => edit.uri === uri).map(({ range, newText }) => ({ range, newText })),
      otherEdits,
    };
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(withoutMark(text)).digest('hex');
}

/** Where a failure is shown: its own place, else its phase's attribute, else the derivation; never in the store. */
function placeOf(derivation: Derivation, failure: Failure, document: string | null): FileRange | null {
  const { drvPath, file, range } = derivation;
  const store = drvPath === null ? null : `${dirname(drvPath)}/`;
  const phase = failure.phase === null ? undefined : derivation.attributes[failure.phase];
  const places = [fileRange(failure.file, failure.range), phase, fileRange(file, range)];
  const own = places.filter(
    (place): place is FileRange =>
      place !== undefined && (place.file === document || store === null || !place.file.startsWith(store)),
  );
  return own[0] ?? null;
}

/**
 * The place that Nix or bash blames, when it is not where the failure is shown; the phase's attribute, when that is another
 * line; and the line of the log that says most.
 */
function related(
  derivation: Derivation,
  failure: Failure,
  shown: FileRange | null,
  uriOf: (file: string) => string,
): DiagnosticRelatedInformation[] | undefined {
  const { drvPath, file, range, exact, phase, decisive, tail, log } = failure;
  const found: DiagnosticRelatedInformation[] = [];
  const add = (place: FileRange, message: string): void =>
    void found.push({ location: { uri: uriOf(place.file), range: place.range }, message });
  if (file !== null && range !== null && file !== shown?.file)
    add({ file, range }, exact ? 'The command that failed.' : 'Where it failed.');
  const attribute = phase === null ? undefined : derivation.attributes[phase];
  if (exact && attribute !== undefined && !samePlace(attribute, shown))
    add(attribute, `The phase that it is in: ${phase}.`);
  const said = decisive?.[0]?.text ?? tail.at(-1);
  if (log != null && drvPath !== null && said !== undefined) {
    const { id, line } = log;
    const location = logLocation(logAddress(drvPath, { id, phase: log.phase, line }));
    found.push({ location, message: said.trim() });
  }
  return found.length === 0 ? undefined : found;
}

function samePlace(a: FileRange, b: FileRange | null): boolean {
  return a.file === b?.file && a.range.start.line === b.range.start.line;
}

function fileRange(file: string | null, range: Range | null): FileRange | undefined {
  return file === null || range === null ? undefined : { file, range };
}

function isOf({ owner }: ShownFailure, key: DerivationKey): boolean {
  return owner.uri === key.uri && owner.attr === key.attr;
}

function messageOf({ message, explanation, replay }: Failure): string {
  return [message, explanation, replay?.note].filter((part) => part != null).join('\n');
}

function ranWell({ status }: PhaseRunResult): boolean {
  return status === 'ok';
}

function moved(
  failure: ShownFailure,
  before: OpenDocument,
  after: OpenDocument,
  change: TextChange,
): ShownFailure[] {
  const { range } = failure.diagnostic;
  if (movedSpan(bindingAround(before, range), change) === null) return [];
  const move = (place: Range): Range | null => {
    const span = movedSpan(spanOf(before, place), change);
    return span === null ? null : after.tree.lines.rangeOf(span);
  };
  const newRange = move(range);
  if (newRange === null) return [];
  const edits = failure.edits.map((edit) => ({ ...edit, range: move(edit.range) }));
  const usable = edits.every((edit): edit is TextEdit => edit.range !== null);
  return [
    {
      ...failure,
      diagnostic: { ...failure.diagnostic, range: newRange },
      edits: usable ? edits : [],
      otherEdits: usable ? failure.otherEdits : {},
    },
  ];
}

/** The text whose edit makes a failure stale: the binding that it stands in, else its own place. */
function bindingAround(document: OpenDocument, range: Range): Span {
  const place = spanOf(document, range);
  const around = nodesAt(document.tree.root, place.start).filter(
    ({ kind, span }) => kind === 'binding' && span.end >= place.end,
  );
  return around.at(-1)?.span ?? place;
}

function spanOf({ tree }: OpenDocument, range: Range): Span {
  return { start: tree.lines.offsetAt(range.start), end: tree.lines.offsetAt(range.end) };
}
