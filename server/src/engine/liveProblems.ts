/** What tools say of files, told while a build or a run of phases goes on and once more before it ends. */
import { LogProblems, type LogProblem } from '../builds/logProblems';
import type { ActivityEvent } from '../protocol/messages';
import type { Diagnostic } from '../protocol/model';

/** Finds the files that a log's problems are in. */
export type ProblemPlacer = (problems: readonly LogProblem[]) => Promise<readonly Diagnostic[]>;

/** Tools say much at a time, and each time files are looked for. */
const pauseMs = 300;

/**
 * Does something that tells of itself by events. All problems that its output names so far are told whenever there are more; `finished`
 * comes after the last of them.
 */
export async function withLiveProblems<T>(
  placed: ProblemPlacer,
  onEvent: (event: ActivityEvent) => void,
  doIt: (onEvent: (event: ActivityEvent) => void) => Promise<T>,
): Promise<T> {
  const live = new LiveProblems(placed, onEvent);
  const held: ActivityEvent[] = [];
  try {
    return await doIt((event) => {
      live.hear(event);
      if (event.type === 'finished') held.push(event);
      else onEvent(event);
    });
  } finally {
    await live.end();
    held.forEach(onEvent);
  }
}

class LiveProblems {
  private readonly found = new LogProblems();
  private told = 0;
  private timer: NodeJS.Timeout | null = null;
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly placed: ProblemPlacer,
    private readonly onEvent: (event: ActivityEvent) => void,
  ) {}

  hear(event: ActivityEvent): void {
    if (event.type === 'output') this.found.text(event.text);
    else if (event.type === 'phaseStarted') this.found.phase();
    else return;
    if (this.found.count > this.told) this.timer ??= setTimeout(() => this.tell(), pauseMs);
  }

  async end(): Promise<void> {
    this.found.phase();
    this.tell();
    await this.telling;
  }

  private tell(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.telling = this.telling.then(async () => {
      const { all } = this.found;
      if (all.length === this.told) return;
      this.told = all.length;
      const problems = await this.placed(all);
      this.onEvent({ type: 'progress', progress: { kind: 'problems', problems } });
    });
  }
}
