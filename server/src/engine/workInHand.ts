/** What is being done, so that an end can end it and wait for it. */
export class WorkInHand {
  private readonly lifetime = new AbortController();
  private readonly working = new Set<Promise<unknown>>();

  /** Aborted by `end`. */
  get signal(): AbortSignal {
    return this.lifetime.signal;
  }

  /** Does work that is cancelled by the signal and by `end`. Rejects as the work does. */
  async do<T>(signal: AbortSignal, doIt: (both: AbortSignal) => Promise<T>): Promise<T> {
    const working = doIt(AbortSignal.any([signal, this.lifetime.signal]));
    this.working.add(working);
    try {
      return await working;
    } finally {
      this.working.delete(working);
    }
  }

  /** Cancels all of it; resolves when nothing is left. */
  async end(): Promise<void> {
    this.lifetime.abort();
    await Promise.allSettled([...this.working]);
  }
}
