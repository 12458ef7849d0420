/** A raw builder as one step: started as Nix would start it. */
import { spawnChild } from '../nix/process';
import type { PhaseChain, SessionPhase, StepOutcome } from './chain';
import type { DriverCommand } from './driver';
import type { OutputPump, PhaseLog } from './logs';
import type { SessionProcesses } from './strays';
import type { Terminal } from './terminal';

export interface OpaqueChainParts {
  readonly command: DriverCommand;
  readonly terminal: Terminal;
  readonly pump: OutputPump;
  readonly token: string;
  /** What belongs to the build whose first process this is. */
  readonly processes: (pid: number) => SessionProcesses;
  /** Whether it ran in an earlier session of the same folder. */
  readonly done: boolean;
  /** Starts what ends the build when this process dies. */
  readonly guard: (pid: number) => Promise<{ kill(): Promise<void> } | null>;
}

export const opaquePhase = 'builder';

export class OpaqueChain implements PhaseChain {
  readonly phases: readonly SessionPhase[] = [{ name: opaquePhase, runs: true }];
  readonly alive = true;
  private done: boolean;
  private processes: SessionProcesses | null = null;

  constructor(private readonly parts: OpaqueChainParts) {
    this.done = parts.done;
  }

  get position(): number {
    return this.done ? 1 : 0;
  }

  async run(_phase: string, openLog: () => PhaseLog, signal: AbortSignal): Promise<StepOutcome> {
    const { command, terminal, pump } = this.parts;
    const log = openLog();
    const slave = await terminal.openForChild();
    const child = await spawnChild(command.program, command.args, {
      argv0: command.argv0,
      cwd: command.cwd,
      env: command.env,
      stdio: ['ignore', slave.fd, slave.fd],
    });
    await slave.close();
    if (!child.ok) {
      await log.write(Buffer.from(`${command.program}: ${child.error.message}\n`));
      await pump.end();
      return { status: 'failed', exitCode: null, pid: null };
    }
    this.processes = this.parts.processes(child.value.pid);
    const guard = await this.parts.guard(child.value.pid);
    const onAbort = () => void child.value.kill();
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    const exit = await child.value.exited;
    signal.removeEventListener('abort', onAbort);
    await this.processes.endAll();
    await guard?.kill();
    await this.markEnd();
    await pump.end();
    this.done = exit.exitCode === 0;
    const status = this.done ? 'ok' : signal.aborted ? 'cancelled' : 'failed';
    return {
      status,
      exitCode: exit.exitCode ?? (exit.signal === 'SIGKILL' ? 137 : null),
      pid: child.value.pid,
    };
  }

  private async markEnd(): Promise<void> {
    const guard = await spawnChild('sh', [
      '-c',
      'printf "\\033]%s;end\\007" "$1" > "$2"',
      'sh',
      this.parts.token,
      this.parts.terminal.path,
    ]);
    if (!guard.ok) return;
    await this.parts.pump.mark('end');
    await guard.value.kill();
  }

  hook(): Promise<StepOutcome> {
    return Promise.resolve({ status: 'failed', exitCode: null, pid: null });
  }

  rewind(position: number): Promise<boolean> {
    if (position === 0) this.done = false;
    return Promise.resolve(position === this.position);
  }

  waitsAt(position: number): boolean {
    return position <= this.position;
  }

  edit(): Promise<boolean> {
    return Promise.resolve(false);
  }

  finish(): Promise<number> {
    return Promise.resolve(0);
  }

  async close(): Promise<void> {
    await this.processes?.endAll();
  }
}
