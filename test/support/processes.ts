/** Which processes run: how tests see that nothing is left behind. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Of every living process the command line, its words separated by spaces. Zombies have none. A small Linux has no `ps`. */
export function commandLines(): readonly string[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readProc(pid, 'cmdline').replace(/\0$/, '').replaceAll('\0', ' '))
      .filter((line) => line !== '');
  }
  return execFileSync('ps', ['-axo', 'stat=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => !/^\s*Z/.test(line) && !line.includes('ps -axo'))
    .map((line) => line.trim().replace(/^\S+\s+/, ''));
}

/** Command lines that hold this text. */
export function commandLinesWith(text: string): readonly string[] {
  return commandLines().filter((line) => line.includes(text));
}

/** Those of them that are still there after a moment: a process that was killed ends a little later. */
export async function leftOver(text: string): Promise<readonly string[]> {
  for (let tries = 0; tries < 100 && commandLinesWith(text).length > 0; tries += 1) await pause(20);
  return commandLinesWith(text);
}

/** A file of /proc; empty when the process has ended or is another user's. */
export function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
