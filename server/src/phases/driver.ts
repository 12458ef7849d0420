/** One driver process (`driver/driver.sh`) with its terminal, channels and watchdog. */
import { constants } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildExit, ChildHandle, ProcessRunner } from '../nix/process';
import { spawnChild } from '../nix/process';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { FifoReader, Terminal } from './terminal';
import { makeFifos, readFifo } from './terminal';
import type { Watchdog } from './watchdog';
import { startWatchdog } from './watchdog';

export interface DriverEvent {
  readonly name: 'ready' | 'started' | 'done' | 'failed';
  /** How many phases are done in the shell that speaks. */
  readonly index: number;
  /** `started`: process id; `done`: 1 when the phase's text ran; `failed` and `ready`: exit status. */
  readonly number: number;
}

export interface DriverCommand {
  readonly program: string;
  readonly argv0: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface DriverOptions {
  readonly command: DriverCommand;
  readonly controlFolder: string;
  readonly driverFolder: string;
  readonly workFolder: string;
  readonly terminal: Terminal;
  readonly runner: ProcessRunner;
}

export class Driver {
  private readonly events: DriverEvent[] = [];
  private wake: (() => void) | null = null;
  private partial = '';
  private gone: ChildExit | null = null;

  private constructor(
    private readonly child: ChildHandle,
    private readonly watchdog: Watchdog | null,
    private readonly commands: FileHandle,
    private readonly reader: FifoReader,
  ) {
    reader.stream.on('data', (chunk: Buffer) => this.receive(chunk.toString('latin1')));
    // What it said last may still be on its way.
    void child.exited.then(async (exit) => {
      await delay(30);
      this.gone = exit;
      this.notify();
    });
  }

  /** Starts the shell; it speaks first (`ready`) when the prelude is through. */
  static async start(options: DriverOptions, signal: AbortSignal): Promise<Result<Driver>> {
    const commandsPath = join(options.controlFolder, 'commands');
    const eventsPath = join(options.controlFolder, 'events');
    const made = await makeFifos([commandsPath, eventsPath], options.runner, signal);
    if (!made.ok) return made;
    const reader = await readFifo(eventsPath);
    const commands = await open(commandsPath, constants.O_RDWR | constants.O_NONBLOCK);
    const closeAll = async () => {
      await reader.close();
      await commands.close();
    };
    const watchdog = await startWatchdog(options.driverFolder, options.workFolder);
    const child = await startShell(options);
    if (!child.ok) {
      await watchdog?.kill();
      await closeAll();
      return child;
    }
    watchdog?.watch(child.value.pid);
    return success(new Driver(child.value, watchdog, commands, reader));
  }

  get pid(): number {
    return this.child.pid;
  }

  /** How it ended; null while it lives. */
  get exit(): ChildExit | null {
    return this.gone;
  }

  async send(command: string): Promise<void> {
    await this.commands.write(`${command}\n`);
  }

  /** The next event; null when the driver ended. Asked by one at a time. */
  async next(): Promise<DriverEvent | null> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) return event;
      if (this.gone !== null) return null;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** Ends the shell with all its children. */
  async end(): Promise<void> {
    await this.child.kill();
  }

  /** Ends the shell with all its children, and the watchdog. */
  async close(): Promise<void> {
    await this.child.kill();
    await this.watchdog?.kill();
    await this.reader.close();
    await this.commands.close();
  }

  private receive(text: string): void {
    const lines = (this.partial + text).split('\n');
    this.partial = lines.pop() ?? '';
    for (const line of lines) {
      const match = /^(ready|started|done|failed) (\d+) (\d+)$/.exec(line);
      if (match === null) continue;
      this.events.push({
        name: match[1] as DriverEvent['name'],
        index: Number(match[2]),
        number: Number(match[3]),
      });
    }
    this.notify();
  }

  private notify(): void {
    const wake = this.wake;
    this.wake = null;
    wake?.();
  }
}

async function startShell({ command, controlFolder, terminal }: DriverOptions): Promise<Result<ChildHandle>> {
  const slave = await terminal.openForChild();
  const child = await spawnChild(command.program, command.args, {
    argv0: command.argv0,
    cwd: command.cwd,
    env: { ...command.env, PHASEWISE_CONTROL: controlFolder },
    stdio: ['ignore', slave.fd, slave.fd],
  });
  await slave.close();
  return child.ok ? child : failure(notStarted(command.program, child.error.message));
}

function notStarted(program: string, reason: string): Problem {
  return {
    code: 'session-not-started',
    message: `The session's shell ${program} could not be started: ${reason}.`,
    advice: 'Build the inputs of the derivation first, and check that they are for this system.',
  };
}

/** The driver's phases as it found them: name and whether stdenv's runPhase reaches it. */
export async function readPhases(
  controlFolder: string,
): Promise<readonly { readonly name: string; readonly runs: boolean }[]> {
  const fields = (await readFile(join(controlFolder, 'phases'), 'utf8').catch(() => '')).split('\0');
  const phases: { name: string; runs: boolean }[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    phases.push({ name: fields[at] ?? '', runs: fields[at + 1] === '1' });
  }
  return phases;
}

/** Writes a file that only its owner may read. */
export async function writePrivateFile(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
}
