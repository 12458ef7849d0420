/** The process that ends a session when its controller dies: its standard input is our pipe (`driver/watchdog.sh`). */
import { join } from 'node:path';
import { spawnChild } from '../nix/process';

export interface Watchdog {
  /** Names the process to end with the session. */
  watch(pid: number): void;
  /** Ends the watchdog alone. */
  kill(): Promise<void>;
}

/**
 * Started before what it watches, so that there is no moment without it. What is in `remove` it removes when the
 * controller died. Null when it cannot be started; the session then
 * lacks only this protection.
 */
export async function startWatchdog(
  driverFolder: string,
  workFolder: string,
  remove: readonly string[] = [],
): Promise<Watchdog | null> {
  const started = await spawnChild('sh', [join(driverFolder, 'watchdog.sh'), workFolder, ...remove], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  if (!started.ok) return null;
  const child = started.value;
  child.stdin?.on('error', () => {
    // The watchdog was ended; it needs to hear no more.
  });
  return { watch: (pid) => void child.stdin?.write(`${pid}\n`), kill: () => child.kill() };
}
