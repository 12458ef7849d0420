/** Phase runs: one kept session for each derivation of a file, its inputs realised first, its result told. */
import type { Assets, Logger } from '../environment';
import type { LogWriter } from '../builds/logs/logWriter';
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import type { ProcessRunner } from '../nix/process';
import type { SessionOptions } from '../phases/openChain';
import { planRun } from '../phases/selection';
import { openSession, type PhaseSession } from '../phases/session';
import type { SessionPhaseResult } from '../phases/sessionResults';
import type { ActivityEvent, AdoptedBuild } from '../protocol/messages';
import type { Derivation, Failure, PhaseRunResult, RunResult } from '../protocol/model';
import { failure, stopped, success, type Problem, type Result } from '../result';
import type { BuildRecords } from './buildRecords';
import { resumeReach } from './editReaching';
import type { RunSelection } from './engine';
import { explainedPhaseFailure } from './explainedFailure';
import { failedPhaseLines } from './failedLines';
import { watchedInputs } from './inputWatch';
import type { Inspections } from './inspections';
import type { PackageCollections } from './packageCollections';
import type { PackageSearch } from './packageQuestions';
import { phaseFailure } from './phaseFailure';
import { markInLog } from './markInLog';
import { failureOfProblem } from './problemFailure';
import { readyInputs } from './readyInputs';
import { realiseInputs, type Ending } from './realiseInputs';
import { findKept } from './keptBuilds';
import type { KeptSessions } from './keptSessions';
import { derivationName } from '../protocol/storePath';
import { sessionKey } from './sessionKey';
import type { SourceTexts } from './sourceTexts';
import { isHookEvent, type SessionEvent } from '../phases/sessionEvents';
import { verifyRun } from './verifyRun';

export interface PhaseRunParts {
  readonly assets: Assets;
  readonly runner: ProcessRunner;
  readonly logger: Logger;
  readonly stateFolder: string;
  readonly sources: SourceTexts;
  readonly collections: PackageCollections;
  readonly inspections: Inspections;
  readonly keptSessions: KeptSessions;
  readonly records: BuildRecords;
  /** Whether new sessions are isolated where that can be had; default: they are. */
  readonly isolates?: (derivation: Derivation) => boolean;
  /** What watches the use of inputs; default: nothing does. */
  readonly strace?: (derivation: Derivation) => Result<string>;
}

export interface RunRequest {
  readonly nix: Nix;
  readonly derivation: Derivation;
  readonly store: StoreDerivation;
  readonly selection: RunSelection;
  readonly onEvent: (event: ActivityEvent) => void;
  readonly signal: AbortSignal;
  /** What is kept of its output; default: nothing is. */
  readonly log?: LogWriter;
  /** What the session is found by; default: the derivation's own. */
  readonly key?: string;
  /** Whether a failure is explained and its fix sought; default: they are. */
  readonly explains?: boolean;
  /** Whether it gives way to whoever else wants the session; default: it does not. */
  readonly yields?: boolean;
}

export class PhaseRuns {
  private readonly sessions = new Map<string, PhaseSession>();
  private readonly running = new Set<string>();
  /** What gives way when anything else is wanted of a session, by key. */
  private readonly yielding = new Map<string, Yielding>();
  /** The last of those that look at a session, by key: they and a run come one after another. */
  private readonly looking = new Map<string, Promise<unknown>>();

  constructor(private readonly parts: PhaseRunParts) {}

  /** Sends `finished` in every case; a failing phase is a result, everything else that goes wrong a Problem. */
  async run(request: RunRequest): Promise<Result<RunResult>> {
    const key = keyOf(request);
    await this.parts.keptSessions.tidy(request.signal);
    if (request.yields !== true) await this.interrupt(key);
    if (this.running.has(key)) return failure(busy);
    this.running.add(key);
    const begun = performance.now();
    const finish = (status: 'ok' | 'failed' | 'cancelled', reason: Failure | null): void =>
      request.onEvent({
        type: 'finished',
        status,
        seconds: (performance.now() - begun) / 1000,
        failure: reason,
      });
    try {
      await this.looking.get(key);
      return await this.runIn(request, finish);
    } finally {
      this.running.delete(key);
    }
  }

