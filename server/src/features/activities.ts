/**
 * Phase runs and builds under way: one for a derivation at a time, told to the client from `started` to `finished`
 * whatever the engine does, and ended when asked, when its request is cancelled, or with the server.
 */
import { failureOfProblem } from '../engine/problemFailure';
import type { ActivityEvent, ActivityParams, DerivationKey } from '../protocol/messages';
import type { Problem, Result } from '../result';
import { failure } from '../result';
import { Listeners } from './listeners';
import { OutputBuffer } from './outputBuffer';

type Kind = ActivityParams['kind'];
type Verdict = Pick<ActivityEvent & { readonly type: 'finished' }, 'status' | 'failure'>;

export interface ActivityWork<T> {
  perform(onEvent: (event: ActivityEvent) => void, signal: AbortSignal): Promise<Result<T>>;
  /** What a result says about the activity as a whole. */
  verdict(value: T): Verdict;
}

interface Running {
  readonly key: DerivationKey;
  readonly kind: Kind;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

export class Activities {
  /** Each event as it is sent to the client. */
  readonly sent = new Listeners<ActivityParams>();
  private readonly running = new Set<Running>();
  private count = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** What runs for this derivation; null when nothing does. */
  kindRunning(key: DerivationKey): Kind | null {
    return this.of(key).find(({ kind }) => kind !== 'evaluation')?.kind ?? null;
  }

  /**
   * Does `work` as an activity of this derivation. An expected failure of the work comes back as it is, after a
   * `finished` event that tells it. A Problem `busy` when the derivation is already being run or built.
   */
  async perform<T>(
    key: DerivationKey,
    kind: Kind,
    work: ActivityWork<T>,
    signal: AbortSignal,
  ): Promise<Result<T>> {
    // What is built for an evaluation is of the whole file.
    if (kind !== 'evaluation') {
      for (let other = this.kindRunning(key); other !== null; other = this.kindRunning(key)) {
        // Nobody asked for a replay that is in the way of what somebody asks for.
        if (other !== 'replay' || kind === 'replay') return failure(busy(key, other));
        await this.stop(key, 'replay');
      }
    }
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const running = { key, kind, controller, ended };
    this.running.add(running);
    const story = new Story(this.tellerOf(key, kind), this.now);
    try {
      return await this.tell(story, work, controller.signal);
    } finally {
      signal.removeEventListener('abort', abort);
      this.running.delete(running);
      end();
    }
  }

  /** Ends what runs for this derivation (of one kind) and waits until it has ended; false when nothing ran. */
  async stop(key: DerivationKey, only?: Kind): Promise<boolean> {
    const running = this.of(key).filter(({ kind }) => only === undefined || kind === only);
    await Promise.all(running.map(stopped));
    return running.length > 0;
  }

  /** Ends everything. */
  async dispose(): Promise<void> {
    await Promise.all([...this.running].map(stopped));
  }

  private of(wanted: DerivationKey): readonly Running[] {
    const name = keyName(wanted);
    return [...this.running].filter(({ key }) => keyName(key) === name);
  }

  private async tell<T>(story: Story, work: ActivityWork<T>, signal: AbortSignal): Promise<Result<T>> {
    try {
      const result = await work.perform((event) => story.tell(event), signal);
      if (result.ok) story.end(work.verdict(result.value));
      else
        story.end(signal.aborted ? cancelled : { status: 'failed', failure: failureOfProblem(result.error) });
      return result;
    } catch (error) {
      story.end(signal.aborted ? cancelled : { status: 'failed', failure: failureOfProblem(internal) });
      throw error;
    }
  }

  private tellerOf(key: DerivationKey, kind: Kind): (event: ActivityEvent) => void {
    this.count++;
    const id = `${kind}-${this.count}`;
    return (event) => this.sent.fire({ key: { uri: key.uri, attr: key.attr }, kind, id, event });
  }
}

function stopped({ controller, ended }: Running): Promise<void> {
  controller.abort();
  return ended;
}

/** Sees to it that an activity begins with `started` and ends with one `finished`. */
class Story {
  private readonly begun: number;
  private readonly output: OutputBuffer;
  private started = false;
  private finished = false;

  constructor(
    send: (event: ActivityEvent) => void,
    private readonly now: () => number,
  ) {
    this.begun = now();
    this.output = new OutputBuffer(send);
  }

  tell(event: ActivityEvent): void {
    if (this.finished) return;
    if (event.type === 'started') {
      if (this.started) return;
      this.started = true;
    } else if (!this.started) this.tell({ type: 'started', phases: [] });
    this.output.write(event);
    if (event.type === 'finished') this.finished = true;
  }

  /** Tells the end, unless the work has told it already. */
  end(verdict: Verdict): void {
    this.tell({ type: 'finished', seconds: (this.now() - this.begun) / 1000, ...verdict });
    this.output.flush();
  }
}

const cancelled: Verdict = { status: 'cancelled', failure: null };
const internal: Problem = {
  code: 'internal',
  message: 'This failed inside Phasewise itself.',
  advice: 'Its log has the details.',
};

function busy(key: DerivationKey, kind: Kind): Problem {
  const subject = key.attr === '' ? 'This derivation' : `\`${key.attr}\``;
  const doing = {
    run: 'is already being run',
    build: 'is already being built',
    inputs: 'has its inputs built now',
    replay: 'has its failing line looked for',
    evaluation: 'is being evaluated',
  };
  return {
    code: 'busy',
    message: `${subject} ${doing[kind]}.`,
    advice: 'Stop it first, or wait until it has ended.',
  };
}

/** The name of a derivation's key in maps. */
export function keyName({ uri, attr }: DerivationKey): string {
  return `${uri}\n${attr}`;
}
