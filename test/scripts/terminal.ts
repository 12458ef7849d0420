/** A program in a terminal of its own, and what its user can do there. Linux: util-linux's `script` is the terminal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { processesWith } from '../support/commandLine';
import { readProc } from '../support/processes';

const patienceMs = 120_000;

export interface Terminal {
  /** What it showed. */
  text(): string;
  /** Resolves when it shows this; rejects when it ended without. */
  shows(text: string): Promise<void>;
  press(key: string): void;
  /** The window is closed: the terminal is no more. */
  close(): void;
  /** To the program in it. */
  signal(name: NodeJS.Signals): void;
  /** As a shell would say it. */
  readonly exitCode: Promise<number | null>;
}

export const ctrlC = '\x03';

export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + patienceMs; !holds(); await pause(50)) {
    if (Date.now() > end) throw new Error(`not in ${patienceMs / 1000} s: ${what}`);
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The process that the terminal runs: `script` starts a shell, which becomes it. */
function programIn(terminal: number): number {
  const [child] = readProc(String(terminal), `task/${terminal}/children`).trim().split(' ');
  return Number(child);
}

export function openTerminal(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Terminal {
  const line = `exec ${command.map(quoted).join(' ')}`;
  const child = spawn('/usr/bin/script', ['-qefc', line, '/dev/null'], {
    cwd,
    env: { ...env, SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.stdin.on('error', () => undefined);
  let ended = false;
  const exitCode = once(child, 'close').then(([code]) => {
    ended = true;
    return code as number | null;
  });
  return {
    text: () => text,
    shows: async (wanted) => {
      await until(`the terminal shows ${wanted}: ${text}`, () => ended || text.includes(wanted));
      if (!text.includes(wanted)) throw new Error(`it ended without showing ${wanted}: ${text}`);
    },
    press: (key) => void child.stdin.write(key),
    close: () => void child.kill('SIGKILL'),
    signal: (name) => void process.kill(programIn(child.pid ?? 0), name),
    exitCode,
  };
}

/** Waits until nothing runs any more that has this text in its command line or environment. */
export async function nothingRunsWith(text: string): Promise<void> {
  await until(`nothing runs with ${text}`, () => processesWith(text).length === 0);
}
