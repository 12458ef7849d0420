/** The logs of builds that go on, ours and those of other Phasewise processes, read while they grow. */
import { setTimeout as delay } from 'node:timers/promises';
import { followFile } from '../builds/logs/followFile';
import type { KeptLog, KeptLogs, LogFilter } from '../builds/logs/keptLogs';

export interface LogListener {
  /** The next piece; the one after it is read when this one was taken. */
  readonly onText: (text: string) => void | Promise<void>;
  /** Why nothing comes, in a sentence. */
  readonly onWaiting?: (words: string) => void;
}

/** How long nothing is looked for while a build of ours has not printed anything. */
const pauseMs = 200;

/**
 * Streams what builds print that go on now and that one of the filters finds, one after the other, until none goes on. A build of ours may
 * wait for another process's: then that one's log comes first. Gives the store derivation that was built last; null when nothing was
 * printed.
 */
export async function followBuilds(
  kept: KeptLogs,
  filters: readonly LogFilter[],
  listener: LogListener,
  signal: AbortSignal,
): Promise<string | null> {
  const shown = new Set<string>();
  /** Builds of ours that had printed nothing when they were looked at. */
  const awaited = new Set<string>();
  let built: string | null = null;
  let waiting: string | null = null;
  while (!signal.aborted) {
    const next = (await found(kept, filters)).find(
      ({ id, record }) => !shown.has(id) && (record.status === 'running' || awaited.has(id)),
    );
    if (next !== undefined) {
      shown.add(next.id);
      if (await follow(kept, next, listener, signal)) built = next.record.drvPath;
      continue;
    }
    const silent = filters.flatMap((filter) => kept.silent(filter));
    if (silent.length === 0) break;
    for (const { id } of silent) awaited.add(id);
    const words = silent.find((log) => log.waiting !== null)?.waiting ?? null;
    if (words !== null && words !== waiting) listener.onWaiting?.(words);
    waiting = words;
    await delay(pauseMs, null, { signal }).catch(() => undefined);
  }
  return built;
}

/** Of builds, the oldest first: who waits began later. */
async function found(kept: KeptLogs, filters: readonly LogFilter[]): Promise<readonly KeptLog[]> {
  const lists = await Promise.all(filters.map((filter) => kept.list(filter)));
  return lists
    .flat()
    .filter(({ record }) => record.kind === 'build')
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function follow(
  kept: KeptLogs,
  { id, path }: KeptLog,
  { onText }: LogListener,
  signal: AbortSignal,
): Promise<boolean> {
  const goesOn = async (): Promise<boolean> => (await kept.get(id))?.record.status === 'running';
  return followFile(path, { onText, goesOn }, signal);
}
