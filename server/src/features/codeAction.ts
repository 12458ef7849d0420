/** `textDocument/codeAction`: the fixes that a build's or run's failure brought with it, finding its line, fixes of what was found in the text, and refactorings. */
import { CodeActionKind } from 'vscode-languageserver/node';
import type {
  ClientCapabilities,
  CodeAction,
  CodeActionParams,
  Connection,
  Diagnostic as LspDiagnostic,
  TextEdit,
} from 'vscode-languageserver/node';
import type { Finding } from '../analysis/finding';
import { withSeverities } from '../analysis/severities';
import { bashTextAt } from '../derivation/bashTextAt';
import { textFindings } from '../derivation/textFindings';
import type { Documents, OpenDocument } from '../documents';
import type { Logger } from '../environment';
import type { Diagnostic, Range } from '../protocol/model';
import { offerCommand, type Offer } from '../protocol/offers';
import { checkSeverities } from '../workspace/checkSeverities';
import type { BashProblems } from './bashProblems';
import { comparePositions } from './drawnPlaces';
import type { Failures, ShownFailure } from './failures';
import { requestHandler } from './handler';
import { nearNameFixes } from './nearNames';
import { nearValueFixes } from './nearValues';
import { refusedHashFixes } from './refusedHashes';
import { refusedPackageFixes } from './refusedPackages';
import type { FlakeLocks } from './flakeLocks';
import type { OptionProblems } from './optionProblems';
import type { SessionProblems } from './sessionProblems';
import type { ShellEvidence } from './shellEvidence';
import { refactorings } from './refactorings';
import { actionOf, fixAll, fixAllKind, quickFixes } from './textActions';
import type { ValueAnswers } from './valueAnswers';
import type { WorkspaceState } from './workspaceState';

const longestTitle = 100;

export interface CodeActionParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly failures: Failures;
  readonly bash: BashProblems;
  readonly sessions: SessionProblems;
  readonly options: OptionProblems;
  readonly locks: FlakeLocks;
  readonly evidence: ShellEvidence;
  /** What Nix said of a document's last evaluation. */
  readonly evaluated: (uri: string) => readonly Diagnostic[];
  /** Commands of the client's own that an action may name. */
  readonly commands: ReadonlySet<string>;
  readonly values: ValueAnswers;
  readonly state: WorkspaceState;
  readonly client: ClientCapabilities;
  readonly log: Logger;
}

export function registerCodeAction(parts: CodeActionParts): void {
  const { connection, documents, bash, sessions, options, evidence, state, client, log } = parts;
  connection.onCodeAction(
    requestHandler<CodeActionParams, CodeAction[]>(log, [], async (params) => {
      const { textDocument, range, context } = params;
      const only = context.only ?? [CodeActionKind.QuickFix, CodeActionKind.Refactor];
      const wants = (kind: string): boolean => only.some((wanted) => isWithin(kind, wanted));
      const document = documents.get(textDocument.uri);
      const severities =
        document === null ? {} : checkSeverities(document.file, state.settingsOf(document.file).checks);
      const actions: CodeAction[] = [];
      if (wants(CodeActionKind.QuickFix)) {
        actions.push(
          ...failureFixes(parts, textDocument.uri, range),
          ...(await evaluationFixes(parts, document, params)),
        );
        if (document !== null) {
          const ofText = evidence.findings(document, withSeverities(textFindings(document.tree), severities));
          const others = [...bash.of(document), ...sessions.of(document), ...options.of(document)];
          const found = [...ofText, ...others];
          actions.push(...quickFixes(document, params, found), ...hashActions(document, params, found));
          if (state.trusted) actions.push(...lockActions(document, params, parts.locks.of(document)));
        }
      }
      if (document !== null && state.trusted && wants(formatKind))
        actions.push(...bashActions(document, range));
      if (document !== null) actions.push(...(await refactorings(document, range, client, wants)));
      if (wants(fixAllKind) && document !== null) actions.push(...fixAll(document, severities));
      return actions;
    }),
  );
}

const formatKind = `${CodeActionKind.RefactorRewrite}.bash`;

/** In a whole text of bash: it is formatted. */
function bashActions({ uri, tree }: OpenDocument, { start }: Range): CodeAction[] {
  const bash = tree.faults.length > 0 ? null : bashTextAt(tree, tree.lines.offsetAt(start));
  if (bash?.literal.style !== 'indented') return [];
  const title = 'Format this bash with shfmt';
  const command = { title, command: 'phasewise.formatBash', arguments: [{ uri, position: start }] };
  return [{ title, kind: formatKind, command }];
}

/** What stands in for a hash, or is an old one: the true one is fetched and written. */
function hashActions(
  { uri, tree }: OpenDocument,
  { range, context }: CodeActionParams,
  found: readonly Finding[],
): CodeAction[] {
  return found.flatMap(({ code, span }) => {
    const place = tree.lines.rangeOf(span);
    if (!(code === 'fake-hash' || code === 'stale-hash') || !touches(place, range)) return [];
    const title = 'Fetch and fill in the hash';
    const command = {
      ...{ title, command: 'phasewise.fetchHash' },
      arguments: [{ uri, position: place.start }],
    };
    const diagnostics = context.diagnostics.filter((one) => one.code === code && touches(one.range, place));
    return [{ title, kind: CodeActionKind.QuickFix, diagnostics, command }];
  });
}

