/** `phasewise/shown`: work on documents that nobody looks at waits. An editor opens many such: tabs behind others, files that a list of references reads. */

export class ShownDocuments {
  private readonly waiting = new Map<string, Set<() => void>>();

  /** `shown` is null of a client that does not tell: all of its documents count as shown. */
  constructor(private shown: ReadonlySet<string> | null = null) {}

  /** Does the work now if the document is shown, else once it is, in the order of asking; not after the signal was aborted. */
  whenShown(uri: string, signal: AbortSignal, work: () => void): void {
    if (this.shown === null || this.shown.has(uri)) return work();
    const works = this.waiting.get(uri) ?? new Set();
    this.waiting.set(uri, works.add(work));
    const giveUp = (): void => {
      works.delete(work);
      if (works.size === 0 && this.waiting.get(uri) === works) this.waiting.delete(uri);
    };
    signal.addEventListener('abort', giveUp, { once: true });
  }

  /** The same, so much after that. */
  afterPause(uri: string, pauseMs: number, signal: AbortSignal, work: () => void): void {
    this.whenShown(uri, signal, () => {
      const timer = setTimeout(work, pauseMs);
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
  }

  /** These are shown now, and no others. */
  set(uris: readonly string[]): void {
    this.shown = new Set(uris);
    for (const uri of this.shown) {
      const works = this.waiting.get(uri) ?? [];
      this.waiting.delete(uri);
      for (const work of works) work();
    }
  }
}
