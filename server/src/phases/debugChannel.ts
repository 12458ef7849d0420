/** How a phase that is debugged and its controller talk: files and FIFOs in a folder of the phase (`driver/debug.sh`). */
import { constants } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import type { Result } from '../result';
import { success } from '../result';
import type { DebuggedPhase, PhaseDebugger, ResumeMode, ScriptAnswer, StopPoints } from './phaseDebugger';
import { quoteForShell } from './structuredAttrs';
import { parseStop } from './shellStop';
import type { FifoReader } from './terminal';
import { makeFifos, readFifo } from './terminal';

export interface DebugChannelParts {
  readonly phase: string;
  /** The phase's own, made anew here. */
  readonly folder: string;
  readonly textsFolder: string;
  readonly driverFolder: string;
  /** What the shells call a file of these folders. */
  readonly inside: (path: string) => string;
  readonly runner: ProcessRunner;
  /** Sends SIGURG to the phase's shell, named as it names itself. */
  signal(pid: number): Promise<void>;
  /** Resolves when all output before this mark has been shown. */
  shown(mark: string): Promise<void>;
  /** Programs that run below the phase's shell. */
  programs(pid: number): Promise<readonly string[]>;
}

export class DebugChannel implements DebuggedPhase {
  private readonly handles = new Map<number, FileHandle>();
  private readonly waiting = new Map<number, (answer: ScriptAnswer) => void>();
  private readonly paused = new Set<number>();
  private main: number | null = null;
  private partial = '';
  private scripts = 0;
  private closed = false;

  private constructor(
    private readonly parts: DebugChannelParts,
    private readonly debug: PhaseDebugger,
    private readonly events: FifoReader,
    private readonly mainHandle: FileHandle,
  ) {
    events.stream.on('data', (chunk: Buffer) => this.receive(chunk.toString('latin1')));
  }

  /** Ready for the phase to begin; asks the debugger where to stop. */
  static async open(
    parts: DebugChannelParts,
    debug: PhaseDebugger,
    signal: AbortSignal,
  ): Promise<Result<DebugChannel>> {
    const { folder, runner } = parts;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const paths = ['events', 'in', 'never'].map((name) => join(folder, name));
    const made = await makeFifos(paths, runner, signal);
    if (!made.ok) return made;
    const events = await readFifo(join(folder, 'events'));
    const handle = await openWriter(join(folder, 'in'));
    const channel = new DebugChannel(parts, debug, events, handle);
    await channel.writePoints(await debug.begin(channel));
    return success(channel);
  }

  get phase(): string {
    return this.parts.phase;
  }

  get textsFolder(): string {
    return this.parts.textsFolder;
  }

  get driverFolder(): string {
    return this.parts.driverFolder;
  }

  /** The phase's shell has started. */
  started(pid: number): void {
    this.main = pid;
  }

  async update(points: StopPoints): Promise<void> {
    await this.writePoints(points);
    if (this.main !== null && !this.paused.has(this.main) && !this.closed) await this.parts.signal(this.main);
  }

  async resume(pid: number, mode: ResumeMode, points: StopPoints): Promise<void> {
    if (!this.paused.delete(pid)) return;
    await this.writePoints(points);
    await this.write(pid, `go ${mode}`);
  }

  async run(pid: number, script: string): Promise<ScriptAnswer> {
    if (!this.paused.has(pid) || this.closed) return gone;
    const id = ++this.scripts;
    await writeFile(join(this.parts.folder, `code.${id}`), script, { mode: 0o600 });
    const answered = new Promise<ScriptAnswer>((resolve) => this.waiting.set(id, resolve));
    await this.write(pid, `code ${id}`);
    return answered;
  }

  programs(): Promise<readonly string[]> {
    return this.main === null ? Promise.resolve([]) : this.parts.programs(this.main);
  }

  /** The phase is over. */
  async close(): Promise<void> {
    this.closed = true;
    for (const answer of this.waiting.values()) answer(gone);
    this.waiting.clear();
    this.debug.ended(this);
    await this.events.close();
    await this.mainHandle.close();
    for (const handle of this.handles.values()) await handle.close();
    await rm(this.parts.folder, { recursive: true, force: true });
  }

