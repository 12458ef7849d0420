/** Shows results of phases beside their attributes, and the end of a failing phase's log below the line that failed. */
import { createHash } from 'node:crypto';
import {
  CommentMode,
  comments,
  CommentThreadCollapsibleState,
  CommentThreadState,
  MarkdownString,
  Range,
  ThemeColor,
  Uri,
  window,
  workspace,
  type CommentController,
  type CommentThread,
  type DecorationOptions,
  type Disposable,
  type TextDocument,
  type TextDocumentChangeEvent,
  type TextEditor,
} from 'vscode';
import type { ActivityParams, DerivationKey } from '../../../server/src/protocol/messages';
import { inlineCommentsEnabled, inlineResultsEnabled, replaysEnabled } from '../config';
import { offeredCommands } from '../again/offeredCommands';
import { keyName, type ServerState, type Subscription } from '../serverState';
import type { Failure } from '../../../server/src/protocol/model';
import { inlineResult as resultOf, resultElsewhere } from './inlineAnchors';
import {
  afterChange,
  failureLabel,
  offerLinks,
  resultLabel,
  tailLine,
  tailMarkdown,
  type InlineResult,
} from './inlineResult';

interface Shown {
  readonly owner: DerivationKey;
  readonly result: InlineResult;
  readonly thread: CommentThread | null;
}

/** Of so many documents that are closed results are kept. */
const mostClosed = 100;

const passedMark = window.createTextEditorDecorationType(markAfter('testing.iconPassed'));
const staleMark = window.createTextEditorDecorationType(markAfter('list.warningForeground'));
const failedMark = window.createTextEditorDecorationType(markAfter('errorForeground'));

export class InlineResults implements Disposable {
  private readonly controller: CommentController;
  private readonly subscriptions: readonly Subscription[];
  /** By document. */
  private readonly shown = new Map<string, readonly Shown[]>();
  /** The texts that results stand in, hashed, of documents that are closed; the newest last. */
  private readonly closed = new Map<string, string>();
  /** Which of all that are shown are marked stale. */
  private stale = '';
  /** What each thread's derivation is. */
  private readonly keys = new WeakMap<object, DerivationKey>();

