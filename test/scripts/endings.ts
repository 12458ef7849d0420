/** Interrupting a script, and what must be true afterwards. */
import { equal } from 'node:assert/strict';
import type { Checkout } from './checkout';
import { ctrlC, nothingRunsWith, until, type Terminal } from './terminal';

/** A sleep that no other test starts. */
export const endless = (): string => `86${process.pid}.${Date.now() % 1_000_000}`;

/** What takes long, in all the ways in which a program can start others. */
export const slowly = (seconds: string): string =>
  `echo slow\nsetsid sleep ${seconds} &\nenv -i sleep ${seconds} &\n(setsid sh -c 'sleep ${seconds} & sleep ${seconds}' &)\nsleep ${seconds}`;

/** How a script in a terminal comes to its end before it is done, and what its shell says then. */
export const ends: readonly [string, (terminal: Terminal) => void, number | null][] = [
  ['Ctrl-C', (terminal) => terminal.press(ctrlC), 130],
  ['Ctrl-C, twice', (terminal) => terminal.press(ctrlC + ctrlC), 130],
  ['SIGTERM', (terminal) => terminal.signal('SIGTERM'), 143],
  ['SIGHUP', (terminal) => terminal.signal('SIGHUP'), 129],
  ['SIGKILL', (terminal) => terminal.signal('SIGKILL'), 137],
  // The terminal was killed, so nobody heard the code.
  ['the end of the terminal', (terminal) => terminal.close(), null],
];

/** No process, no temporary file, no lock; and of what it did not finish nothing is said. */
export async function nothingIsLeft(made: Checkout, shown: string): Promise<void> {
  await nothingRunsWith(made.folder);
  await until('the lock is gone', () => !made.exists('.cache/set-up.lock'));
  await until(
    `temporary files are gone: ${made.temporaries().join(' ')}`,
    () => made.temporaries().length === 0,
  );
  const after = /Ending everything that was started\s*([^]*)$/.exec(shown)?.[1];
  equal(after ?? '', '', shown);
}