/** All inputs that are not locked are locked at once. */
function lockActions(
  { uri, tree }: OpenDocument,
  { range, context }: CodeActionParams,
  found: readonly Finding[],
): CodeAction[] {
  if (!found.some(({ span }) => touches(tree.lines.rangeOf(span), range))) return [];
  const title = 'Lock the inputs of this flake (nix flake lock)';
  const diagnostics = context.diagnostics.filter(({ code }) => code === 'unlocked-input');
  const command = { title, command: 'phasewise.lockFlake', arguments: [{ uri }] };
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics, command }];
}

function failureFixes({ failures, commands }: CodeActionParts, uri: string, range: Range): CodeAction[] {
  return failures
    .of(uri)
    .filter(({ diagnostic, edits }) => [diagnostic, ...edits].some((place) => touches(place.range, range)))
    .flatMap((failure) => [...fixesOf(failure), ...offersOf(failure, commands), ...replayOf(failure)]);
}

function isWithin(kind: string, wanted: string): boolean {
  return kind === wanted || kind.startsWith(`${wanted}.`) || wanted === '';
}

function fixesOf(failure: ShownFailure): readonly CodeAction[] {
  const { edits, otherEdits } = failure;
  return edits.length > 0 || Object.keys(otherEdits).length > 0 ? [fixOf(failure)] : [];
}

/** What the client can do, and what we do for it. */
function offersOf({ offers, owner, diagnostic }: ShownFailure, commands: ReadonlySet<string>): CodeAction[] {
  return offers
    .filter((offer) => offer.kind === 'addToGit' || commands.has(offerCommand(offer).command))
    .map((offer) => offered(offer, owner.uri, owner.attr, diagnostic));
}

async function evaluationFixes(
  { evaluated, values }: CodeActionParts,
  document: OpenDocument | null,
  { textDocument, range, context }: CodeActionParams,
): Promise<CodeAction[]> {
  const { uri } = textDocument;
  const here = evaluated(uri).filter(({ range: place }) => touches(place, range));
  const fixes = here.map(async (told): Promise<CodeAction[]> => {
    const { range: place, code, source, offers = [] } = told;
    const diagnostic = context.diagnostics.find(
      (one) => one.code === code && one.source === source && touches(one.range, place),
    );
    return [
      ...offers.map((offer) => offered(offer, uri, null, diagnostic)),
      ...(document === null ? [] : await textFixes(values, document, told, diagnostic)),
    ];
  });
  return (await Promise.all(fixes)).flat();
}

async function textFixes(
  values: ValueAnswers,
  document: OpenDocument,
  { range, message }: Diagnostic,
  diagnostic: LspDiagnostic | undefined,
): Promise<CodeAction[]> {
  const line = document.tree.lines.lineSpan(range.start.line);
  if (line === null) return [];
  const { tree } = document;
  const said = [
    ...nearNameFixes(tree, line, message),
    ...refusedHashFixes(tree, message),
    ...refusedPackageFixes(tree, message),
  ];
  const fixes = said.length > 0 ? said : await nearValueFixes(values, document, line, message);
  return fixes.map((fix, index) => actionOf(document, fix, index === 0, diagnostic));
}

function offered(
  offer: Offer,
  uri: string,
  attr: string | null,
  diagnostic: LspDiagnostic | undefined,
): CodeAction {
  const { command, title } = offerCommand(offer);
  return {
    title,
    kind: CodeActionKind.QuickFix,
    ...(diagnostic === undefined ? {} : { diagnostics: [diagnostic] }),
    command: { title, command, arguments: [{ uri, attr, ...offer }] },
  };
}

function touches(a: Range, b: Range): boolean {
  return comparePositions(a.start, b.end) <= 0 && comparePositions(b.start, a.end) <= 0;
}

/** Phases run again to find the line. */
function replayOf({ replaySeconds, owner, diagnostic }: ShownFailure): readonly CodeAction[] {
  if (replaySeconds === null) return [];
  const title = replayTitle(replaySeconds);
  const command = { title, command: 'phasewise.replay', arguments: [{ uri: owner.uri, attr: owner.attr }] };
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], command }];
}

/** e.g. "Find failing line (about 3 min)". */
export function replayTitle(seconds: number): string {
  const about = seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
  return `Find failing line (about ${about})`;
}

function fixOf(failure: ShownFailure): CodeAction {
  const { uri, edits, otherEdits, diagnostic } = failure;
  const changes: Record<string, TextEdit[]> = {};
  for (const [other, those] of Object.entries(otherEdits)) changes[other] = [...those];
  if (edits.length > 0) changes[uri] = [...edits];
  return {
    title: titleOf(failure),
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: true,
    edit: { changes },
  };
}

/** What the fix does; where that is not told, what it writes, when that is one short text; else what was explained. */
function titleOf({ edits, otherEdits, explanation, fixTitle }: ShownFailure): string {
  if (fixTitle !== null) return fixTitle;
  const all = [...edits, ...Object.values(otherEdits).flat()];
  const text = all[0]?.newText.trim() ?? '';
  if (all.length === 1 && text !== '' && text.length <= longestTitle && !text.includes('\n')) {
    return `Write ${text}`;
  }
  const sentence = explanation?.split('\n', 1)[0] ?? 'what the build reported';
  return `Fix: ${sentence.slice(0, longestTitle)}`;
}