  constructor(private readonly state: ServerState) {
    this.controller = comments.createCommentController('phasewise', 'Phasewise');
    this.subscriptions = [
      state.onActivity((params) => this.receive(params)),
      state.onDidChange(() => this.lookForStale()),
      workspace.onDidChangeTextDocument((event) => this.edited(event)),
      workspace.onDidCloseTextDocument((document) => this.documentClosed(document)),
      workspace.onDidOpenTextDocument((document) => this.documentOpened(document)),
      window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) this.decorate(editor);
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('phasewise.inlineResults')) this.showThreads();
      }),
    ];
  }

  /** What stands in this document now; nothing while it is not wanted, though it is kept. */
  results(uri: string): readonly InlineResult[] {
    if (!inlineResultsEnabled()) return [];
    return (this.shown.get(uri) ?? []).map(({ result }) => this.asOfNow(uri, result));
  }

  private asOfNow(uri: string, result: InlineResult): InlineResult {
    if (result.status !== 'ok') return result;
    const state = this.state.shown({ uri, attr: result.attr }).phases.get(result.phase);
    return state?.kind === 'stale' ? { ...result, status: 'stale' } : result;
  }

  /** An edit elsewhere, in another file or in an input, is told by what the session says of its phases. */
  private lookForStale(): void {
    const stale = [...this.shown.keys()]
      .flatMap((uri) => this.results(uri).map(({ attr, phase, status }) => [uri, attr, phase, status]))
      .filter(([, , , status]) => status === 'stale')
      .join('\n');
    if (stale === this.stale) return;
    this.stale = stale;
    for (const editor of window.visibleTextEditors) this.decorate(editor);
  }

  /** The derivation that a thread's button is about; undefined when it is none of ours. */
  keyOf(thread: unknown): DerivationKey | undefined {
    return typeof thread === 'object' && thread !== null ? this.keys.get(thread) : undefined;
  }

  clear(): void {
    for (const uri of [...this.shown.keys()]) this.replace(uri, []);
  }

  dispose(): void {
    this.clear();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.controller.dispose();
  }

  private receive({ key, kind, event }: ActivityParams): void {
    const others = (keep: (result: InlineResult) => boolean) =>
      (this.shown.get(key.uri) ?? []).filter(({ result }) => result.attr !== key.attr || keep(result));
    if (kind === 'evaluation') return;
    if (kind === 'replay') return this.receiveReplay(key, event, others);
    if (event.type === 'phaseStarted') this.clearElsewhere(key, event.phase);
    // A build may yet find that all is built; what it does build is cleared as it begins.
    if (event.type === 'started' && kind === 'run')
      this.replace(
        key.uri,
        others(({ phase }) => !event.phases.includes(phase)),
      );
    if (event.type === 'phaseStarted')
      this.replace(
        key.uri,
        others(({ phase }) => phase !== event.phase),
      );
    if (event.type === 'phaseFinished') this.add(key, event.phase, others);
    if (event.type === 'finished' && event.failure?.phase != null) this.add(key, event.failure.phase, others);
  }

  /** What a build left stays until the line is found; then it is shown there. */
  private receiveReplay(
    key: ActivityParams['key'],
    event: ActivityParams['event'],
    others: (keep: (result: InlineResult) => boolean) => readonly Shown[],
  ): void {
    if (event.type !== 'started' && event.type !== 'finished') return;
    const phase = this.state.activity(key)?.failure?.phase ?? null;
    const shown = this.results(key.uri).some((result) => result.attr === key.attr && result.phase === phase);
    if (phase !== null && shown) this.add(key, phase, others);
  }

  /** What is shown of a phase in other files than the one its derivation was asked for in. */
  private clearElsewhere(owner: DerivationKey, phase: string): void {
    for (const [uri, results] of [...this.shown]) {
      if (uri === owner.uri) continue;
      const kept = results.filter(
        ({ owner: other, result }) => keyName(other) !== keyName(owner) || result.phase !== phase,
      );
      if (kept.length < results.length) this.replace(uri, kept);
    }
  }

  /** Makes the threads of all results, or takes them away. */
  private showThreads(): void {
    for (const uri of [...this.shown.keys()]) this.showThreadsOf(uri);
  }

  private showThreadsOf(uri: string): void {
    const results = this.shown.get(uri) ?? [];
    this.replace(
      uri,
      results.map(({ owner, result }) => this.showing(uri, owner, result)),
    );
  }

  /** What stood in it stands there again when it is opened with the same text: VS Code also closes what no editor shows. */
  private documentClosed(document: TextDocument): void {
    const uri = document.uri.toString();
    const results = this.shown.get(uri);
    if (results === undefined) return;
    this.closed.set(uri, hashOf(document));
    this.replace(
      uri,
      results.map((each) => ({ ...each, thread: null })),
    );
    const [oldest] = this.closed.keys();
    if (this.closed.size > mostClosed && oldest !== undefined) this.replace(oldest, []);
  }

  private documentOpened(document: TextDocument): void {
    const uri = document.uri.toString();
    const known = this.closed.get(uri);
    this.closed.delete(uri);
    if (known !== undefined && known !== hashOf(document)) this.replace(uri, []);
    else if (this.shown.has(uri)) this.showThreadsOf(uri);
  }

  private add(
    key: ActivityParams['key'],
    phase: string,
    others: (keep: (result: InlineResult) => boolean) => readonly Shown[],
  ): void {
    const derivation = this.state.derivation(key);
    const activity = this.state.activity(key);
    const state = activity?.phases.get(phase);
    if (derivation === undefined || activity === undefined || state === undefined) return;
    const file = Uri.parse(key.uri).fsPath;
    const result = resultOf(derivation, phase, state, activity.failure, file);
    if (result !== null) {
      const rest = others((other) => other.phase !== phase);
      this.replace(key.uri, [...rest, this.showing(key.uri, key, result)]);
    }
    this.addElsewhere(key, phase, resultElsewhere(derivation, phase, state, activity.failure, file));
  }

  private addElsewhere(key: DerivationKey, phase: string, found: ReturnType<typeof resultElsewhere>): void {
    this.clearElsewhere(key, phase);
    if (found === null) return;
    const uri = Uri.file(found.file).toString();
    this.replace(uri, [...(this.shown.get(uri) ?? []), this.showing(uri, key, found.result)]);
  }

  private showing(uri: string, owner: DerivationKey, result: InlineResult): Shown {
    return { owner, result, thread: this.thread(uri, owner, result) };
  }

  private thread(uri: string, owner: DerivationKey, result: InlineResult): CommentThread | null {
    const { failure } = result;
    if (failure === null || this.closed.has(uri)) return null;
    if (!inlineResultsEnabled() || !inlineCommentsEnabled()) return null;
    const line = tailLine(result);
    const body = new MarkdownString(`${tailMarkdown(failure)}${offerLinks(failure, uri, result.attr)}`);
    body.isTrusted = { enabledCommands: [...offeredCommands] };
    const position = new Range(line, 0, line, 0);
    const comment = { author: { name: 'Phasewise' }, body, mode: CommentMode.Preview };
    const thread = this.controller.createCommentThread(Uri.parse(uri), position, [comment]);
    thread.canReply = false;
    const replayed = this.state.isReplayed(owner);
    thread.label = `${result.phase} failed${replayed ? '; looking for the line' : ''}`;
    thread.contextValue = replayed ? 'replayed' : isOffered(failure, owner.uri) ? 'replayable' : 'failed';
    this.keys.set(thread, { uri: owner.uri, attr: owner.attr });
    // VS Code opens its comments panel, over whatever panel is shown, for threads that are not resolved.
    thread.state = CommentThreadState.Resolved;
    thread.collapsibleState = CommentThreadCollapsibleState.Expanded;
    return thread;
  }

  private edited({ document, contentChanges }: TextDocumentChangeEvent): void {
    const uri = document.uri.toString();
    const before = this.shown.get(uri);
    if (before === undefined || before.length === 0 || contentChanges.length === 0) return;
    let after: readonly Shown[] = before;
    for (const change of contentChanges)
      after = after.flatMap(({ owner, result, thread }) => {
        const [kept] = afterChange([result], change);
        if (kept === undefined) return [];
        if (thread !== null) thread.range = new Range(tailLine(kept), 0, tailLine(kept), 0);
        return [{ owner, result: kept, thread }];
      });
    this.replace(uri, after);
  }

  private replace(uri: string, results: readonly Shown[]): void {
    const kept = new Set(results.map(({ thread }) => thread));
    for (const { thread } of this.shown.get(uri) ?? []) if (!kept.has(thread)) thread?.dispose();
    if (results.length === 0) {
      this.shown.delete(uri);
      this.closed.delete(uri);
    } else this.shown.set(uri, results);
    for (const editor of window.visibleTextEditors)
      if (editor.document.uri.toString() === uri) this.decorate(editor);
  }

  private decorate(editor: TextEditor): void {
    const results = this.results(editor.document.uri.toString());
    const marks = (wanted: InlineResult['status']) =>
      results.filter(({ status }) => status === wanted).map((result) => anchorMark(editor, result));
    const failed = results.filter(({ status }) => status === 'failed');
    editor.setDecorations(passedMark, marks('ok'));
    editor.setDecorations(staleMark, marks('stale'));
    editor.setDecorations(failedMark, [
      ...marks('failed'),
      ...failed.flatMap((result) => failingLineMark(editor, result)),
    ]);
  }
}

function hashOf(document: TextDocument): string {
  return createHash('sha256').update(document.getText()).digest('hex');
}

function isOffered({ replay }: Failure, uri: string): boolean {
  return replay?.state === 'offered' && replaysEnabled(Uri.parse(uri));
}

function markAfter(color: string) {
  return { after: { margin: '0 0 0 2em', color: new ThemeColor(color) } };
}

function anchorMark(editor: TextEditor, result: InlineResult): DecorationOptions {
  return mark(editor, result.anchor.start.line, resultLabel(result), result);
}

function failingLineMark(editor: TextEditor, result: InlineResult): DecorationOptions[] {
  const label = failureLabel(result);
  return label === null || result.failed === null
    ? []
    : [mark(editor, result.failed.start.line, label, result)];
}

function mark(editor: TextEditor, line: number, text: string, { failure }: InlineResult): DecorationOptions {
  const { range } = editor.document.lineAt(Math.min(line, editor.document.lineCount - 1));
  return {
    range: new Range(range.end, range.end),
    renderOptions: { after: { contentText: text } },
    ...(failure === null ? {} : { hoverMessage: new MarkdownString(tailMarkdown(failure)) }),
  };
}
