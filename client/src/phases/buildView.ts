/** What a build says beside its phases, folded into what is shown of it: inputs under way, where it is built, what it waits for. Pure. */
import type { BuildProgress, InputProgress, Totals } from '../../../server/src/protocol/buildProgress';

export interface BuildView {
  /** In the order in which they began, by path; of those that ended well only the latest are kept. */
  readonly inputs: ReadonlyMap<string, InputProgress>;
  /** How many were built and fetched, the forgotten ones too. */
  readonly built: number;
  readonly fetched: number;
  /** As Nix counts them; null while it has not. */
  readonly totals: Readonly<Record<Totals['work'], Totals | null>>;
  /** The remote builder; null for this machine and while its builder has not started. */
  readonly machine: string | null;
  /** Whether its own builder has started. */
  readonly begun: boolean;
  /** What Nix waits for; null when for nothing. */
  readonly waiting: string | null;
  /** What it took before; null when that is not known. */
  readonly estimate: Extract<BuildProgress, { kind: 'estimate' }> | null;
}

export const emptyView: BuildView = {
  ...{ inputs: new Map(), built: 0, fetched: 0, totals: { build: null, download: null } },
  ...{ machine: null, begun: false, waiting: null, estimate: null },
};

const keptEnded = 20;

export function advanceView(view: BuildView, progress: BuildProgress): BuildView {
  switch (progress.kind) {
    case 'builder':
      return { ...view, begun: true, machine: progress.machine };
    case 'waiting':
      return { ...view, waiting: progress.words };
    case 'estimate':
      return { ...view, estimate: progress };
    case 'totals':
      return { ...view, totals: { ...view.totals, [progress.totals.work]: progress.totals } };
    case 'input':
      return withInput(view, progress.input);
    case 'problems':
      return view;
  }
}

/** Nothing goes on any more, as when the server is gone. */
export function endedView(view: BuildView): BuildView {
  const inputs = [...view.inputs].filter(([, { status }]) => status !== 'running');
  return { ...view, waiting: null, inputs: new Map(inputs) };
}

function withInput(view: BuildView, input: InputProgress): BuildView {
  const inputs = new Map(view.inputs);
  inputs.set(input.path, input);
  const ended = [...inputs.values()].filter(({ status }) => status === 'ok');
  for (const { path } of ended.slice(0, Math.max(0, ended.length - keptEnded))) inputs.delete(path);
  const counts = input.status === 'ok' ? 1 : 0;
  return {
    ...view,
    inputs,
    built: view.built + (input.work === 'build' ? counts : 0),
    fetched: view.fetched + (input.work === 'download' ? counts : 0),
  };
}

/**
 * e.g. `37 of 112 built, 12 of 40 downloaded`; empty when there is nothing but the derivation itself. Nix counts as expected what it only
 * asked substituters for: of downloads nothing is said before one begins.
 */
export function totalsWords({ totals: { build, download } }: BuildView): string {
  const builds = build !== null && build.expected > 1 ? `${build.done} of ${build.expected} built` : '';
  const downloads =
    download !== null && download.done + download.running > 0
      ? `${download.done} of ${download.expected} downloaded`
      : '';
  return [builds, downloads].filter((words) => words !== '').join(', ');
}

export function runningInputs({ inputs }: BuildView): readonly InputProgress[] {
  return [...inputs.values()].filter(({ status }) => status === 'running');
}

/** The one that failed first, then the others that failed. */
export function failedInputs({ inputs }: BuildView): readonly InputProgress[] {
  const failed = [...inputs.values()].filter(({ status }) => status === 'failed');
  return [...failed.filter(({ first }) => first), ...failed.filter(({ first }) => !first)];
}

/** e.g. `buildPhase · usually 40 s · on builder.example`. */
export function inputWords(input: InputProgress, duration: (seconds: number) => string): string {
  const { status, work, phase, seconds, estimate, from, done, total, reason, first } = input;
  const place = from === null ? '' : `${work === 'download' ? 'from' : 'on'} ${placeName(from)}`;
  const join = (...words: readonly string[]) => words.filter((word) => word !== '').join(' · ');
  switch (status) {
    case 'running': {
      const usual = estimate === null ? '' : `usually ${duration(estimate)}`;
      return work === 'download' ? join(bytesWords(done, total), place) : join(phase ?? '', usual, place);
    }
    case 'ok':
      return join(duration(seconds), place);
    case 'failed':
      return join(
        first ? 'failed first' : 'failed',
        phase === null ? '' : `in ${phase}`,
        reason ?? '',
        place,
      );
    case 'cancelled':
      return 'stopped';
  }
}

/** e.g. `3.1 of 12 MB`. */
export function bytesWords(done: number | null, total: number | null): string {
  if (done === null || total === null || total <= 0) return '';
  const unit = total >= 1e6 ? { size: 1e6, name: 'MB' } : { size: 1e3, name: 'kB' };
  const words = (bytes: number) => (bytes / unit.size).toFixed(bytes / unit.size < 9.95 ? 1 : 0);
  return `${words(Math.min(done, total))} of ${words(total)} ${unit.name}`;
}

/** A builder's or store's address without scheme and options. */
export function placeName(url: string): string {
  return url.replace(/^[a-z+-]+:\/\//, '').replace(/[?].*$/, '');
}
