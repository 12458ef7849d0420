/** Who is told of something, in order of registration. */
export class Listeners<T> {
  private readonly listeners = new Set<(event: T) => void>();

  /** The answer ends the subscription. */
  add(listener: (event: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  fire(event: T): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}
