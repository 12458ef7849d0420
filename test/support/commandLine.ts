/** The built command line, run as a user runs it. `npm run build` comes first. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nixEnvironment } from './nixEnvironment';
import { readProc } from './processes';

export const repository = resolve(__dirname, '../..');
export const program = join(repository, 'dist/phasewise.js');

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** Resolves when standard error holds this text; rejects when it ends before. */
  said(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Stops reading standard output, as `head` does. */
  closeOutput(): void;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to its standard input, which then ends; default: none. */
  readonly stdin?: string;
}

export function startPhasewise(args: readonly string[], options: CommandOptions = {}): Started {
  if (!existsSync(program)) throw new Error('dist/phasewise.js is missing: npm run build');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? repository,
    env: { ...nixEnvironment(), NIX_PATH: '', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // One that ends early reads no more.
  child.stdin.on('error', () => undefined).end(options.stdin ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const finished = new Promise<Finished>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return {
    pid: child.pid ?? 0,
    finished,
    said: (text) =>
      new Promise((found, failed) => {
        const look = (): void => {
          if (stderr.includes(text)) found();
        };
        child.stderr.on('data', look);
        child.on('close', () => failed(new Error(`it ended without saying "${text}": ${stderr}`)));
        look();
      }),
    signal: (name) => void child.kill(name),
    closeOutput: () => void child.stdout.destroy(),
  };
}

export function phasewise(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return startPhasewise(args, options).finished;
}

/** Standard output as the one JSON document that it must be. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the test says what it expects
export function json<T>({ stdout }: Finished): T {
  return JSON.parse(stdout) as T;
}

/** Ids of the processes whose command line or environment holds this text. Linux only. */
export function processesWith(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => ['cmdline', 'environ'].some((file) => readProc(pid, file).includes(text)))
    .map(Number);
}
