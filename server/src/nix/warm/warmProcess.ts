/** One process of `nix-instantiate` that answers request after request (`expressions/warm.nix`) and remembers what it evaluated. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripAnsi } from '../ansi';
import type { NixContext } from '../commandLine';
import { runWithLog } from '../commandLine';
import { instantiateArguments } from '../evaluationTries';
import { pathRead, tellsFilesRead } from '../filesRead';
import type { NixLogRecord } from '../internalJson';
import type { EvaluationOptions, EvaluationSource, TypingOptions } from '../nix';
import type { ProcessResult } from '../process';
import { residentBytes } from '../process';
import { ReadFiles } from './readFiles';
import { Scratch } from './scratch';
import { searchPathEntries } from './searchPathEntries';
import { isAtLeast } from '../nixVersion';

/** Requests that one process answers: what it remembers of them only grows. */
const mostRequests = 4000;
/** How long a request that nobody waits for any more may go on, so that what it learns is kept. */
const patienceMs = 1500;
const memoryPollMs = 150;

export interface WarmStart {
  readonly context: NixContext;
  readonly options: EvaluationOptions;
  readonly typing: TypingOptions;
  readonly cwd: string;
  /** One of those that it is asked; default: one that needs nothing of its own. */
  readonly source?: Pick<EvaluationSource, 'kind' | 'entry'>;
  /** Which of our expressions answers; default: what evaluates a file. */
  readonly answers?: 'values.nix';
}

export interface Asked {
  /** What `derivations.nix` is asked. */
  readonly request: string;
  readonly onRecord: (record: NixLogRecord) => void;
  /** Aborted when the time for it is over. */
  readonly deadline: AbortSignal;
  readonly signal: AbortSignal;
}

/** How a request ended; `exit` is the evaluator's own end, after it said why. */
export type AskEnd =
  | { readonly kind: 'answered' | 'cancelled' | 'timeout' | 'memory' }
  | { readonly kind: 'exit'; readonly exitCode: number | null; readonly signal: string | null };

type Reason = 'cancelled' | 'timeout' | 'memory' | 'closed';

interface Waiting {
  readonly number: number;
  resolve(there: boolean): void;
}

export class WarmProcess {
  readonly files: ReadFiles;
  private readonly mark = `phasewise-${randomUUID()} `;
  private readonly life = new AbortController();
  private readonly result: Promise<ProcessResult>;
  private pid = 0;
  private ended = false;
  private reason: Reason | null = null;
  /** The request that it stands before; -1 while it starts. */
  private gate = -1;
  private next = 0;
  private waiting: Waiting[] = [];
  private listener: ((record: NixLogRecord) => void) | null = null;
  private since = Date.now();
  private full = false;

  private constructor(
    readonly start: WarmStart,
    readonly scratch: Scratch,
  ) {
    const { context, typing } = start;
    const { installation, environment, settings } = context;
    this.files = new ReadFiles({
      isConstant: (path) => isConstant(path, context, scratch),
      searchPath: searchPathEntries(settings.searchPath, environment),
      sourceLimitMb: typing.sourceLimitMb,
      tellsAllCopies: isAtLeast(installation.version, 2, 26),
    });
    this.result = runWithLog(
      context.runner,
      installation.programs.nixInstantiate,
      this.commandLine(),
      (record) => this.take(record),
      {
        cwd: start.cwd,
        env: { ...environment, GC_MAXIMUM_HEAP_SIZE: String(this.memoryBytes) },
        maxOutputBytes: 4096,
        graceMs: 0,
        signal: this.life.signal,
        onStarted: (pid) => (this.pid = pid),
      },
    ).then(async (result) => {
      this.ended = true;
      this.arrived(false);
      await scratch.remove();
      return result;
    });
  }

  /** Null where there cannot be one. */
  static async start(start: WarmStart): Promise<WarmProcess | null> {
    const { runner, environment } = start.context;
    const scratch = await Scratch.make(runner, environment);
    return scratch === null ? null : new WarmProcess(start, scratch);
  }

  /** The number of the request that is asked next. */
  get nextNumber(): number {
    return this.next;
  }

  /** Resolves when it can be asked: true, or false when it has ended or has answered enough. */
  async rested(): Promise<boolean> {
    const { next } = this;
    return (await this.reached(next)) && next < mostRequests;
  }

  /** Whether it held more than it may after its last answer, so that a new one is to take its place. */
  get isFull(): boolean {
    return this.full;
  }

