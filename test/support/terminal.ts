/** The built command line at a terminal, as a person has it. Linux: util-linux `script` gives the terminal. */
import { spawn } from 'node:child_process';
import { nixEnvironment } from './nixEnvironment';
import { program, type CommandOptions } from './commandLine';

export interface AtTerminal {
  /** Process id of what gives the terminal. */
  readonly pid: number;
  /** All that the terminal showed so far, without what styles it. */
  shown(): string;
  /** Resolves when the terminal shows this after `from`; gives the place behind it. */
  sees(text: string, from?: number): Promise<number>;
  type(text: string): void;
  /** Closes the terminal, as closing its window does. */
  hangUp(): void;
  readonly ended: Promise<number | null>;
}

export function atTerminal(args: readonly string[], options: CommandOptions = {}): AtTerminal {
  const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const child = spawn('script', ['-qefc', `stty cols 200; exec ${words.join(' ')}`, '/dev/null'], {
    cwd: options.cwd,
    env: { ...nixEnvironment(), NIX_PATH: '', SHELL: '/bin/sh', TERM: 'xterm-256color', ...options.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let raw = '';
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => (raw += text));
  const ended = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  let over = false;
  void ended.then(() => (over = true));
  // eslint-disable-next-line no-control-regex -- what styles text begins with it
  const shown = () => raw.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
  return {
    pid: child.pid ?? 0,
    shown,
    sees: async (text, from = 0) => {
      for (;;) {
        const at = shown().indexOf(text, from);
        if (at >= 0) return at + text.length;
        if (over) throw new Error(`it ended without showing "${text}": ${shown()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    type: (text) => void child.stdin.write(text),
    // The end that shows it is gone, and the system tells those at the other end.
    hangUp: () => void child.kill('SIGKILL'),
    ended,
  };
}
