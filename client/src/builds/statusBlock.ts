/** What goes on in a build or run, as a few lines below its output: the phase, inputs under way, each with its time. Pure. */
import type { InputProgress } from '../../../server/src/protocol/buildProgress';
import type { ActivityEvent } from '../../../server/src/protocol/messages';
import {
  advanceView,
  bytesWords,
  emptyView,
  placeName,
  runningInputs,
  totalsWords,
  type BuildView,
} from '../phases/buildView';
import { duration } from '../words';

const mostInputs = 5;
const longestName = 32;

export class StatusBlock {
  private view: BuildView = emptyView;
  private phase: string | null = null;
  /** Milliseconds, as `now` counts them. */
  private readonly begun: number;
  private phaseBegun = 0;
  private readonly inputsBegun = new Map<string, number>();
  private state: 'evaluating' | 'going' | 'ended' = 'evaluating';

  constructor(
    private readonly name: string,
    private readonly now: () => number,
  ) {
    this.begun = now();
  }

  follow(event: ActivityEvent): void {
    switch (event.type) {
      case 'started':
        this.state = 'going';
        return;
      case 'phaseStarted':
        this.phase = event.phase;
        this.phaseBegun = this.now();
        return;
      case 'phaseFinished':
        this.phase = null;
        return;
      case 'progress':
        this.view = advanceView(this.view, event.progress);
        if (event.progress.kind === 'input') this.begin(event.progress.input);
        return;
      case 'finished':
        return this.end();
      case 'notice':
      case 'output':
    }
  }

  /** Nothing goes on any more. */
  end(): void {
    this.state = 'ended';
  }

  /** Plain lines; none when nothing goes on. */
  lines(): readonly string[] {
    if (this.state === 'ended') return [];
    const inputs = runningInputs(this.view);
    const shown = inputs.slice(0, mostInputs);
    const rest = inputs.length - shown.length;
    const width = Math.max(
      ...[this.name, ...shown.map(({ name }) => name)].map((name) => shortened(name).length),
    );
    const line = (name: string, words: string) => `${shortened(name).padEnd(width)}  ${words}`.trimEnd();
    return [
      line(this.name, this.words()),
      ...shown.map((input) => line(input.name, this.inputWords(input))),
      ...(rest > 0 ? [`… and ${rest} more`] : []),
    ];
  }

  private begin({ path, status, seconds }: InputProgress): void {
    if (status !== 'running') this.inputsBegun.delete(path);
    else if (!this.inputsBegun.has(path)) this.inputsBegun.set(path, this.now() - seconds * 1000);
  }

  private words(): string {
    const { estimate, machine, waiting } = this.view;
    if (waiting !== null) return waiting;
    const phases = estimate?.phases ?? {};
    const usual = this.phase !== null && Object.hasOwn(phases, this.phase) ? phases[this.phase] : undefined;
    const parts = [
      this.phase === null ? this.before() : `${this.phase} ${this.time(this.phaseBegun, usual ?? null)}`,
      totalsWords(this.view),
      this.all(estimate?.seconds ?? null),
      machine === null ? '' : `on ${placeName(machine)}`,
    ];
    return parts.filter((part) => part !== '').join(' · ');
  }

  private before(): string {
    if (this.state === 'evaluating') return 'evaluating';
    if (this.view.begun) return 'building';
    return runningInputs(this.view).length > 0 ? 'waiting for its inputs' : 'preparing';
  }

  private all(estimate: number | null): string {
    const usual = estimate === null || estimate < 1 ? '' : `, usually ${duration(estimate)}`;
    return `${whole(this.now() - this.begun)} in all${usual}`;
  }

  private inputWords(input: InputProgress): string {
    const { work, phase, estimate, from, done, total } = input;
    const time = this.time(this.inputsBegun.get(input.path) ?? this.now(), estimate);
    const parts =
      work === 'download'
        ? ['downloading', bytesWords(done, total), time, from === null ? '' : `from ${placeName(from)}`]
        : [phase ?? 'building', time, from === null ? '' : `on ${placeName(from)}`];
    return parts.filter((part) => part !== '').join(' ');
  }

  private time(begun: number, estimate: number | null): string {
    const usual = estimate === null || estimate < 1 ? '' : ` of about ${duration(estimate)}`;
    return `${whole(this.now() - begun)}${usual}`;
  }
}

function whole(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : duration(seconds);
}

function shortened(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}