  private async write(pid: number, line: string): Promise<void> {
    const handle = pid === this.main ? this.mainHandle : this.handles.get(pid);
    await handle?.write(`${line}\n`);
  }

  private async writePoints(points: StopPoints): Promise<void> {
    const { lines, functions, entries, stopOnFailure, stopOnEnd, stopSoon, skipStore } = points;
    const { textsFolder, inside } = this.parts;
    const at = new Set([...lines].map((place) => place.slice(place.lastIndexOf(':') + 1)));
    const named = [...lines].map((place) => moved(place, textsFolder, inside(textsFolder)));
    const script = [
      `__pw_a=(${[...at].map((line) => `[${Number(line)}]=1`).join(' ')})`,
      `__phasewise_points=(${named.map((place) => `[${quoteForShell(place)}]=1`).join(' ')})`,
      `__phasewise_functions=(${functions.map(quoteForShell).join(' ')})`,
      `__phasewise_entries=${entries.length === 0 ? '' : quoteForShell(` ${entries.join(' ')} `)}`,
      `__phasewise_catch=${stopOnFailure ? 1 : ''}`,
      `__phasewise_catch_end=${stopOnEnd ? 1 : ''}`,
      `__phasewise_pass=${skipStore ? 1 : ''}`,
      `__phasewise_pausing=${quoteForShell(stopSoon ?? '')}`,
    ];
    await writeFile(join(this.parts.folder, 'points.sh'), `${script.join('\n')}\n`, { mode: 0o600 });
  }

  private receive(text: string): void {
    const lines = (this.partial + text).split('\n');
    this.partial = lines.pop() ?? '';
    for (const line of lines) {
      const [event, pid, script, status] = line.split(' ');
      if (event === 'stopped') void this.stopped(Number(pid));
      else if (event === 'answered') void this.answered(Number(script), Number(status));
    }
  }

  private async stopped(pid: number): Promise<void> {
    const path = join(this.parts.folder, `stop.${pid}`);
    const told = parseStop(await readFile(path, 'utf8').catch(() => ''));
    if (told === null || this.closed) return;
    const failedText = /^source (\/.*)$/s.exec(told.command)?.[1];
    const stop = {
      ...told,
      command: failedText === undefined ? told.command : `source ${this.outside(failedText)}`,
      frames: told.frames.map((frame) => ({ ...frame, file: this.outside(frame.file) })),
    };
    if (!stop.isMain && !(await this.openSubshell(pid))) return;
    if (stop.reason === 'error' || stop.reason === 'end') await this.parts.shown(`stop ${pid}`);
    this.paused.add(pid);
    this.debug.stopped(this, stop);
  }

  /** The file that a shell calls so. */
  private outside(file: string): string {
    const { textsFolder, driverFolder, inside } = this.parts;
    return [textsFolder, driverFolder].reduce((path, folder) => moved(path, inside(folder), folder), file);
  }

  /** Makes the FIFO that a subshell waits for. */
  private async openSubshell(pid: number): Promise<boolean> {
    if (this.handles.has(pid)) return true;
    const path = join(this.parts.folder, `in.${pid}`);
    const made = await makeFifos([path], this.parts.runner, new AbortController().signal);
    if (!made.ok) return false;
    this.handles.set(pid, await openWriter(path));
    return true;
  }

  private async answered(script: number, exitCode: number): Promise<void> {
    const answer = this.waiting.get(script);
    this.waiting.delete(script);
    const { folder } = this.parts;
    const output = await readFile(join(folder, `output.${script}`)).catch(() => Buffer.alloc(0));
    for (const name of [`output.${script}`, `code.${script}`]) await rm(join(folder, name), { force: true });
    answer?.({ exitCode, output });
  }
}

function moved(path: string, from: string, to: string): string {
  return path.startsWith(`${from}/`) ? to + path.slice(from.length) : path;
}

const gone: ScriptAnswer = { exitCode: null, output: Buffer.alloc(0) };

function openWriter(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDWR | constants.O_NONBLOCK);
}
