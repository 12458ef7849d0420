/** A chain of forked bash shells (`driver/chain.sh`). */
import { join } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import type { PhaseChain, SessionPhase, StepOutcome } from './chain';
import type { Driver, DriverEvent } from './driver';
import { writePrivateFile } from './driver';
import { DebugChannel } from './debugChannel';
import type { OutputPump, PhaseLog } from './logs';
import type { PhaseDebugger } from './phaseDebugger';
import type { SessionProcesses } from './strays';
import { killQuietly, programsBelow } from './strays';

export interface BashChainParts {
  readonly driver: Driver;
  readonly pump: OutputPump;
  readonly processes: SessionProcesses;
  readonly runner: ProcessRunner;
  readonly controlFolder: string;
  readonly textsFolder: string;
  readonly driverFolder: string;
  /** What the shells call a file of these folders. */
  readonly inside: (path: string) => string;
  readonly phases: readonly SessionPhase[];
  /** How many phases were done when the driver began. */
  readonly position: number;
}

interface WaitingShell {
  readonly pid: number;
  readonly position: number;
}

const patienceMs = 5000;

export class BashChain implements PhaseChain {
  /** The driver's, then one for each phase done; but none where a job kept its shell from waiting. */
  private readonly shells: WaitingShell[];

  constructor(private readonly parts: BashChainParts) {
    this.shells = [{ pid: parts.driver.pid, position: parts.position }];
  }

  get phases(): readonly SessionPhase[] {
    return this.parts.phases;
  }

  get position(): number {
    return this.shells.at(-1)?.position ?? 0;
  }

  get alive(): boolean {
    return this.parts.driver.exit === null;
  }

  async run(
    phase: string,
    openLog: () => PhaseLog,
    signal: AbortSignal,
    debug: PhaseDebugger | null = null,
  ): Promise<StepOutcome> {
    if (debug === null) return this.step(`run ${phase}`, openLog, signal);
    const channel = await this.openChannel(phase, debug, signal);
    if (channel === null) return { status: 'died', exitCode: null, pid: null };
    try {
      return await this.step(`debug ${phase}`, openLog, signal, (pid) => channel.started(pid));
    } finally {
      await channel.close();
    }
  }

  private async openChannel(
    phase: string,
    debug: PhaseDebugger,
    signal: AbortSignal,
  ): Promise<DebugChannel | null> {
    const { controlFolder, textsFolder, driverFolder, runner, processes, inside } = this.parts;
    const folder = join(controlFolder, 'debug', String(this.position));
    const interrupt = async (pid: number): Promise<void> => {
      const found = await processes.find(pid);
      if (found !== null) killQuietly(found, 'SIGURG');
    };
    const programs = async (pid: number): Promise<readonly string[]> => {
      const found = await processes.find(pid);
      return found === null ? [] : programsBelow(found);
    };
    const shown = (mark: string): Promise<void> => this.parts.pump.shown(mark);
    const place = { phase, folder, textsFolder, driverFolder, inside };
    const parts = { ...place, runner, signal: interrupt, shown, programs };
    const opened = await DebugChannel.open(parts, debug, signal);
    return opened.ok ? opened.value : null;
  }

  async hook(name: string, openLog: () => PhaseLog, signal: AbortSignal): Promise<StepOutcome> {
    // Its shell ends with it, so that what a phase does by failing is the usual end here.
    const outcome = await this.step(`hook ${name}`, openLog, signal);
    return outcome.status === 'failed' && outcome.exitCode === 0 ? { ...outcome, status: 'ok' } : outcome;
  }

  private async step(
    command: string,
    openLog: () => PhaseLog,
    signal: AbortSignal,
    onStarted: (pid: number) => void = () => undefined,
  ): Promise<StepOutcome> {
    const { driver, pump } = this.parts;
    openLog();
    await driver.send(command);
    let pid: number | null = null;
    const cancelling = this.cancelOnAbort(() => pid, signal);
    try {
      for (;;) {
        const event = await driver.next();
        if (event === null) {
          await this.endAll();
          return { status: cancelling.begun() ? 'cancelled' : 'died', exitCode: exitStatus(driver), pid };
        }
        if (event.name === 'started') {
          pid = event.number;
          onStarted(pid);
          cancelling.check();
        } else if (event.name !== 'failed') return await this.concluded(event, pid, cancelling.begun());
      }
    } finally {
      await cancelling.stop();
      await pump.end();
    }
  }

  private async concluded(event: DriverEvent, pid: number | null, cancelled: boolean): Promise<StepOutcome> {
    await this.parts.pump.mark(`${event.name} ${event.index}`);
    if (event.name !== 'done') {
      this.leaveShellsAfter(event.index);
      return { status: cancelled ? 'cancelled' : 'failed', exitCode: event.number, pid };
    }
    if (this.shells.at(-1)?.pid === pid) this.shells.pop();
    this.shells.push({ pid: pid ?? 0, position: event.index });
    return { status: event.number === 1 ? 'ok' : 'skipped', exitCode: 0, pid };
  }

  waitsAt(position: number): boolean {
    return this.shells.some((shell) => shell.position === position);
  }

  async rewind(position: number): Promise<boolean> {
    if (!this.waitsAt(position)) return false;
    await this.parts.driver.send(`rewind ${position}`);
    this.leaveShellsAfter(position);
    return this.awaitReady(position);
  }

  private leaveShellsAfter(position: number): void {
    while (this.shells.length > 1 && this.position > position) this.shells.pop();
  }

  async edit(script: string | Uint8Array): Promise<boolean> {
    await writePrivateFile(join(this.parts.controlFolder, 'edit.sh'), script);
    await this.parts.driver.send('edit');
    return this.awaitReady(this.position);
  }

  async finish(): Promise<number | null> {
    await this.parts.driver.send('finish');
    return this.statusWhenReady(this.position);
  }

  private async awaitReady(position: number): Promise<boolean> {
    return (await this.statusWhenReady(position)) !== null;
  }

  /** The status that the shell tells with it; null when the chain ended. */
  private async statusWhenReady(position: number): Promise<number | null> {
    for (;;) {
      const event = await this.parts.driver.next();
      if (event === null) return null;
      if (event.name !== 'ready' || event.index !== position) continue;
      await this.parts.pump.mark(`ready ${position}`);
      return event.number;
    }
  }

  async close(): Promise<void> {
    await this.parts.driver.close();
    await this.endAll();
  }

  private endAll(): Promise<void> {
    return this.parts.processes.endAll();
  }

  /** On abort: ends the innermost shell with all it started; if the chain does not answer then, the chain. */
  private cancelOnAbort(innermost: () => number | null, signal: AbortSignal) {
    let ending: Promise<void> | null = null;
    let escalation: NodeJS.Timeout | null = null;
    const check = () => {
      const pid = innermost();
      if (!signal.aborted || pid === null || ending !== null) return;
      ending = this.parts.processes.endPhase(
        pid,
        this.shells.map((shell) => shell.pid),
      );
      escalation = setTimeout(() => killQuietly(this.parts.driver.pid), patienceMs);
    };
    signal.addEventListener('abort', check);
    return {
      check,
      begun: () => ending !== null,
      stop: async () => {
        signal.removeEventListener('abort', check);
        if (escalation !== null) clearTimeout(escalation);
        await ending;
      },
    };
  }
}

function exitStatus(driver: Driver): number | null {
  const { exitCode, signal } = driver.exit ?? { exitCode: null, signal: null };
  return signal === 'SIGKILL' ? 137 : signal === 'SIGTERM' ? 143 : exitCode;
}
