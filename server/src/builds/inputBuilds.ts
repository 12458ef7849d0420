/** What is built and fetched on the way to a derivation: the state of each, told whenever it changes. Memory holds what goes on. */
import type { InputProgress, Totals } from '../protocol/buildProgress';
import { derivationName } from '../protocol/storePath';

export interface InputBuildsOptions {
  readonly onInput: (input: InputProgress) => void;
  readonly onTotals: (totals: Totals) => void;
  /** What building a derivation of this name took before, in seconds; null when that is not known. */
  readonly estimate: (name: string) => number | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

interface Going {
  readonly state: InputProgress;
  readonly since: number;
  /** When its bytes were last told. */
  readonly told: number;
}

/** Nix tells bytes some thousand times a second, and counts anew with each derivation that it finds. */
const changesEveryMs = 250;

export class InputBuilds {
  private readonly going = new Map<string, Going>();
  /** Builders that stopped, of which Nix has not said whether that was well. */
  private readonly stopped = new Map<string, Going>();
  private failures = 0;
  /** How many ended well, and of how many of those it is known which. */
  private done = 0;
  private known = 0;
  /** What was last told of each. */
  private readonly counted = new Map<Totals['work'], { readonly totals: Totals; readonly told: number }>();

  constructor(private readonly options: InputBuildsOptions) {}

  buildStarted(path: string, machine: string | null): void {
    const name = derivationName(path);
    this.begin({ ...fresh(path, name), estimate: this.options.estimate(name), from: machine });
  }

  phase(path: string, phase: string): void {
    this.change(path, { phase });
  }

  buildStopped(path: string): void {
    const going = this.going.get(path);
    if (going === undefined) return;
    this.going.delete(path);
    this.stopped.set(path, going);
    this.settleDone();
  }

  /** How many there are, as Nix counts them: shortly before it says which builder stopped. */
  totals(totals: Totals): void {
    if (totals.work === 'build') {
      this.done = totals.done;
      this.settleDone();
    }
    const last = this.counted.get(totals.work);
    const now = this.options.now();
    const moved = last === undefined || !sameEnded(last.totals, totals);
    if (!moved && now - last.told < changesEveryMs) return;
    this.counted.set(totals.work, { totals, told: now });
    this.options.onTotals(totals);
  }

  /** `phase` is where it failed; null when its log names none. */
  failed(path: string, reason: string, phase: string | null): void {
    this.failures++;
    if (!this.going.has(path) && !this.stopped.has(path))
      this.stopped.set(path, this.goingOf(fresh(path, derivationName(path))));
    this.settle(path, { status: 'failed', reason, phase, first: this.failures === 1 });
  }

  downloadStarted(path: string, from: string): void {
    this.begin({ ...fresh(path, derivationName(path)), work: 'download', from: from === '' ? null : from });
  }

  downloadProgress(path: string, done: number, total: number): void {
    const going = this.going.get(path);
    if (going === undefined || this.options.now() - going.told < changesEveryMs) return;
    this.change(path, { done, total });
  }

  downloadStopped(path: string): void {
    this.settle(path, { status: 'ok' });
  }

  /** The whole build has ended: nothing goes on. */
  finish(status: 'ok' | 'failed' | 'cancelled'): void {
    const rest = status === 'ok' ? 'ok' : 'cancelled';
    for (const path of [...this.stopped.keys(), ...this.going.keys()]) this.settle(path, { status: rest });
  }

  private settleDone(): void {
    for (const path of this.stopped.keys()) {
      if (this.known >= this.done) return;
      this.known++;
      this.settle(path, { status: 'ok' });
    }
  }

  private begin(state: InputProgress): void {
    this.going.set(state.path, this.goingOf(state));
    this.options.onInput(state);
  }

  private goingOf(state: InputProgress): Going {
    const now = this.options.now();
    return { state, since: now, told: -Infinity };
  }

  private change(path: string, change: Partial<InputProgress>): void {
    const going = this.going.get(path);
    if (going === undefined) return;
    const now = this.options.now();
    const state = { ...going.state, ...change, seconds: (now - going.since) / 1000 };
    this.going.set(path, { ...going, state, told: now });
    this.options.onInput(state);
  }

  private settle(path: string, end: Partial<InputProgress>): void {
    const going = this.stopped.get(path) ?? this.going.get(path);
    if (going === undefined) return;
    this.stopped.delete(path);
    this.going.delete(path);
    const seconds = (this.options.now() - going.since) / 1000;
    this.options.onInput({ ...going.state, seconds, ...end });
  }
}

/** Whether nothing began or ended in between. */
function sameEnded(before: Totals, now: Totals): boolean {
  return before.done === now.done && before.running === now.running && before.failed === now.failed;
}

function fresh(path: string, name: string): InputProgress {
  return {
    ...{ path, name, work: 'build', status: 'running', phase: null, seconds: 0, estimate: null },
    ...{ from: null, done: null, total: null, reason: null, first: false },
  };
}