  /** Asks once; nobody else asks meanwhile. Who stops waiting leaves it at work for a little while. */
  async ask({ request, onRecord, deadline, signal }: Asked): Promise<AskEnd> {
    const number = this.next++;
    try {
      this.scratch.placeRequest(number, request);
    } catch {
      // Without the request it must not go on.
      this.end('closed');
    }
    this.since = Date.now();
    this.listener = onRecord;
    const answered = this.answered(number);
    const late = (): void => this.end('timeout');
    deadline.addEventListener('abort', late, { once: true });
    if (deadline.aborted) late();
    const meter = setInterval(
      () => void this.measure().then(() => this.full && this.end('memory')),
      memoryPollMs,
    );
    const over = answered.finally(() => {
      deadline.removeEventListener('abort', late);
      clearInterval(meter);
      this.listener = null;
      void this.measure();
      if (number > 0) void this.scratch.forget(number - 1).catch(() => undefined);
    });
    const given = await Promise.race([over, aborted(signal)]);
    if (given !== 'aborted') return given ? { kind: 'answered' } : this.howItEnded();
    this.listener = null;
    const patience = setTimeout(() => this.end('cancelled'), patienceMs);
    void over.finally(() => clearTimeout(patience));
    return { kind: 'cancelled' };
  }

  /** When the running request began. */
  get askedAt(): number {
    return this.since;
  }

  /** Ends it, with all that it started. */
  async close(): Promise<void> {
    this.end('closed');
    await this.result;
  }

  private get memoryBytes(): number {
    const { typing, options } = this.start;
    return Math.min(typing.warmMemoryMb, options.memoryLimitMb) * 1024 * 1024;
  }

  private commandLine(): readonly string[] {
    const { context, options, source, answers = 'derivations.nix' } = this.start;
    const args = {
      "phasewise'answers": answers,
      "phasewise'folder": this.scratch.folder,
      "phasewise'tag": this.mark,
      "phasewise'count": String(mostRequests),
    };
    return [
      tellsFilesRead,
      ...instantiateArguments(context, source ?? { kind: 'file' }, options, { name: 'warm.nix', args }),
    ];
  }

  private take(record: NixLogRecord): void {
    if (record.type === 'message') {
      const start = `trace: ${this.mark}`;
      const text = record.level === 0 ? stripAnsi(record.text) : '';
      if (text.startsWith(start)) {
        this.gate = Number(text.slice(start.length));
        this.arrived(true);
        return;
      }
    }
    const read = pathRead(record);
    if (read !== null) this.files.add(read, this.since);
    else this.listener?.(record);
  }

  /** Resolves when it stands before this request: true, or false when it never will. */
  private reached(number: number): Promise<boolean> {
    if (this.ended) return Promise.resolve(false);
    if (this.gate >= number) return Promise.resolve(true);
    return new Promise((resolve) => this.waiting.push({ number, resolve }));
  }

  private arrived(alive: boolean): void {
    const { waiting } = this;
    this.waiting = waiting.filter(({ number }) => alive && number > this.gate);
    for (const one of waiting) if (!this.waiting.includes(one)) one.resolve(alive);
  }

  private async answered(number: number): Promise<boolean> {
    if (!(await this.reached(number))) return false;
    while (!this.scratch.openGate(number)) {
      if (this.ended) return false;
      // It has told that it comes to the gate, and is on its way.
      await sleep(1);
    }
    return this.reached(number + 1);
  }

  private async howItEnded(): Promise<AskEnd> {
    const { exitCode, signal } = await this.result;
    const { reason } = this;
    if (reason === 'timeout' || reason === 'memory') return { kind: reason };
    return reason === null ? { kind: 'exit', exitCode, signal } : { kind: 'cancelled' };
  }

  private async measure(): Promise<void> {
    this.full = ((await residentBytes(this.pid)) ?? 0) > this.memoryBytes;
  }

  private end(reason: Reason): void {
    if (this.ended || this.reason !== null) return;
    this.reason = reason;
    this.life.abort();
  }
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

/** What the store holds does not change, and what we write is read once. */
function isConstant(
  path: string,
  { installation, expressionsFolder }: NixContext,
  scratch: Scratch,
): boolean {
  const { storeDir, physicalStoreDir } = installation;
  const folders = [storeDir, physicalStoreDir, expressionsFolder, scratch.folder];
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
