/** What Nix's `--log-format internal-json` tells, as the rest of the engine needs it. */
import { isDeepStrictEqual } from 'node:util';
import { stripAnsi } from './ansi';
import type { NixLogRecord } from './internalJson';
import { activityType, resultType } from './internalJson';
import type { Totals } from '../protocol/buildProgress';

export type BuildEvent =
  /** A derivation's builder started, on this machine (null) or a remote builder. */
  | { readonly type: 'buildStarted'; readonly drvPath: string; readonly machine: string | null }
  | { readonly type: 'phase'; readonly drvPath: string; readonly phase: string }
  /** Lines of the builder's output in order, at least one; colours kept, without their newlines. */
  | { readonly type: 'lines'; readonly drvPath: string; readonly texts: readonly string[] }
  | { readonly type: 'buildStopped'; readonly drvPath: string }
  /**
   * How many builds, or downloads, there are: ended well, all that Nix knows of by now, going on, failed. Of builds it comes before Nix
   * says which builder stopped.
   */
  | { readonly type: 'totals'; readonly totals: Totals }
  /** A store path is being fetched from this store. */
  | { readonly type: 'downloadStarted'; readonly storePath: string; readonly from: string }
  /** Bytes unpacked, of how many. */
  | {
      readonly type: 'downloadProgress';
      readonly storePath: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'downloadStopped'; readonly storePath: string }
  /** Nix waits, for a lock that another Nix holds or for a builder that is free; its own words. */
  | { readonly type: 'waiting'; readonly text: string }
  | { readonly type: 'waitingEnded' }
  /** Nix's own messages. `level` 0 error, 1 warning, …; what a builder may have made up is no error. */
  | { readonly type: 'message'; readonly level: number; readonly text: string }
  | { readonly type: 'keptBuildDirectory'; readonly folder: string };

