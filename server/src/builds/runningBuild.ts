/**
 * A build as it runs: Nix's events in; the target derivation's log cut by phase with times and line counts out, notices
 * about every other derivation, and who failed first. Memory stays bounded; the full log goes to `onLogText`.
 */
import type { BuildEvent } from '../nix/buildEvents';
import type { ActivityEvent } from '../protocol/messages';
import type { BuildPhaseResult, LogLine, PhaseStatus } from '../protocol/model';
import { isBashNoise } from './bashNoise';
import { InputBuilds } from './inputBuilds';
import { parseBuilderFailure, type BuilderFailure } from './nixMessages';
import { isPhaseName, PhaseCutter, phaseMark, withoutColours } from './phaseLog';
import { Tail } from './tail';
import { waitingWords } from './waitingWords';
import { derivationName } from '../protocol/storePath';

export interface RunningBuildOptions {
  readonly drvPath: string;
  readonly onEvent: (event: ActivityEvent) => void;
  /** Gets the target's log as `nix-store -l` would give it, phase announcements included. */
  readonly onLogText: (text: string) => void;
  /** Gets the log of each other derivation that is built, piece by piece; null when its builder has ended. */
  readonly onInputLog?: (drvPath: string, text: string | null) => void;
  /** What building a derivation of this name took before, in seconds; null when that is not known. */
  readonly estimate?: (name: string) => number | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** What was going on in the derivation that failed first. */
export interface FailedBuilder extends BuilderFailure {
  readonly phase: string | null;
  readonly tail: readonly string[];
  /** As `tail`, and what came before it as far as it is kept. */
  readonly lines: readonly LogLine[];
  /** The phase whose lines those are; null when none was announced. */
  readonly loggedPhase: string | null;
  /** How many lines the log has of earlier runs of that phase. */
  readonly linesBefore: number;
}

const keptStoppedDerivations = 32;
/** A build can announce any number of phases; those after so many are taken for its output. */
const mostPhases = 1000;

export class RunningBuild {
  private readonly target: DerivationProgress;
  private readonly others = new Map<string, DerivationProgress>();
  private readonly stopped: string[] = [];
  private readonly inputs: InputBuilds;
  private firstFailure: FailedBuilder | null = null;
  private waiting = 0;

  constructor(private readonly options: RunningBuildOptions) {
    const { now, onEvent, estimate = () => null } = options;
    this.target = new DerivationProgress(now, onEvent);
    this.inputs = new InputBuilds({
      onInput: (input) => onEvent({ type: 'progress', progress: { kind: 'input', input } }),
      onTotals: (totals) => onEvent({ type: 'progress', progress: { kind: 'totals', totals } }),
      ...{ estimate, now },
    });
  }

  get drvPath(): string {
    return this.options.drvPath;
  }

  /** The derivation whose builder failed first, the target or one of its inputs; null when none did. */
  get failed(): FailedBuilder | null {
    return this.firstFailure;
  }

  /** Phases of the target that ended or run, in order. */
  get phases(): readonly BuildPhaseResult[] {
    return this.target.phases;
  }

  get currentPhase(): string | null {
    return this.target.phase;
  }

  get tail(): readonly string[] {
    return this.target.tail.lines();
  }

  handle(event: BuildEvent): void {
    switch (event.type) {
      case 'buildStarted':
        return this.started(event.drvPath, event.machine);
      case 'phase':
        return this.phase(event.drvPath, event.phase);
      case 'lines':
        this.log(event.drvPath, event.texts);
        return this.progressOf(event.drvPath).cutter.lines(event.texts);
      case 'buildStopped':
        return this.stoppedBuilder(event.drvPath);
      case 'message':
        return this.message(event.level, withoutColours(event.text));
      case 'keptBuildDirectory':
        return this.notice(`build directory kept in ${event.folder}`);
      case 'waiting':
      case 'waitingEnded':
        return this.waits(event.type === 'waiting' ? event.text : null);
      case 'totals':
        return this.inputs.totals(event.totals);
      case 'downloadStarted':
        this.notice(`downloading ${derivationName(event.storePath)}`);
        return this.inputs.downloadStarted(event.storePath, event.from);
      case 'downloadProgress':
        return this.inputs.downloadProgress(event.storePath, event.done, event.total);
      case 'downloadStopped':
        return this.inputs.downloadStopped(event.storePath);
    }
  }

  /** Ends the last phase of the target; `status` is how the whole build ended. */
  finish(status: 'ok' | 'failed' | 'cancelled'): void {
    const failed = this.firstFailure;
    this.inputs.finish(status);
    for (const drvPath of this.others.keys()) this.options.onInputLog?.(drvPath, null);
    if (status !== 'failed' || failed === null) this.target.finish(status);
    else if (failed.drvPath !== this.options.drvPath) this.target.finish('cancelled');
    else this.target.finish(failed.afterBuilder ? 'ok' : 'failed');
  }

