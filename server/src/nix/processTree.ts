/** Finding and ending a process with everything it started, also what moved to another group or session. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** One process, told apart from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Empty where the system does not tell. */
  readonly startTime: string;
}

/** What the system says about running processes. */
export interface ProcessTable {
  /** The process itself; null when there is none. */
  identify(pid: number): ProcessIdentity | null;
  /** What this process started itself and that still runs. */
  children(pid: number): Promise<readonly ProcessIdentity[]>;
  /** All descendants of these processes, without themselves. */
  descendants(pids: readonly number[]): Promise<readonly ProcessIdentity[]>;
  /** Resident memory of one process in bytes; null when not known. */
  residentBytes(pid: number): Promise<number | null>;
}

export type SendSignal = (pid: number, signal: NodeJS.Signals | 0) => boolean;

/** Sends a signal (to a group when `pid` is negative); false when there is no such process or it is not ours. */
export const sendSignal: SendSignal = (pid, signal) => {
  try {
    return process.kill(pid, signal);
  } catch {
    // ESRCH: it ended meanwhile; EPERM: it is another user's now. Neither is ours to end.
    return false;
  }
};

/** Fields of `/proc/PID/stat` after the name, which may hold spaces and parentheses itself (proc(5)). */
function statFields(text: string): readonly string[] {
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // The process ended between listing and reading.
    return null;
  }
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // As above.
    return [];
  }
}

/** Linux: `/proc` (proc(5): `task/TID/children`, `stat`, `statm`). */
export function procTable(proc = '/proc'): ProcessTable {
  const identify = (pid: number): ProcessIdentity | null => {
    const text = readText(`${proc}/${pid}/stat`);
    if (text === null) return null;
    const fields = statFields(text);
    // A zombie holds nothing and cannot be ended; who waits for it sees it as ended.
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return { pid, startTime: fields[19] ?? '' };
  };
  const children = (pid: number): readonly number[] =>
    listFolder(`${proc}/${pid}/task`).flatMap((thread) =>
      (readText(`${proc}/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
    );
  return {
    identify,
    children: (pid) => Promise.resolve(children(pid).flatMap((child) => identify(child) ?? [])),
    descendants: (pids) => {
      const found = new Map<number, ProcessIdentity>();
      const pending = [...pids];
      for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
        for (const child of children(pid)) {
          const identity = found.has(child) ? null : identify(child);
          if (identity === null) continue;
          found.set(child, identity);
          pending.push(child);
        }
      }
      return Promise.resolve([...found.values()]);
    },
    residentBytes: (pid) => {
      const pages = Number((readText(`${proc}/${pid}/statm`) ?? '').split(' ')[1]);
      return Promise.resolve(Number.isFinite(pages) ? pages * 4096 : null);
    },
  };
}

/** macOS: `listing` gives `ps -axo pid=,ppid=,rss=`; start times are not asked for. */
export function psTable(listing: () => Promise<string>, signal: SendSignal = sendSignal): ProcessTable {
  const rows = async () =>
    (await listing())
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([pid, parent, kilobytes]) =>
        pid !== undefined && parent !== undefined && pid > 0 ? [{ pid, parent, kilobytes }] : [],
      );
  return {
    identify: (pid) => (signal(pid, 0) ? { pid, startTime: '' } : null),
    children: async (pid) =>
      (await rows()).filter(({ parent }) => parent === pid).map((row) => ({ pid: row.pid, startTime: '' })),
    descendants: async (pids) => {
      const all = await rows();
      const found = new Set<number>();
      const pending = [...pids];
      for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
        for (const row of all) {
          if (row.parent !== pid || found.has(row.pid)) continue;
          found.add(row.pid);
          pending.push(row.pid);
        }
      }
      return [...found].map((pid) => ({ pid, startTime: '' }));
    },
    residentBytes: async (pid) => {
      const kilobytes = (await rows()).find((row) => row.pid === pid)?.kilobytes;
      return kilobytes === undefined || !Number.isFinite(kilobytes) ? null : kilobytes * 1024;
    },
  };
}

export interface EndTreeOptions {
  /** How long the root may take to end by itself after SIGTERM; 0: SIGKILL at once. */
  readonly graceMs: number;
  /** False ends only what the process started. */
  readonly includeRoot: boolean;
  /** True when the root leads a process group of its own, which is then signalled as a whole. */
  readonly group: boolean;
}

/** Milliseconds between two looks at what is still alive. */
const pollMs = 20;
/** What outlives the root this long is killed: Nix has ended its own builders by then. */
const orphanMs = 100;

/**
 * Ends a process and all it started: SIGTERM, then SIGKILL for what is left. Descendants are listed before anything is
 * signalled, because an orphan is adopted by process 1 and cannot be found any more.
 */
export async function endTree(
  table: ProcessTable,
  root: ProcessIdentity,
  options: EndTreeOptions,
  send: SendSignal = sendSignal,
): Promise<void> {
  const known = new Map<number, ProcessIdentity>();
  if (options.includeRoot) known.set(root.pid, root);
  const alive = () =>
    [...known.values()].filter((one) => table.identify(one.pid)?.startTime === one.startTime);
  const look = async () => {
    const parents = options.includeRoot
      ? alive().map((one) => one.pid)
      : [root.pid, ...alive().map((one) => one.pid)];
    for (const one of await table.descendants(parents)) if (!known.has(one.pid)) known.set(one.pid, one);
  };
  const signalAll = (signal: NodeJS.Signals) => {
    if (options.group && options.includeRoot) send(-root.pid, signal);
    for (const one of alive()) send(one.pid, signal);
  };

  await look();
  if (options.graceMs > 0) {
    if (!options.includeRoot) signalAll('SIGTERM');
    else if (!(options.group && send(-root.pid, 'SIGTERM'))) send(root.pid, 'SIGTERM');
    await waitForEnd(options.graceMs, root, alive, look);
  }
  // Each round finds what was forked while the round before it was killing.
  for (let round = 0; round < 50; round += 1) {
    await look();
    if (alive().length === 0) break;
    signalAll('SIGKILL');
    await sleep(pollMs);
  }
  if (options.group && options.includeRoot) send(-root.pid, 'SIGKILL');
}

async function waitForEnd(
  graceMs: number,
  root: ProcessIdentity,
  alive: () => readonly ProcessIdentity[],
  look: () => Promise<void>,
): Promise<void> {
  const deadline = Date.now() + graceMs;
  let orphanedAt: number | null = null;
  while (Date.now() < deadline) {
    const left = alive();
    if (left.length === 0) return;
    if (left.every((one) => one.pid !== root.pid)) {
      orphanedAt ??= Date.now();
      if (Date.now() - orphanedAt > orphanMs) return;
    }
    await sleep(pollMs);
    await look();
  }
}