  /** Lets go of a session, so that it can be dropped; a Problem when its phases run. */
  async letGo(id: string): Promise<Problem | null> {
    const [key, session] = [...this.sessions].find(([, one]) => one.id === id) ?? [];
    if (key === undefined || session === undefined) return null;
    await this.interrupt(key);
    if (this.running.has(key)) return busy;
    this.sessions.delete(key);
    await this.looking.get(key);
    await session.release();
    return null;
  }

  /**
   * Gives the derivation's session, brought to the derivation as it is now, to `use`; a run waits for its end, as others that look do. Of
   * events only notices are sent. Problems: `session-busy`, those of opening it and of its inputs, those of `use`.
   */
  async withSession<T>(
    request: Omit<RunRequest, 'selection'>,
    use: (session: PhaseSession, options: SessionOptions) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const key = sessionKey(request.derivation);
    await this.interrupt(key);
    const look = async (): Promise<Result<T>> =>
      this.running.has(key) ? failure(busy) : this.lookAt(request, use);
    const looked = (this.looking.get(key) ?? Promise.resolve()).then(look);
    const ended = looked.catch(() => undefined);
    this.looking.set(key, ended);
    try {
      return await looked;
    } finally {
      if (this.looking.get(key) === ended) this.looking.delete(key);
    }
  }

