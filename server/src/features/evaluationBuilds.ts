/**
 * What evaluations of documents build and fetch (import from derivation, `fetchTarball`), as activities that can be followed and
 * stopped. What is built is needed whatever the text becomes, so an edit does not end it.
 */
import type { EvaluationWork } from '../nix/evaluationWork';
import type { ActivityEvent } from '../protocol/messages';
import { failure, success } from '../result';
import type { Activities } from './activities';

/** A download that is over sooner is not told. */
const quickMs = 500;

/** One evaluation of a document, from its beginning to its end. */
export class FollowedEvaluation {
  /** Resolves when it builds or fetches something for the first time. */
  readonly begun: Promise<void>;
  readonly ended: Promise<void>;
  private begin: () => void = () => undefined;
  private finish: () => void = () => undefined;
  private readonly open: Extract<EvaluationWork, { type: 'started' }>[] = [];
  private tell: ((event: ActivityEvent) => void) | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly activities: Activities,
    private readonly uri: string,
    /** Ends it. */
    readonly stop: () => void,
  ) {
    this.begun = new Promise((resolve) => (this.begin = resolve));
    this.ended = new Promise((resolve) => (this.finish = resolve));
  }

  /** What it builds or fetches, in a sentence; null while it does not. */
  get words(): string | null {
    const last = this.open.at(-1);
    return last === undefined ? null : workWords(last);
  }

  take(work: EvaluationWork): void {
    if (work.type === 'lines') {
      this.tell?.({ type: 'output', phase: null, text: `${work.texts.join('\n')}\n` });
      return;
    }
    if (work.type === 'ended') {
      const index = this.open.findIndex(({ kind, name }) => kind === work.kind && name === work.name);
      if (index >= 0) this.open.splice(index, 1);
      return;
    }
    this.open.push(work);
    this.begin();
    if (this.tell !== null) this.tell({ type: 'notice', text: workWords(work) });
    else if (work.kind === 'build') this.show();
    else this.timer ??= setTimeout(() => this.showSlow(), quickMs);
  }

  end(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.open.length = 0;
    this.finish();
  }

  private showSlow(): void {
    this.timer = null;
    if (this.open.length > 0) this.show();
  }

  private tellOpen(): void {
    for (const work of this.open) this.tell?.({ type: 'notice', text: workWords(work) });
  }

  private show(): void {
    if (this.tell !== null) return;
    const work = (onEvent: (event: ActivityEvent) => void, signal: AbortSignal) => {
      this.tell = onEvent;
      signal.addEventListener('abort', this.stop, { once: true });
      return this.ended.then(() => (signal.aborted ? failure(stopped) : success(null)));
    };
    const verdict = { status: 'ok', failure: null } as const;
    const key = { uri: this.uri, attr: '' };
    const parts = { perform: work, verdict: () => verdict };
    void this.activities.perform(key, 'evaluation', parts, new AbortController().signal);
    this.tellOpen();
  }
}

export class EvaluationBuilds {
  private readonly followed = new Map<string, Set<FollowedEvaluation>>();

  constructor(private readonly activities: Activities) {}

  /** Follows an evaluation of this document; whoever does it tells its end. */
  follow(uri: string, stop: () => void): FollowedEvaluation {
    const one = new FollowedEvaluation(this.activities, uri, stop);
    const all = this.followed.get(uri) ?? new Set();
    this.followed.set(uri, all.add(one));
    void one.ended.then(() => {
      all.delete(one);
      if (all.size === 0 && this.followed.get(uri) === all) this.followed.delete(uri);
    });
    return one;
  }

  /** The evaluation of this document that builds or fetches something now; null when none does. */
  of(uri: string): FollowedEvaluation | null {
    return [...(this.followed.get(uri) ?? [])].find(({ words }) => words !== null) ?? null;
  }

  /** Ends evaluations of those documents whose URI is wanted. */
  stop(isWanted: (uri: string) => boolean): void {
    for (const [uri, all] of this.followed) if (isWanted(uri)) for (const one of all) one.stop();
  }
}

function workWords({
  kind,
  name,
}: Pick<Extract<EvaluationWork, { type: 'started' }>, 'kind' | 'name'>): string {
  return kind === 'build'
    ? `Building ${name}, which the evaluation needs (import from derivation).`
    : `Fetching ${name}, which the evaluation needs.`;
}

const stopped = {
  code: 'stopped',
  message: 'The evaluation was stopped.',
  advice: 'Save the file to have it evaluated again.',
};