  private started(drvPath: string, machine: string | null): void {
    if (drvPath === this.options.drvPath) {
      this.options.onEvent({ type: 'progress', progress: { kind: 'builder', machine } });
      return;
    }
    this.progressOf(drvPath);
    this.options.onInputLog?.(drvPath, '');
    this.notice(`building ${derivationName(drvPath)}${machine === null ? '' : ` on ${machine}`}`);
    this.inputs.buildStarted(drvPath, machine);
  }

  /** A name that is none was printed by the build itself. */
  private phase(drvPath: string, phase: string): void {
    this.log(drvPath, [phaseMark(phase)]);
    const progress = this.progressOf(drvPath);
    if (!isPhaseName(phase) || progress.phases.length >= mostPhases) return;
    progress.cutter.announced(phase);
    if (drvPath !== this.options.drvPath) this.inputs.phase(drvPath, phase);
  }

  private log(drvPath: string, lines: readonly string[]): void {
    const text = `${lines.join('\n')}\n`;
    if (drvPath !== this.options.drvPath) return this.options.onInputLog?.(drvPath, text);
    this.options.onLogText(text);
  }

  private waits(text: string | null): void {
    this.waiting += text === null ? -1 : 1;
    if (text === null && this.waiting > 0) return;
    const words = text === null ? null : waitingWords(text);
    if (words !== null) this.notice(words);
    this.options.onEvent({ type: 'progress', progress: { kind: 'waiting', words } });
  }

  private message(level: number, text: string): void {
    if (level > 1) return;
    const failed = level === 0 ? parseBuilderFailure(text) : null;
    if (failed === null) {
      if (!/dependenc(y|ies)\b.*failed/.test(text)) this.notice(text);
      return;
    }
    const progress = this.progressOf(failed.drvPath);
    progress.cutter.end();
    this.firstFailure ??= {
      ...failed,
      phase: failed.afterBuilder ? null : progress.phase,
      tail: progress.tail.lines(),
      lines: progress.tail.all(),
      loggedPhase: progress.phase,
      linesBefore: progress.linesBefore,
    };
    if (failed.drvPath !== this.options.drvPath) {
      this.inputs.failed(failed.drvPath, failed.reason, progress.phase);
      this.notice(`${derivationName(failed.drvPath)} failed: ${failed.reason}`);
    }
  }

  private notice(text: string): void {
    this.options.onEvent({ type: 'notice', text });
  }

  private progressOf(drvPath: string): DerivationProgress {
    if (drvPath === this.options.drvPath) return this.target;
    const known = this.others.get(drvPath);
    if (known !== undefined) return known;
    const created = new DerivationProgress(this.options.now, null);
    this.others.set(drvPath, created);
    return created;
  }

  /** Nix names a failure after its builder stopped: the latest stopped ones are kept. */
  private stoppedBuilder(drvPath: string): void {
    if (drvPath === this.options.drvPath) return;
    this.options.onInputLog?.(drvPath, null);
    this.inputs.buildStopped(drvPath);
    this.stopped.push(drvPath);
    const oldest = this.stopped.length > keptStoppedDerivations ? this.stopped.shift() : undefined;
    if (oldest !== undefined) this.others.delete(oldest);
  }
}

/** Phases, counts and tail of one derivation; tells its events when someone listens. */
class DerivationProgress {
  readonly tail = new Tail();
  readonly cutter: PhaseCutter;
  private readonly finished: BuildPhaseResult[] = [];
  /** How many lines came before the first phase. */
  private before = 0;
  private current: { readonly name: string; readonly since: number; lines: number } | null = null;

  constructor(
    private readonly now: () => number,
    private readonly onEvent: ((event: ActivityEvent) => void) | null,
  ) {
    this.cutter = new PhaseCutter({
      phase: (name) => this.enter(name),
      lines: (texts) => this.lines(texts),
    });
  }

  get phase(): string | null {
    return this.current?.name ?? null;
  }

  get phases(): readonly BuildPhaseResult[] {
    return this.finished;
  }

  /** Lines of earlier phases of the name of the one that runs. */
  get linesBefore(): number {
    return this.finished.reduce((sum, { name, lines }) => sum + (name === this.phase ? lines : 0), 0);
  }

  finish(status: PhaseStatus): void {
    this.cutter.end();
    this.leave(status);
  }

  private enter(name: string): void {
    this.leave('ok');
    this.tail.clear();
    this.current = { name, since: this.now(), lines: 0 };
    this.onEvent?.({ type: 'phaseStarted', phase: name });
  }

  private leave(status: PhaseStatus): void {
    if (this.current === null) return;
    const { name, since, lines } = this.current;
    const seconds = (this.now() - since) / 1000;
    this.finished.push({ name, seconds, lines });
    this.current = null;
    this.onEvent?.({ type: 'phaseFinished', phase: name, status, seconds, lines });
  }

  private lines(texts: readonly string[]): void {
    const first = this.current?.lines ?? this.before;
    if (this.current === null) this.before += texts.length;
    else this.current.lines += texts.length;
    this.tail.pushAll(texts, first, (text) => !isBashNoise(text));
    this.onEvent?.({ type: 'output', phase: this.phase, text: `${texts.join('\n')}\n` });
  }
}