  /** Does work whose runs have `yields`: it is stopped, and its end waited for, as soon as anything else is wanted of the session. */
  async giveWay<T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    await this.interrupt(key);
    const controller = new AbortController();
    const working = work(AbortSignal.any([signal, controller.signal]));
    const yielding = { controller, ended: working.catch(() => undefined) };
    this.yielding.set(key, yielding);
    try {
      return await working;
    } finally {
      if (this.yielding.get(key) === yielding) this.yielding.delete(key);
    }
  }

  private async interrupt(key: string): Promise<void> {
    const yielding = this.yielding.get(key);
    yielding?.controller.abort();
    await yielding?.ended;
  }

  private async lookAt<T>(
    request: Omit<RunRequest, 'selection'>,
    use: (session: PhaseSession, options: SessionOptions) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const quiet = quietly(request);
    const opened = await this.sessionFor(quiet);
    if (!opened.ok) return failure(opened.error.problem);
    return use(opened.value.session, this.optionsFor(quiet, request.nix));
  }

  /** The session of a run that goes on, for what can be had of it meanwhile; null when there is none. */
  ofRun(
    request: Omit<RunRequest, 'selection'>,
  ): { readonly session: PhaseSession; readonly options: SessionOptions } | null {
    const session = this.running.has(keyOf(request)) ? this.sessions.get(keyOf(request)) : undefined;
    return session === undefined
      ? null
      : { session, options: this.optionsFor(quietly(request), request.nix) };
  }

  /** Lets go of the derivation's session, for another process. */
  release(derivation: Derivation): Promise<void> {
    return this.releaseKey(sessionKey(derivation));
  }

  private async releaseKey(key: string): Promise<void> {
    const session = this.sessions.get(key);
    this.sessions.delete(key);
    await session?.release();
  }

  async dispose(): Promise<void> {
    const sessions = [...this.sessions.values()];
    this.sessions.clear();
    await Promise.all(sessions.map((session) => session.release()));
  }

  private async runIn(request: RunRequest, finish: Finish): Promise<Result<RunResult>> {
    const { selection, signal } = request;
    const strace = this.straceFor(request);
    if (strace?.ok === false) return ended(finish, { problem: strace.error, failure: null }, signal);
    // What is watched is a shell of its own, and slow: none that there is goes on, and it is not gone on with.
    if (strace !== null) await this.releaseKey(keyOf(request));
    const adopted =
      selection.adopt === undefined ? success(null) : await this.adopt(request, selection.adopt);
    if (!adopted.ok) return ended(finish, adopted.error, signal);
    const opened = await this.sessionFor(request);
    if (!opened.ok) return ended(finish, opened.error, signal);
    const { session, started } = opened.value;
    const onEvent = started ? withoutStart(request.onEvent) : request.onEvent;
    const { durations } = this.parts.records;
    const name = derivationName(request.store.path);
    const before = durations.estimate(name);
    if (before !== null)
      onEvent({ type: 'progress', progress: { ...before, kind: 'estimate', seconds: null } });
    // What hooks print is for the log alone: a phase that runs them without end would be told of without end.
    const heard = (event: SessionEvent): void => {
      if (!isHookEvent(event)) onEvent(event);
      else request.log?.hook(event.hook, event.type === 'hookFinished');
    };
    const ran = await session.run(selection, heard, signal);
    if (!ran.ok) return ended(finish, { problem: ran.error, failure: null }, signal);
    const phases: PhaseRunResult[] = [];
    for (const phase of ran.value.phases) {
      const { name, status, reused, exitCode, seconds } = phase;
      const reason = status === 'failed' ? await this.failureOf(request, phase) : null;
      phases.push({ name, status, reused, exitCode, seconds, failure: reason });
    }
    const timed = strace === null ? phases.filter(({ status, reused }) => status === 'ok' && !reused) : [];
    if (timed.length > 0) void durations.record(name, null, timed);
    const made = ran.value.complete ? await session.outputs(selection.out, signal) : success({});
    if (!made.ok) return ended(finish, { problem: made.error, failure: null }, signal);
    const verify = selection.verify ? await verifyRun(request, session, ran.value, made.value) : null;
    const inputs =
      strace === null || !ran.value.complete ? {} : await watchedInputs(session, onEvent, signal);
    if (strace !== null) await this.releaseKey(keyOf(request));
    finish(ran.value.status, phases.find((phase) => phase.failure !== null)?.failure ?? null);
    const { folder, isolation, isolationNote, seesMachine } = session;
    const view = { isolation, isolationNote, seesMachine };
    return success({ session: folder, ...view, phases, outputs: made.value, verify, ...inputs });
  }

  private async failureOf(request: RunRequest, phase: SessionPhaseResult): Promise<Failure> {
    const { derivation, store, signal } = request;
    const found = phaseFailure(derivation, store, phase, this.parts.sources);
    if (request.explains === false) return found;
    const log = await failedPhaseLines(phase, signal);
    const search = this.search(request);
    const explained = await explainedPhaseFailure(search, derivation, store, found, log, signal);
    return { ...explained, log: markInLog(request.log ?? null, phase.name, explained, log) };
  }

  private search({ nix }: RunRequest): PackageSearch {
    const { assets, sources, collections } = this.parts;
    return { nix, sources, collections, expressionsFolder: assets.expressionsFolder };
  }

  private async sessionFor(request: RunRequest): Promise<Result<OpenedSession, Ending>> {
    const { derivation, store, nix, signal } = request;
    const key = keyOf(request);
    const live = this.sessions.get(key);
    if (live?.released === false && live.derivation.path === store.path) {
      return success({ session: live, started: false });
    }
    request.onEvent({ type: 'started', phases: expectedPhases(derivation, request.selection) });
    const before = live?.released === false ? live.derivation : null;
    const inputs = await readyInputs(nix, store, before, signal);
    const missing = inputs.ready
      ? null
      : await realiseInputs(request, this.search(request), this.parts.records);
    if (missing !== null) return failure(missing);
    const options = this.optionsFor(request, inputs.isolation);
    const opened = live?.released === false ? success(live) : await openSession(options, signal);
    if (!opened.ok) return failure({ problem: opened.error, failure: null });
    const session = opened.value;
    this.sessions.set(key, session);
    if (session.derivation.path !== store.path) await this.follow(session, request);
    return success({ session, started: true });
  }

  /** What a failed build left becomes the session, of the derivation as it was built; what was edited since comes after it. */
  private async adopt(request: RunRequest, wanted: AdoptedBuild): Promise<Result<null, Ending>> {
    const { nix, signal, onEvent } = request;
    const refused = (problem: Problem): Result<null, Ending> => failure({ problem, failure: null });
    const built = wanted.drvPath ?? request.store.path;
    const read = built === request.store.path ? success(request.store) : await nix.readDerivation(built);
    if (!read.ok) return refused(read.error);
    const kept = await findKept(nix, this.parts.records, read.value, wanted, signal);
    if (!kept.ok) return refused(kept.error);
    const opened = await this.sessionFor({ ...request, store: read.value });
    if (!opened.ok) return opened;
    const taken = await opened.value.session.takeKept(read.value, kept.value, onEvent, signal);
    return taken.ok ? taken : refused(taken.error);
  }

  /** Null where nobody watches. */
  private straceFor({ selection, derivation }: RunRequest): Result<string> | null {
    return selection.watchInputs === true ? (this.parts.strace?.(derivation) ?? null) : null;
  }

  private optionsFor(request: RunRequest, isolation: SessionOptions['isolation']): SessionOptions {
    const { store, nix, derivation } = request;
    const { assets, runner, logger, stateFolder } = this.parts;
    const isolated =
      this.parts.isolates?.(derivation) === false || isolation === undefined ? {} : { isolation };
    const strace = this.straceFor(request);
    const watched = strace?.ok === true ? { strace: strace.value } : {};
    const place = { stateFolder, driverFolder: assets.driverFolder, logger, runner, ...isolated, ...watched };
    return { derivation: store, nix: nix.installation, key: keyOf(request), ...place };
  }

  /** Brings a session of an earlier form of the derivation to this one. */
  private async follow(session: PhaseSession, request: RunRequest): Promise<void> {
    const { store, nix, onEvent, signal } = request;
    const { phases, derivation: before } = session;
    const edited = { before, after: store, phases };
    const { inspections } = this.parts;
    const reach = await resumeReach(inspections, nix.installation, edited, signal);
    const reasons = reach.reasons.slice(0, 3);
    if (reach.kind !== 'everything') {
      const phase = reach.kind === 'same' ? null : reach.phase;
      const refused = await session.adopt(store, phase, reasons.join(' '));
      if (refused === null) {
        const text = phase === null ? 'Nothing that a phase can see changed.' : `The edit reaches ${phase}.`;
        onEvent({ type: 'notice', text: [text, ...reasons].join(' ') });
        return;
      }
      reasons.push(`The session cannot go on: ${refused}.`);
    }
    onEvent({ type: 'notice', text: ['All phases run from the beginning.', ...reasons].join(' ') });
    await session.begin(store);
  }
}

