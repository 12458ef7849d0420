/**
 * Nix's own debugger of evaluations (`nix eval --debugger`): it stops at `builtins.break` and at errors, in a REPL that we speak
 * to over pipes. What it prints for one command ends at a mark that the next command prints on both streams.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { nixPath, nixString } from '../nixString';
import type { Result } from '../result';
import { failure, success } from '../result';
import { stripAnsi } from './ansi';
import type { NixContext } from './commandLine';
import { searchPathArguments, settingArguments } from './commandLine';
import { EvaluationAnswer } from './evaluationAnswer';
import { prepareSource, type PreparedSource } from './evaluationSource';
import { requestText } from './evaluationTries';
import { makeOwnFolder } from './ownFolder';
import type { NixVersion } from './installation';
import type { EvaluationOptions, EvaluationSource } from './nix';
import type { ProcessResult } from './process';
import { isAtLeast } from './nixVersion';
import { workGraceMs } from './openWork';

export interface DebuggerReply {
  /** Standard output and standard error without colours. */
  readonly printed: string;
  readonly said: string;
  /** How the evaluation ended; null when the debugger stands still and can be asked more. */
  readonly end: Pick<ProcessResult, 'exitCode' | 'signal'> | null;
}

/** One evaluation under the debugger. Asked one thing after the other. */
export interface EvaluationDebugger {
  readonly version: NixVersion;
  readonly mapPlace: PreparedSource['mapPlace'];
  readonly mapText: PreparedSource['mapText'];
  /** A line for the REPL, `:c` too; empty to wait for the first stop. Answered when it stands still, or has ended. */
  ask(line: string): Promise<DebuggerReply>;
  /** Resolves when the evaluation has ended, however that was. */
  readonly over: Promise<Pick<ProcessResult, 'exitCode' | 'signal'>>;
  /** Ends the evaluation; resolves when nothing of it runs. */
  close(): Promise<void>;
}

/** `onSaid` gets each line of standard error that is not ours while the evaluation runs. */
export interface DebuggerHandlers {
  onSaid(line: string): void;
}

/** Starts it; the problem `no-debugger` where this Nix has none. */
export async function debugEvaluation(
  context: NixContext,
  source: EvaluationSource,
  options: EvaluationOptions,
  handlers: DebuggerHandlers,
): Promise<Result<EvaluationDebugger>> {
  const { version } = context.installation;
  // `nix eval --debugger` came with it.
  if (!isAtLeast(version, 2, 9)) {
    return failure({
      code: 'no-debugger',
      message: `Nix ${version.text} has no debugger of evaluations: it came with Nix 2.9.`,
      advice: 'Say with phasewise.nix.path where a newer Nix is, or look at values with builtins.trace.',
    });
  }
  const prepared = await prepareSource(source, context.expressionsFolder);
  const answer = new EvaluationAnswer(source, options, prepared, context.installation);
  const request = requestText({ context, source, options, prepared }, answer, [], false)(prepared.file);
  const file = join(context.expressionsFolder, 'derivations.nix');
  const expression = `import ${nixPath(file)} { "phasewise'request" = ${nixString(request)}; }`;
  const home = await makeOwnFolder('debugger');
  const repl = new Repl(context, prepared, { expression, home, tag: answer.tag, ...handlers });
  return success(repl);
}

interface ReplParts extends DebuggerHandlers {
  readonly expression: string;
  /** Where the REPL writes its history. */
  readonly home: string;
  /** Begins each record that our expression emits. */
  readonly tag: string;
}

class Repl implements EvaluationDebugger {
  readonly version: NixVersion;
  private readonly input = new PassThrough();
  private readonly life = new AbortController();
  readonly over: Promise<ProcessResult>;
  private readonly token = randomUUID();
  private printed = '';
  private said = '';
  private partial = '';
  private readonly printedText = new StringDecoder('utf8');
  private readonly saidText = new StringDecoder('utf8');
  private count = 0;
  private ended: ProcessResult | null = null;
  /** It told since its last answer that it builds something; when that ends it does not tell. */
  private builds = false;
  private wake: () => void = () => undefined;
  private asking: Promise<unknown> = Promise.resolve();

  constructor(
    context: NixContext,
    private readonly prepared: PreparedSource,
    private readonly parts: ReplParts,
  ) {
    const { installation, runner, environment } = context;
    this.version = installation.version;
    const run = runner.run(installation.programs.nix, argumentsFor(context, parts.expression), {
      cwd: prepared.cwd,
      env: { ...environment, XDG_DATA_HOME: parts.home, TERM: 'dumb', NO_COLOR: '1' },
      stdin: this.input,
      graceMs: () => (this.builds ? workGraceMs : 200),
      signal: this.life.signal,
      onStdout: (chunk) => this.take(chunk),
      onStderr: (chunk) => this.hear(this.saidText.write(chunk)),
    });
    this.over = run.then((result) => {
      this.ended = result;
      this.wake();
      return result;
    });
  }

  get mapPlace(): PreparedSource['mapPlace'] {
    return this.prepared.mapPlace;
  }

  get mapText(): PreparedSource['mapText'] {
    return this.prepared.mapText;
  }

  ask(line: string): Promise<DebuggerReply> {
    const reply = this.asking.then(() => this.exchange(line));
    this.asking = reply.catch(() => undefined);
    return reply;
  }

  async close(): Promise<void> {
    this.life.abort();
    this.input.end();
    await this.over;
    await this.prepared.dispose();
    await rm(this.parts.home, { recursive: true, force: true });
  }

  private async exchange(line: string): Promise<DebuggerReply> {
    const mark = `${this.token}-${++this.count}`;
    if (this.ended === null) this.input.write(`${line}\nbuiltins.trace "${mark}" "${mark}"\n`);
    const printedMark = `\n"${mark}"\n`;
    const saidMark = `trace: ${mark}\n`;
    for (;;) {
      const printed = stripAnsi(this.printed);
      const there = printed.indexOf(printedMark);
      const heard = this.said.indexOf(saidMark);
      if (there >= 0 && heard >= 0) {
        const reply = { printed: printed.slice(0, there), said: this.said.slice(0, heard), end: null };
        // A prompt may be there already.
        this.printed = printed.slice(there + printedMark.length);
        this.said = this.said.slice(heard + saidMark.length);
        this.builds = false;
        return reply;
      }
      if (this.ended !== null) return { printed, said: this.said + this.partial, end: this.ended };
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private take(chunk: Uint8Array): void {
    this.printed += this.printedText.write(chunk);
    if (this.printed.includes(this.token)) this.wake();
  }

  private hear(text: string): void {
    const lines = (this.partial + stripAnsi(text)).split('\n');
    this.partial = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith(`trace: ${this.parts.tag}`)) continue;
      this.said += `${line}\n`;
      if (/^building '.*\.drv'/.test(line)) this.builds = true;
      if (!line.startsWith(`trace: ${this.token}`)) this.parts.onSaid(line);
    }
    this.wake();
  }
}

function argumentsFor({ settings }: NixContext, expression: string): readonly string[] {
  return [
    'eval',
    ...['--extra-experimental-features', 'nix-command flakes'],
    ...['--debugger', '--impure', '--log-format', 'raw'],
    // What tryEval takes care of is no error.
    ...['--option', 'ignore-try', 'true'],
    ...settingArguments(settings),
    ...searchPathArguments(settings),
    ...['--expr', expression],
  ];
}
