/** Shells at moments of phase sessions: prepared here, entered here or by another process. */
import type { Assets } from '../environment';
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import type { ProcessRunner } from '../nix/process';
import { environmentAt } from '../phases/momentEnvironment';
import type { SessionLock } from '../phases/sessionLock';
import type { SessionOptions } from '../phases/openChain';
import type { PhaseSession } from '../phases/session';
import type { MomentWish, SessionMoment, StoppedMoment } from '../phases/sessionMoment';
import { stoppedMoment } from '../phases/sessionMoment';
import { notStopped } from '../phases/sessionProblems';
import { enterShell } from '../phases/shells/enterShell';
import { prepareShell } from '../phases/shells/prepareShell';
import { removeShellFiles, tidyShells } from '../phases/shells/shellFolder';
import type { ActivityEvent } from '../protocol/messages';
import type { Derivation } from '../protocol/model';
import { failure, success, type Problem, type Result } from '../result';
import type { EnvironmentTold, ShellPreparation, ShellWish } from './engine';
import type { PhaseRuns } from './phaseRuns';

export interface PhaseShellParts {
  readonly assets: Assets;
  readonly runner: ProcessRunner;
  readonly stateFolder: string;
  readonly runs: PhaseRuns;
}

interface MomentRequest {
  readonly nix: Nix;
  readonly derivation: Derivation;
  readonly store: StoreDerivation;
  readonly wish: MomentWish;
  readonly onNotice: (text: string) => void;
  readonly signal: AbortSignal;
}

interface ShellRequest extends MomentRequest {
  readonly wish: ShellWish;
}

interface HeldShell {
  readonly work: string;
  readonly lock: SessionLock;
}

export class PhaseShells {
  /** Those that nobody has entered yet, by folder. */
  private readonly held = new Map<string, HeldShell>();
  /** What killed processes left is looked through once. */
  private tidied: Promise<void> | null = null;

  constructor(private readonly parts: PhaseShellParts) {}

  async prepare(request: ShellRequest): Promise<Result<ShellPreparation>> {
    const { runs, runner, stateFolder } = this.parts;
    const { nix, wish, signal } = request;
    this.tidied ??= tidyShells(stateFolder, runner);
    await this.tidied;
    const { stopped } = wish;
    const prepareIn = async (
      session: PhaseSession,
      options: SessionOptions,
      moment: SessionMoment | StoppedMoment,
    ): Promise<Result<ShellPreparation>> => {
      // As isolated as the session is, whatever is wanted for new ones.
      const isolated = { ...options, isolation: nix };
      const prepared = await prepareShell(isolated, session, moment, wish, signal);
      if (!prepared.ok) return prepared;
      const { folder, work, lock } = prepared.value;
      this.hold(folder, { work, lock });
      return success({ kind: 'ready', folder, phase: moment.phase, at: moment.kind });
    };
    if (stopped !== undefined) {
      const running = runs.ofRun(sessionRequest(request));
      if (running === null) return failure(notStopped);
      return prepareIn(running.session, running.options, stoppedMoment(stopped));
    }
    return runs.withSession<ShellPreparation>(sessionRequest(request), async (session, options) => {
      const moment = await session.moment(wish);
      if (!moment.ok) return moment;
      if (moment.value.kind === 'phasesLeft') return success(moment.value);
      return prepareIn(session, options, moment.value);
    });
  }

  /** What a shell there would hold. */
  environment(request: MomentRequest): Promise<Result<EnvironmentTold>> {
    return this.parts.runs.withSession<EnvironmentTold>(sessionRequest(request), async (session) => {
      const moment = await session.moment(request.wish);
      if (!moment.ok) return moment;
      if (moment.value.kind === 'phasesLeft') return success(moment.value);
      const environment = environmentAt(moment.value);
      if (environment === null) return failure(noShell(session.derivation.name));
      return success({ kind: 'ready', environment });
    });
  }

  /** Another process that enters the shell asks for its lock. */
  private hold(folder: string, shell: HeldShell): void {
    this.held.set(folder, shell);
    shell.lock.onAsked(() => {
      this.held.delete(folder);
      void shell.lock.release();
      return true;
    });
  }

  async enter(
    folder: string,
    show: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly exitCode: number }>> {
    const lock = this.held.get(folder)?.lock ?? null;
    this.held.delete(folder);
    const { assets, runner } = this.parts;
    return enterShell(folder, { driverFolder: assets.driverFolder, runner, lock, show }, signal);
  }

  /** Removes what was prepared and never entered. */
  async dispose(): Promise<void> {
    const left = [...this.held];
    this.held.clear();
    for (const [folder, { work, lock }] of left) {
      await removeShellFiles(folder, work, this.parts.runner);
      await lock.release();
    }
  }
}

function sessionRequest({ nix, derivation, store, onNotice, signal }: MomentRequest) {
  const onEvent = (event: ActivityEvent): void => {
    if (event.type === 'notice') onNotice(event.text);
  };
  return { nix, derivation, store, onEvent, signal };
}

function noShell(name: string): Problem {
  return {
    code: 'no-shell',
    message: `The builder of ${name} is no shell that could be asked for its variables.`,
    advice: 'Its environment stands in the store derivation.',
  };
}
