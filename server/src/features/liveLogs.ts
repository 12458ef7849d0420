/** What the builds of ours that run now have said so far, for those who begin to read in the middle. */
import { phaseHeading } from '../builds/phaseHeading';
import { isAnnouncement, withoutColours } from '../builds/phaseLog';
import type { ActivityParams, DerivationKey } from '../protocol/messages';
import type { Activities } from './activities';

/** Of a running build's output, the newest this many UTF-16 units are kept; the whole stands in Nix's own log later. */
const most = 8 * 1024 * 1024;

interface LiveLog {
  text: string;
  /** Output after the last newline: it is shown once its line is whole. */
  unfinished: string;
  /** The phase whose heading is the last thing said; null when output followed it. */
  headed: string | null;
  readonly readers: Set<{ readonly onText: (text: string) => void; readonly onEnd: () => void }>;
}

export class LiveLogs {
  private readonly logs = new Map<string, LiveLog>();

  constructor(activities: Activities) {
    activities.sent.add((params) => this.follow(params));
  }

  /** Streams the running build of this derivation until its end; null at once when it is not being built. */
  async read(
    key: DerivationKey,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<'ended' | null> {
    const log = this.logs.get(nameOf(key));
    if (log === undefined || signal.aborted) return null;
    if (log.text !== '') onText(log.text);
    await new Promise<void>((resolve) => {
      const reader = { onText, onEnd: (): void => resolve() };
      log.readers.add(reader);
      signal.addEventListener(
        'abort',
        () => {
          log.readers.delete(reader);
          resolve();
        },
        { once: true },
      );
    });
    return 'ended';
  }

  private follow({ key, kind, event }: ActivityParams): void {
    if (kind !== 'build') return;
    const name = nameOf(key);
    if (event.type === 'started')
      this.logs.set(name, { text: '', unfinished: '', headed: null, readers: new Set() });
    const log = this.logs.get(name);
    if (log === undefined) return;
    if (event.type === 'output') addOutput(log, event.text);
    else if (event.type === 'phaseStarted') startPhase(log, event.phase);
    else if (event.type === 'finished') {
      addLines(log, '');
      this.logs.delete(name);
      for (const reader of log.readers) reader.onEnd();
    }
  }
}

function startPhase(log: LiveLog, phase: string): void {
  addLines(log, `${phaseHeading(phase)}\n`);
  log.headed = phase;
}

/** Whole lines without the one by which stdenv announces the phase whose heading stands before them. */
function withoutRepetition(log: LiveLog, lines: string): string {
  if (log.headed === null || lines === '') return lines;
  const first = lines.slice(0, lines.indexOf('\n'));
  const repeats = isAnnouncement(first, log.headed);
  log.headed = null;
  return repeats ? lines.slice(first.length + 1) : lines;
}

function addOutput(log: LiveLog, output: string): void {
  const text = log.unfinished + output;
  const end = text.lastIndexOf('\n') + 1;
  log.unfinished = text.slice(end);
  tell(log, withoutColours(withoutRepetition(log, text.slice(0, end))));
}

/** Adds whole lines, after the line that was not finished. */
function addLines(log: LiveLog, lines: string): void {
  const before = log.unfinished === '' ? '' : withoutColours(withoutRepetition(log, `${log.unfinished}\n`));
  log.unfinished = '';
  tell(log, before + lines);
}

function tell(log: LiveLog, text: string): void {
  if (text === '') return;
  log.text += text;
  if (log.text.length > 2 * most) log.text = log.text.slice(-most);
  for (const reader of log.readers) reader.onText(text);
}

function nameOf({ uri, attr }: DerivationKey): string {
  return `${uri}\n${attr}`;
}