/** Quotes are single up to 2.26 and double in 2.34. */
const keptDirectory = /^note: keeping build directory ['"](.*)['"]$/;
/** Advice about garbage collection that does not concern who only looks at a build. */
const rootWarning = 'you did not specify';

/** What an activity of Nix that goes on is about. */
interface Subject {
  readonly kind: 'build' | 'builds' | 'download' | 'downloads' | 'copy' | 'waiting';
  readonly path: string;
}

/** Turns log records into build events; remembers what each activity is about. */
export function createBuildEventDecoder(told: (event: BuildEvent) => void): (record: NixLogRecord) => void {
  const listener = withoutRepeated(withoutNested(told));
  const activities = new Map<string, Subject>();
  const errors = new ErrorCount();
  return (record) => {
    switch (record.type) {
      case 'start': {
        const subject = startActivity(record, listener);
        if (subject !== null) activities.set(record.id, subject);
        if (subject?.kind === 'build') errors.building++;
        return;
      }
      case 'stop': {
        const subject = activities.get(record.id);
        activities.delete(record.id);
        if (subject?.kind === 'build') errors.building--;
        if (subject !== undefined) stopActivity(subject, listener);
        return;
      }
      case 'lines': {
        const subject = activities.get(record.id);
        if (subject?.kind === 'build')
          listener({ type: 'lines', drvPath: subject.path, texts: record.texts });
        return;
      }
      case 'result': {
        const subject = activities.get(record.id);
        if (subject?.kind === 'builds') errors.counted(record);
        if (subject !== undefined) tellResult(subject, record, listener);
        return;
      }
      case 'message': {
        const text = stripAnsi(record.text);
        const folder = keptDirectory.exec(text)?.[1];
        if (folder !== undefined) listener({ type: 'keptBuildDirectory', folder });
        else if (!text.includes(rootWarning)) {
          const level = errors.believes(record, text) ? record.level : Math.max(1, record.level);
          listener({ type: 'message', level, text: record.error ?? text });
        }
        return;
      }
      case 'plain':
        if (record.text.trim() !== '') {
          listener({ type: 'message', level: 3, text: stripAnsi(record.text) });
        }
    }
  };
}

/**
 * A build on another machine is two activities for one derivation: that of our Nix, which names the machine, and in it that of the Nix
 * over there, for which it builds at home. They are told as one.
 */
function withoutNested(listener: (event: BuildEvent) => void): (event: BuildEvent) => void {
  const going = new Map<string, number>();
  return (event) => {
    if (event.type !== 'buildStarted' && event.type !== 'buildStopped') return listener(event);
    const around = going.get(event.drvPath) ?? 0;
    const started = event.type === 'buildStarted';
    const left = started ? around + 1 : around - 1;
    if (left > 0) going.set(event.drvPath, left);
    else going.delete(event.drvPath);
    if (started ? around === 0 : left <= 0) listener(event);
  };
}

/** Nix counts anew at every turn of its loop. */
function withoutRepeated(listener: (event: BuildEvent) => void): (event: BuildEvent) => void {
  const last = new Map<Totals['work'], Totals>();
  return (event) => {
    if (event.type !== 'totals') return listener(event);
    const before = last.get(event.totals.work);
    const totals = before === undefined ? event.totals : countedOnce(event.totals, before);
    if (isDeepStrictEqual(totals, before) || (before === undefined && totals.expected === 0)) return;
    last.set(totals.work, totals);
    listener({ type: 'totals', totals });
  };
}

/** Nix 2.34 expects what has just ended once more, until it has put it away. */
function countedOnce(totals: Totals, before: Totals): Totals {
  const ended = totals.done + totals.failed;
  const more = totals.expected - before.expected;
  const isTwice = more > 0 && more <= ended - before.done - before.failed && ended <= before.expected;
  return isTwice ? { ...totals, expected: before.expected } : totals;
}

/**
 * Which errors are Nix's: a builder that prints `@nix {"action":"msg",…}` has it passed on as if Nix said it. Nix's own come with
 * their raw text; those of a daemon do not, but the daemon counts each failed build before it tells of it, which no builder can.
 */
class ErrorCount {
  building = 0;
  private failed = 0;
  private told = 0;

  /** Progress of all builds: done, expected, running, failed. */
  counted({ result, fields }: Extract<NixLogRecord, { type: 'result' }>): void {
    if (result === resultType.progress && typeof fields[3] === 'number') this.failed = fields[3];
  }

  believes({ level, error }: Extract<NixLogRecord, { type: 'message' }>, text: string): boolean {
    if (level > 0) return true;
    const believed = error !== null || this.building === 0 || this.failed > this.told;
    if (believed && (error !== null || text.startsWith('error:'))) this.told++;
    return believed;
  }
}

function startActivity(
  { activity, fields, text }: Extract<NixLogRecord, { type: 'start' }>,
  listener: (event: BuildEvent) => void,
): Subject | null {
  const [path, place] = fields;
  if (activity === activityType.buildWaiting) {
    if (text !== '') listener({ type: 'waiting', text: stripAnsi(text) });
    return { kind: 'waiting', path: '' };
  }
  if (activity === activityType.builds) return { kind: 'builds', path: '' };
  if (activity === activityType.copyPaths) return { kind: 'downloads', path: '' };
  if (typeof path !== 'string') return null;
  const from = typeof place === 'string' ? place : '';
  switch (activity) {
    case activityType.build:
      listener({ type: 'buildStarted', drvPath: path, machine: from === '' ? null : from });
      return { kind: 'build', path };
    case activityType.substitute:
      listener({ type: 'downloadStarted', storePath: path, from });
      return { kind: 'download', path };
    case activityType.copyPath:
      return { kind: 'copy', path };
    default:
      return null;
  }
}

function stopActivity({ kind, path }: Subject, listener: (event: BuildEvent) => void): void {
  if (kind === 'build') listener({ type: 'buildStopped', drvPath: path });
  else if (kind === 'download') listener({ type: 'downloadStopped', storePath: path });
  else if (kind === 'waiting') listener({ type: 'waitingEnded' });
}

function tellResult(
  { kind, path }: Subject,
  { result, fields }: Extract<NixLogRecord, { type: 'result' }>,
  listener: (event: BuildEvent) => void,
): void {
  const [first, second, running, failed] = fields;
  if (first === undefined) return;
  if (kind === 'build') {
    if (result === resultType.setPhase) listener({ type: 'phase', drvPath: path, phase: String(first) });
    return;
  }
  if (result !== resultType.progress || typeof first !== 'number' || typeof second !== 'number') return;
  if (kind === 'copy') listener({ type: 'downloadProgress', storePath: path, done: first, total: second });
  else if (kind === 'builds' || kind === 'downloads') {
    const counts = {
      done: first,
      expected: second,
      running: Number(running ?? 0),
      failed: Number(failed ?? 0),
    };
    listener({ type: 'totals', totals: { work: kind === 'builds' ? 'build' : 'download', ...counts } });
  }
}
