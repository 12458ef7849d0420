/** Writes one kept log, with its record beside it, while a build or a run of phases goes on. */
import { renameSync, writeFileSync } from 'node:fs';
import type { Logger } from '../../environment';
import type { ActivityEvent } from '../../protocol/messages';
import { LogFile } from '../logFile';
import { phaseMark } from '../phaseLog';
import { LogIndexer, type LogIndex } from './logIndex';
import type { FailedAt, LoggedPhase, LogRecord } from './logRecord';

/** What is known of a log when it begins. */
export type LogSubject = Pick<LogRecord, 'kind' | 'name' | 'drvPath' | 'file' | 'attr'>;

/** A build may announce phases without end; of more than these no times are kept. */
const mostPhases = 1000;

export class LogWriter {
  private readonly indexer = new LogIndexer();
  /** Null until something is written. */
  private file: LogFile | null = null;
  private readonly phases: LoggedPhase[] = [];
  private ending: Pick<LogRecord, 'status' | 'seconds' | 'failedPhase'> | null = null;
  private failedAt: FailedAt | null = null;
  private readonly began: LogRecord;
  private closed = false;
  private waitingFor: string | null = null;

  constructor(
    readonly id: string,
    private readonly paths: { readonly log: string; readonly record: string },
    readonly subject: LogSubject,
    writer: LogRecord['writer'],
    private readonly logger: Logger,
    private readonly onClosed: () => void,
  ) {
    this.began = {
      ...subject,
      begun: Date.now(),
      ...{
        seconds: null,
        status: 'running',
        phases: [],
        failedPhase: null,
        failedAt: null,
        complete: true,
        index: null,
      },
      writer,
    };
  }

  /** Log text as `nix-store -l` gives it, announcements of phases included. */
  write(text: string): void {
    if (text === '') return;
    if (this.file !== null) return this.file.write(text);
    this.file = new LogFile(this.paths.log, this.logger, (bytes) => this.indexer.feed(bytes));
    this.file.write(text);
    this.save(this.began);
  }

  /** Takes times and the end from the activity; of a run of phases its output, too. */
  follow(event: ActivityEvent): void {
    if (event.type === 'phaseFinished') {
      const { phase, status, seconds, lines } = event;
      if (this.phases.length < mostPhases) this.phases.push({ name: phase, status, seconds, lines });
    } else if (event.type === 'finished') {
      const failedPhase = event.failure?.phase ?? this.phases.find(({ status }) => status === 'failed')?.name;
      this.ending = { status: event.status, seconds: event.seconds, failedPhase: failedPhase ?? null };
    }
    if (event.type === 'progress' && event.progress.kind === 'waiting')
      this.waitingFor = event.progress.words;
    if (this.began.kind === 'run') this.writeEvent(event);
  }

  /** An entry of a hook begins or ends here. */
  hook(name: string, ends: boolean): void {
    this.file?.flush();
    this.indexer.hook(name, ends);
  }

  /** Whether anything was written. */
  get begun(): boolean {
    return this.file !== null;
  }

  /** What a build waits for, in a sentence; null when it does not. */
  get waiting(): string | null {
    return this.waitingFor;
  }

  /** Absolute path of the raw text. */
  get path(): string {
    return this.paths.log;
  }

  /** Brings the file up to date; what is known of it by then. */
  index(): LogIndex {
    this.file?.flush();
    return this.indexer.index();
  }

  /** How it ended, of which nothing else is told; also after it was closed. */
  ended(status: 'ok' | 'failed' | 'cancelled', seconds: number, failedPhase: string | null): void {
    this.ending = { status, seconds, failedPhase };
    if (this.closed && this.file !== null) this.save(this.whole());
  }

  /** Keeps which line says why it failed; also after it was closed. */
  failedIn(place: FailedAt): void {
    this.failedAt = place;
    if (this.closed && this.file !== null) this.save(this.whole());
  }

  /** As it stands now. */
  get record(): LogRecord {
    return { ...this.began, phases: [...this.phases], complete: this.file?.complete ?? true };
  }

  /** Ends the log. One in which nothing was written is not kept. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.file?.close();
    if (this.file !== null) this.save(this.whole());
    this.onClosed();
  }

  private whole(): LogRecord {
    const { record, ending } = this;
    const end = ending ?? { status: 'interrupted', seconds: null, failedPhase: null };
    const failed = end.status === 'failed' ? end.failedPhase : null;
    const failedAt = end.status === 'failed' ? this.failedAt : null;
    return { ...record, ...end, failedPhase: failed, failedAt, index: this.indexer.index() };
  }

  private writeEvent(event: ActivityEvent): void {
    if (event.type === 'phaseStarted') this.write(`${phaseMark(event.phase)}\n`);
    else if (event.type === 'output') this.write(event.text);
  }

  private save(record: LogRecord): void {
    try {
      const half = `${this.paths.record}~`;
      writeFileSync(half, JSON.stringify(record), { mode: 0o600 });
      renameSync(half, this.paths.record);
    } catch (error) {
      this.logger.warn(`Nothing is kept about the log in ${this.paths.log}: ${String(error)}`);
    }
  }
}
