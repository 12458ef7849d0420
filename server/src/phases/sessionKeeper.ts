/** What a session keeps on disk beside its files: its record and the shells' states. Failing writes end in no wrong record. */
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionFolder } from './sessionFolder';
import type { SessionRecord } from './sessionRecord';
import { writeRecord } from './sessionRecord';
import type { ShellState } from './shellState';
import { parseShellState } from './shellState';

export class SessionKeeper {
  private failedWrite = false;

  constructor(
    readonly folder: SessionFolder,
    private current: SessionRecord,
  ) {}

  get record(): SessionRecord {
    return this.current;
  }

  /** How many phases are done. */
  get position(): number {
    return this.current.results.length;
  }

  /** Whether what is on disk may be behind: then the session ends with this process. */
  get broken(): boolean {
    return this.failedWrite;
  }

  async update(changes: Partial<SessionRecord>): Promise<void> {
    this.current = { ...this.current, ...changes, used: Date.now() };
    try {
      await writeRecord(this.folder.path, this.current);
      this.failedWrite = false;
    } catch {
      this.failedWrite = true;
      // An old record would tell of files and shells that are no more; removing needs no space.
      await rm(join(this.folder.path, 'session.json'), { force: true }).catch(() => undefined);
    }
  }

  /** Forgets all that came after a position. */
  async cutAt(position: number, changes: Partial<SessionRecord>): Promise<void> {
    await this.update({
      results: this.current.results.slice(0, position),
      states: this.current.states.slice(0, position + 1),
      snapshots: this.current.snapshots.slice(0, position + 1),
      ends: this.current.ends.slice(0, position + 1),
      ...changes,
    });
  }

  /** Takes what the shell at this position left in the control folder; gives the states with it, for `update`. */
  async keepState(position: number, edits: number): Promise<SessionRecord['states']> {
    const states: (number | null)[] = this.current.states.slice(0, position);
    while (states.length < position) states.push(null);
    const written = join(this.folder.control, 'state');
    const state = await parsed(written);
    const kept = state !== null && (await rename(written, this.file(position)).then(yes, no));
    return [...states, kept ? edits : null];
  }

  /** The state before the phase at this position, when one was kept whole. */
  async state(position: number): Promise<ShellState | null> {
    return (this.current.states[position] ?? null) === null ? null : parsed(this.file(position));
  }

  /** Takes the state that a failing phase left, in the place of an earlier one's; there is none when it was killed. */
  async keepFailedState(): Promise<void> {
    const kept = await rename(join(this.folder.control, 'failed-state'), this.file('failed')).then(yes, no);
    if (!kept) await rm(this.file('failed'), { force: true });
  }

  /** Of a failure before the session was made anew. */
  async forgetFailedState(): Promise<void> {
    await rm(this.file('failed'), { force: true });
  }

  /** The state in which the last phase that ran failed; null when none failed, or its shell was killed. */
  async failedState(): Promise<ShellState | null> {
    return this.current.failed?.status === 'failed' ? parsed(this.file('failed')) : null;
  }

  /** The state that the present shell wrote last. */
  async latestState(): Promise<ShellState | null> {
    return parsed(join(this.folder.control, 'state'));
  }

  private file(name: number | 'failed'): string {
    return join(this.folder.states, String(name));
  }
}

const yes = (): boolean => true;
const no = (): boolean => false;

async function parsed(file: string): Promise<ShellState | null> {
  const text = await readFile(file, 'latin1').catch(() => null);
  return text === null ? null : parseShellState(text);
}
