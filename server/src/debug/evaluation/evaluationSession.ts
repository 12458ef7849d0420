/** One evaluation under Nix's own debugger: where it stands, and what is told of it. */
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { readTextFile } from '../../engine/blamedFile';
import { errorIn, parseFrames, withoutPrompts, type DebuggerFrame } from '../../nix/debuggerAnswers';
import type { DebuggerReply, EvaluationDebugger } from '../../nix/evaluationDebugger';
import { failure, success, type Result } from '../../result';
import { EvaluationVariables } from './evaluationVariables';
import { crashText, frameName, isBanner, problemOf, stopReason } from './replies';

export interface EvaluationParts {
  readonly stopOnFailure: boolean;
  event(name: string, body: unknown): void;
  isExpression(text: string): boolean;
}

/** The one thread of an evaluation. */
export const evaluationThread = 1;

type Body<T extends DebugProtocol.Response> = Promise<Result<T['body']>>;

/** Commands of the REPL that only tell. */
const telling = /^:(?:bt|env|st(?: \d+)?|\?|(?:doc|t|p) (.*))$/;
const binding = /^([A-Za-z_][\w'-]*)\s*=(?!=)([^]*)$/;

export class EvaluationSession {
  private frames: readonly DebuggerFrame[] = [];
  private variables: EvaluationVariables | null = null;
  private readonly frameNumbers = new Map<number, number>();
  private running = true;
  private ended = false;
  private closing = false;
  private number = 0;
  private wantsErrors: boolean;
  private message: string | null = null;
  private finished: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: EvaluationParts,
    private readonly debug: EvaluationDebugger,
  ) {
    this.wantsErrors = parts.stopOnFailure;
  }

  /** Begins; stops and the end are told by events. */
  start(): void {
    this.finished = this.goOn('');
    void this.debug.over.then((end) => {
      if (!this.running) this.tellEnd({ end, printed: '', said: '' });
    });
  }

  /** Whether to stop at errors. */
  set stopsAtErrors(wanted: boolean) {
    this.wantsErrors = wanted && this.parts.stopOnFailure;
  }

  /** A line that Nix says while it evaluates. */
  hear(line: string): void {
    if (this.running && !isBanner(line)) this.output('stderr', `${this.debug.mapText(line)}\n`);
  }

  /** `:c` or `:s`. */
  resume(command: ':c' | ':s'): Result<null> {
    if (this.running) return success(null);
    this.finished = this.goOn(command);
    return success(null);
  }

  private async goOn(command: string): Promise<void> {
    this.running = true;
    this.variables = null;
    this.message = null;
    this.frameNumbers.clear();
    let reply = await this.debug.ask(command);
    for (; reply.end === null; reply = await this.debug.ask(':c')) {
      this.running = false;
      const told = await this.debug.ask(':bt');
      if (told.end !== null) return this.tellEnd(told);
      if (this.tellStop(parseFrames(withoutPrompts(told.printed)), reply.said)) return;
      this.running = true;
    }
    this.tellEnd(reply);
  }

  /** `said` is what Nix said before it stopped. False when it is to go on. */
  private tellStop(frames: readonly DebuggerFrame[], said: string): boolean {
    const reason = stopReason(said);
    if (reason === 'exception' && !this.wantsErrors) return false;
    this.frames = frames.filter((frame) => this.isTheirs(frame));
    this.variables = new EvaluationVariables(this.debug, () => ++this.number);
    const threadId = evaluationThread;
    this.message = reason === 'exception' ? this.debug.mapText(errorIn(said) ?? 'error') : null;
    const why = this.message === null ? { reason } : { reason, text: this.message };
    this.parts.event('stopped', { ...why, threadId, allThreadsStopped: true });
    return true;
  }

  /** Not one of the expression by which we evaluate, nor the break itself, which has no place. */
  private isTheirs({ position, message }: DebuggerFrame): boolean {
    if (position === null) return message.startsWith('error:') && message !== 'error: breakpoint reached';
    return position.file !== null && this.debug.mapPlace(position) !== null;
  }

  private tellEnd({ end, said }: DebuggerReply): void {
    if (this.ended) return;
    this.ended = true;
    const crash = end === null ? null : crashText(end, this.debug.version);
    if (this.closing) this.output('console', 'The evaluation was ended.\n');
    else if (crash !== null) this.output('stderr', `${crash}\n`);
    else if (end?.exitCode === 0) this.output('console', 'The evaluation came to its end.\n');
    else if (!/^error:/m.test(said)) this.output('stderr', 'The evaluation failed.\n');
    this.parts.event('exited', { exitCode: end?.exitCode ?? 1 });
    this.parts.event('terminated', {});
  }

  get exception(): string | null {
    return this.message;
  }

  stackTrace(start: number, levels: number): DebugProtocol.StackTraceResponse['body'] {
    const all = this.running ? [] : this.frames;
    const shown = all.slice(start, levels === 0 ? undefined : start + levels);
    return { stackFrames: shown.map((frame) => this.toFrame(frame)), totalFrames: all.length };
  }

  private toFrame({ number, message, position }: DebuggerFrame): DebugProtocol.StackFrame {
    const id = ++this.number;
    this.frameNumbers.set(id, number);
    const name = this.debug.mapText(frameName(message));
    const place = position === null ? null : this.debug.mapPlace(position);
    if (place === null || place.file === null)
      return { id, name, line: 0, column: 0, presentationHint: 'label' };
    const { file } = place;
    const character = readTextFile(file)?.lines.fromNixPosition(place.line, place.column).character;
    const column = character === undefined ? place.column : character + 1;
    return { id, name, line: place.line, column, source: { name: basename(file), path: file } };
  }

  async scopes(frameId: number): Body<DebugProtocol.ScopesResponse> {
    const frame = this.frameNumbers.get(frameId);
    const scopes = frame === undefined ? [] : ((await this.variables?.scopes(frame)) ?? []);
    return success({ scopes: [...scopes] });
  }

  async variablesOf(reference: number, start: number, count: number): Body<DebugProtocol.VariablesResponse> {
    const found = await this.variables?.variables(reference, start, count);
    if (found === undefined) return success({ variables: [] });
    return found.ok ? success({ variables: [...found.value] }) : found;
  }

  async evaluate(
    expression: string,
    frameId: number | undefined,
    context: string,
  ): Body<DebugProtocol.EvaluateResponse> {
    const { variables } = this;
    if (variables === null || this.running)
      return refused('It is being evaluated: it can be asked when it has stopped.');
    const frame = (frameId === undefined ? this.frames[0]?.number : this.frameNumbers.get(frameId)) ?? 0;
    const text = expression.trim();
    if (context === 'repl' && (text.startsWith(':') || binding.test(text))) {
      return this.tell(variables, frame, text);
    }
    if (!this.parts.isExpression(`(${text}\n)`)) return refused(noExpression);
    const found = await variables.value(frame, text);
    if (!found.ok) return found;
    const { value, ...rest } = found.value;
    return success({ result: value, ...rest });
  }

  /** A command of the REPL, or `name = expression`. */
  private async tell(
    variables: EvaluationVariables,
    frame: number,
    text: string,
  ): Body<DebugProtocol.EvaluateResponse> {
    const [, name, value = ''] = binding.exec(text) ?? [];
    if (name !== undefined && (value.includes('\n') || !this.parts.isExpression(`(${value})`)))
      return refused('A name is bound to an expression of Nix in one line.');
    const command = name === undefined ? telling.exec(text) : null;
    if (name === undefined && command === null) return refused(notHere);
    if (command?.[1] !== undefined && !this.parts.isExpression(`(${command[1]})`))
      return refused(noExpression);
    await variables.at(frame, text);
    const reply = await this.debug.ask(name === undefined ? text : `${name} = (${value})`);
    const printed = this.debug.mapText(withoutPrompts(reply.printed));
    if (reply.end !== null || (printed === '' && /^error:/m.test(reply.said)))
      return failure(problemOf(reply));
    return success({ result: printed, variablesReference: 0 });
  }

  completions(text: string, column: number): DebugProtocol.CompletionsResponse['body'] {
    const word = /[A-Za-z_][\w'-]*$/.exec(text.slice(0, column - 1))?.[0] ?? '';
    if (word === '') return { targets: [] };
    const names = (this.variables?.knownNames ?? []).filter((name) => name.startsWith(word)).slice(0, 200);
    const start = column - 1 - word.length;
    return { targets: names.map((label) => ({ label, type: 'variable', start, length: word.length })) };
  }

  /** Ends it; resolves when nothing runs any more. */
  async end(): Promise<void> {
    this.closing = true;
    await this.debug.close();
    await this.finished;
  }

  private output(category: string, output: string): void {
    this.parts.event('output', { category, output });
  }
}

const noExpression = 'This is no expression of Nix.';
const notHere =
  'Of the commands of nix repl :bt, :env, :st, :p, :t and :doc serve here; going on is for the debugger.';

function refused(message: string): Result<never> {
  return failure({ code: 'refused', message, advice: null });
}