interface OpenedSession {
  readonly session: PhaseSession;
  /** Whether `started` was sent already. */
  readonly started: boolean;
}

interface Yielding {
  readonly controller: AbortController;
  readonly ended: Promise<unknown>;
}

function keyOf({ key, derivation }: Pick<RunRequest, 'key' | 'derivation'>): string {
  return key ?? sessionKey(derivation);
}

/** One that runs nothing. */
function quietly(request: Omit<RunRequest, 'selection'>): RunRequest {
  const selection = { selection: 'all', phase: null, fresh: false, verify: false, out: null } as const;
  const onEvent = (event: ActivityEvent) => {
    if (event.type === 'notice') request.onEvent(event);
  };
  return { ...request, selection, onEvent };
}

type Finish = (status: 'ok' | 'failed' | 'cancelled', failure: Failure | null) => void;

function ended(finish: Finish, ending: Ending, signal: AbortSignal): Result<never> {
  if (signal.aborted) {
    finish('cancelled', null);
    return failure(stopped);
  }
  finish('failed', ending.failure ?? failureOfProblem(ending.problem));
  return failure(ending.problem);
}

/** Before the session is open; which phase is next is not known then. */
function expectedPhases(derivation: Derivation, selection: RunSelection): readonly string[] {
  if (['next', 'hook', 'none'].includes(selection.selection)) return [];
  const phases = derivation.phases.filter(({ runs }) => runs);
  const plan = planRun(phases, 0, selection);
  return plan === null ? [] : phases.slice(0, plan.end).map(({ name }) => name);
}

function withoutStart(onEvent: (event: ActivityEvent) => void): (event: ActivityEvent) => void {
  return (event) => {
    if (event.type !== 'started') onEvent(event);
  };
}

const busy: Problem = {
  code: 'session-busy',
  message: 'A run of this derivation is still going on.',
  advice: 'Stop it, or wait for its end.',
};
