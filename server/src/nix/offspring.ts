/**
 * What a child started, so that it can be ended when somebody else kills the child: its orphans are nobody's then, and cannot be found
 * any more. Nix's builders are such: each is in a session of its own.
 */
import { endTree, type ProcessIdentity, type ProcessTable } from './processTree';

/** How often it is looked at while there is news of the child: on Linux a matter of a few small files. */
const pauseMs = process.platform === 'linux' ? 50 : 1000;

export class Offspring {
  private known: readonly ProcessIdentity[] = [];
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  private lookedAt = -Infinity;

  constructor(
    private readonly table: ProcessTable,
    private readonly pid: number,
  ) {}

  /** The child said something: it may have started something. */
  news(): void {
    if (this.timer !== null) return;
    const wait = Math.max(0, this.lookedAt + pauseMs - performance.now());
    this.timer = setTimeout(() => {
      this.timer = null;
      this.looking = this.look();
    }, wait);
  }

  /** Nothing more is looked at. */
  async forget(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    await this.looking;
  }

  /** Ends what the child left, with all that has come of it. */
  async end(): Promise<void> {
    await this.forget();
    const ends = this.known.map((root) =>
      endTree(this.table, root, { graceMs: 0, includeRoot: true, group: true }),
    );
    await Promise.all(ends);
  }

  private async look(): Promise<void> {
    this.lookedAt = performance.now();
    const found = await this.table.children(this.pid);
    // Of one that has gone nothing is known any more.
    if (found.length > 0) this.known = found;
  }
}
