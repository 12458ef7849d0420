/** Checks of documents that are shown, after a pause: of each only the last one that was asked for. */
import type { ShownDocuments } from './shownDocuments';

export class ScheduledChecks {
  private readonly pending = new Map<string, AbortController>();

  constructor(private readonly shown: ShownDocuments) {}

  /** Begins after the pause; the signal is aborted when another check of the same document is asked for, or it is cancelled. */
  schedule(uri: string, delayMs: number, check: (signal: AbortSignal) => Promise<void>): void {
    this.cancel(uri);
    const controller = new AbortController();
    this.pending.set(uri, controller);
    const begin = async (): Promise<void> => {
      await check(controller.signal);
      if (this.pending.get(uri) === controller) this.pending.delete(uri);
    };
    this.shown.afterPause(uri, delayMs, controller.signal, () => void begin());
  }

  cancel(uri: string): void {
    this.pending.get(uri)?.abort();
    this.pending.delete(uri);
  }

  dispose(): void {
    for (const uri of [...this.pending.keys()]) this.cancel(uri);
  }
}
