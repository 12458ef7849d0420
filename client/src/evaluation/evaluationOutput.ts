/** What evaluations print: an output channel, made when there is something to show, and the language status of the file. */
import {
  languages,
  LanguageStatusSeverity,
  window,
  workspace,
  type LanguageStatusItem,
  type LogOutputChannel,
  type OutputChannel,
  Uri,
} from 'vscode';
import type { EvaluationOutputParams } from '../../../server/src/protocol/evaluationMessages';
import type { ActivityParams } from '../../../server/src/protocol/messages';
import { BoundedLog } from '../builds/boundedLog';
import { registerCommand } from '../log';
import type { ServerState, Subscription } from '../serverState';
import { outputBlock, outputSummary } from './outputWords';

/** Units after which the channel begins anew: VS Code rotates a channel that is larger by much. */
const most = 5_000_000;

export class EvaluationOutput implements Subscription {
  private readonly outputs = new Map<string, EvaluationOutputParams>();
  private channel: OutputChannel | null = null;
  private written = 0;
  private item: LanguageStatusItem | null = null;
  private readonly builds = new Map<string, BoundedLog>();
  private readonly subscriptions: readonly Subscription[];

  constructor(state: ServerState, log: LogOutputChannel) {
    this.subscriptions = [
      state.onActivity((params) => this.follow(params)),
      window.onDidChangeActiveTextEditor(() => this.update()),
      registerCommand(log, 'phasewise.showEvaluationOutput', () => this.show()),
    ];
  }

  receive(params: EvaluationOutputParams): void {
    const { uri, lines } = params;
    if (lines.length === 0) this.outputs.delete(uri);
    else this.outputs.set(uri, params);
    this.write(outputBlock(heading(uri), lines));
    this.update();
  }

  /** The server is gone, and with it what it evaluated. */
  forget(): void {
    this.outputs.clear();
    this.update();
  }

  /** The log of what is built for an evaluation. */
  private follow({ key, kind, id, event }: ActivityParams): void {
    if (kind !== 'evaluation') return;
    const log = this.builds.get(id) ?? new BoundedLog(most / 2);
    this.builds.set(id, log);
    if (event.type === 'started') this.write(heading(key.uri));
    this.write(log.render(event));
    if (event.type === 'finished') this.builds.delete(id);
  }

  dispose(): void {
    for (const one of [...this.subscriptions, this.channel, this.item]) one?.dispose();
  }

  private show(): void {
    if (this.channel === null) void window.showInformationMessage('No evaluation has printed anything.');
    else this.channel.show(true);
  }

  private write(text: string): void {
    if (text === '') return;
    this.channel ??= window.createOutputChannel('Phasewise: Evaluation');
    if (this.written + text.length > most) {
      this.channel.clear();
      this.written = 0;
    }
    this.written += text.length;
    this.channel.append(text);
  }

  private update(): void {
    const uri = window.activeTextEditor?.document.uri.toString();
    const summary = uri === undefined ? null : outputSummary(this.outputs.get(uri)?.lines ?? []);
    if (summary === null) {
      this.item?.dispose();
      this.item = null;
      return;
    }
    this.item ??= languages.createLanguageStatusItem('phasewise.evaluationOutput', { language: 'nix' });
    this.item.name = 'What the Evaluation Printed';
    this.item.text = summary.text;
    this.item.detail = summary.detail;
    this.item.command = { command: 'phasewise.showEvaluationOutput', title: 'Show' };
    this.item.severity = summary.warning
      ? LanguageStatusSeverity.Warning
      : LanguageStatusSeverity.Information;
  }
}

function heading(uri: string): string {
  return `── ${workspace.asRelativePath(Uri.parse(uri))}, ${new Date().toLocaleTimeString()}\n`;
}
