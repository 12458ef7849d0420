/** Processes of a session, those too that no walk over children finds: they called setsid, and process 1 adopted them. */
import { readFile, readdir } from 'node:fs/promises';
import type { ProcessRunner } from '../nix/process';
import { descendantsOf, endDescendants } from '../nix/process';

/** All processes of one session. */
export interface SessionProcesses {
  /** Ends a phase's shell, named as it names itself, and all that began after it; never the shells in `waiting`. */
  endPhase(pid: number, waiting: readonly number[]): Promise<void>;
  /** Our process id of a shell, named as it names itself; null when it is gone. */
  find(pid: number): Promise<number | null>;
  endAll(): Promise<void>;
}

/** Where there is no process namespace: what has the session's NIX_BUILD_TOP in its environment. */
export function processesWithBuildTop(buildTop: string, runner: ProcessRunner): SessionProcesses {
  return {
    endPhase: async (pid, waiting) => {
      const since = await startTime(pid);
      await endDescendants(pid, 0);
      killQuietly(pid);
      const isMeant = (stray: StrayProcess) => !waiting.includes(stray.pid) && stray.started >= since;
      await endProcessesOfBuild(buildTop, runner, isMeant);
    },
    find: (pid) => Promise.resolve(pid),
    endAll: () => endProcessesOfBuild(buildTop, runner, () => true),
  };
}

/** In a process namespace, made by the process `root`: its process 1 adopts what is left, so all are descendants. */
export function processesInNamespace(root: number): SessionProcesses {
  const find = async (pid: number): Promise<number | null> => {
    const all = await descendantsOf(root);
    const depth = (await namespaceIds(root)).length;
    const ids = await Promise.all(all.map(async (one) => [one, (await namespaceIds(one))[depth]] as const));
    return ids.find(([, inside]) => inside === pid)?.[0] ?? null;
  };
  return {
    find,
    endPhase: async (pid) => {
      const phase = await find(pid);
      if (phase === null) return;
      const above = await ancestorsOf(phase, root);
      const since = await startTime(phase);
      await endDescendants(phase, 0);
      killQuietly(phase);
      await endRepeatedly(async () => {
        const left = (await descendantsOf(root)).filter((one) => one !== phase && !above.has(one));
        const times = await Promise.all(left.map(startTime));
        return left.filter((_, index) => (times[index] ?? 0) >= since);
      });
    },
    endAll: () => {
      killQuietly(root);
      return endRepeatedly(() => descendantsOf(root));
    },
  };
}

/** A process's ids, from our namespace inwards (NSpid of proc(5)); empty when it is gone. */
async function namespaceIds(pid: number): Promise<readonly number[]> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  const line = /^NSpid:(.*)$/m.exec(status)?.[1] ?? '';
  return line
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(Number);
}

async function ancestorsOf(pid: number, root: number): Promise<ReadonlySet<number>> {
  const above = new Set([root]);
  for (let one = pid; one > 1 && !above.has(one);) {
    if (one !== pid) above.add(one);
    one = await parentOf(one);
  }
  return above;
}

/** 0 when it is gone. */
async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  return Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0);
}

export interface StrayProcess {
  readonly pid: number;
  /** Clock ticks since boot when it started; 0 where the system does not tell. */
  readonly started: number;
}

/** All processes with NIX_BUILD_TOP of this session in their first environment. Unreadable ones are not ours. */
export async function processesOfBuild(
  buildTop: string,
  runner: ProcessRunner,
): Promise<readonly StrayProcess[]> {
  return process.platform === 'linux' ? fromProc(buildTop) : fromPs(buildTop, runner);
}

async function fromProc(buildTop: string): Promise<readonly StrayProcess[]> {
  const wanted = `\0NIX_BUILD_TOP=${buildTop}\0`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      if (!`\0${environment}\0`.includes(wanted)) return [];
      return [{ pid: Number(pid), started: await startTime(Number(pid)) }];
    }),
  );
  return found.flat();
}

/** Field 22 of /proc/PID/stat (proc(5)); the program's name before it may hold spaces and parentheses. */
export async function startTime(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; in a container whose first process collects none, it stays.
  return fields[0] === 'Z' ? 0 : Number(fields[19] ?? 0);
}

async function fromPs(buildTop: string, runner: ProcessRunner): Promise<readonly StrayProcess[]> {
  const listed = await runner.run('/bin/ps', ['-axEo', 'pid=,command='], { timeoutMs: 5000 });
  return listed.stdout
    .split('\n')
    .filter((line) => ` ${line} `.includes(` NIX_BUILD_TOP=${buildTop} `))
    .map((line) => ({ pid: Number.parseInt(line, 10), started: 0 }))
    .filter(({ pid }) => pid > 0);
}

/** SIGKILL for each, again for those born meanwhile, until none is left (at most ten rounds). */
export async function endProcessesOfBuild(
  buildTop: string,
  runner: ProcessRunner,
  isMeant: (process: StrayProcess) => boolean,
): Promise<void> {
  await endRepeatedly(async () =>
    (await processesOfBuild(buildTop, runner)).filter(isMeant).map(({ pid }) => pid),
  );
}

async function endRepeatedly(find: () => Promise<readonly number[]>): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const found = await find();
    if (found.length === 0) return;
    for (const pid of found) killQuietly(pid);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Command lines of what runs below a process, as a tree: each below the one that started it, one step further in. */
export async function programsBelow(pid: number): Promise<readonly string[]> {
  const found = await Promise.all(
    (await descendantsOf(pid)).map(async (one) => ({
      one,
      parent: await parentOf(one),
      line: (await readFile(`/proc/${one}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim(),
    })),
  );
  const below = (parent: number, depth: number): readonly string[] =>
    found
      .filter((child) => child.parent === parent)
      .flatMap(({ one, line }) => [
        ...(line === '' ? [] : [`${'\u00a0\u00a0'.repeat(depth)}${line}`]),
        ...below(one, depth + 1),
      ]);
  return below(pid, 0);
}

export function killQuietly(pid: number, name: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
