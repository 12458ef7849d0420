/** The shells of a phase that stand still, each a thread of the client's. */
import type { ShellStop } from '../phases/phaseDebugger';
import type { ExceptionKind } from './exceptions';
import type { StoppedShell } from './stoppedShell';

/** The thread of the phase's own shell; a subshell's is its process id, which is another number. */
export const mainThread = 1;

/** Why a shell stopped that something went wrong in. */
export interface Exception {
  readonly kind: ExceptionKind;
  readonly id: string;
  readonly text: string;
}

/** What the event `stopped` says beside the thread. */
export interface StopBody {
  readonly reason: string;
  readonly [more: string]: unknown;
}

export class StoppedThreads {
  private readonly shells = new Map<number, StoppedShell>();
  private readonly exceptions = new Map<number, Exception>();

  constructor(private readonly event: (name: string, body: unknown) => void) {}

  /** With the phase's own, whether that stands still or not. */
  all(name: string): readonly { readonly id: number; readonly name: string }[] {
    const subshells = [...this.shells.keys()].filter((id) => id !== mainThread);
    return [{ id: mainThread, name }, ...subshells.map((id) => ({ id, name: `subshell ${id}` }))];
  }

  get isEmpty(): boolean {
    return this.shells.size === 0;
  }

  /** Null when it runs. */
  shell(thread: number): StoppedShell | null {
    return this.shells.get(thread) ?? null;
  }

  withFrame(id: number): StoppedShell | null {
    return [...this.shells.values()].find((shell) => shell.hasFrame(id)) ?? null;
  }

  withContainer(reference: number): StoppedShell | null {
    return [...this.shells.values()].find((shell) => shell.hasContainer(reference)) ?? null;
  }

  /** Why a thread stopped; null when nothing went wrong. */
  exception(thread: number): Exception | null {
    return this.exceptions.get(thread) ?? null;
  }

  tell(shell: StoppedShell, body: StopBody, exception: Exception | null): void {
    const { isMain } = shell.stop;
    const threadId = threadOf(shell.stop);
    this.shells.set(threadId, shell);
    if (exception !== null) this.exceptions.set(threadId, exception);
    if (!isMain) this.event('thread', { reason: 'started', threadId });
    this.event('stopped', { ...body, threadId, allThreadsStopped: isMain });
  }

  forget(thread: number): void {
    this.shells.delete(thread);
    this.exceptions.delete(thread);
    if (thread !== mainThread) this.event('thread', { reason: 'exited', threadId: thread });
  }

  forgetAll(): void {
    for (const thread of [...this.shells.keys()]) this.forget(thread);
  }
}

function threadOf({ isMain, pid }: ShellStop): number {
  return isMain ? mainThread : pid;
}
