/**
 * The logs of past builds and runs, in a folder of bounded size: `ID.log` is the raw text, `ID.json` says what of. An id begins with
 * the time, so that ids sort by it, and names file and derivation by hashes, so that a listing tells which to read.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../environment';
import { procTable, sendSignal } from '../../nix/processTree';
import type { ActivityEvent } from '../../protocol/messages';
import type { Derivation } from '../../protocol/model';
import { LogIndexer, type LogIndex } from './logIndex';
import { parseLogRecord, type LogRecord } from './logRecord';
import { LogWriter, type LogSubject } from './logWriter';

export interface KeptLog {
  readonly id: string;
  /** Absolute path of the raw text. */
  readonly path: string;
  readonly record: LogRecord;
}

/** Those of a derivation as its file makes it, whatever it was then; or those of one store derivation. */
export type LogFilter = { readonly file: string; readonly attr: string } | { readonly drvPath: string };

export interface LogLimits {
  readonly bytes: number;
  readonly count: number;
}

const defaultLimits: LogLimits = { bytes: 1_000_000_000, count: 300 };
const idPattern = /^\d{17}-[0-9a-f]{12}-[0-9a-z]{32}-[0-9a-f]{8}$/;
/** A log whose record was never written is nobody's after so long. */
const abandonedMs = 24 * 3600 * 1000;

export class KeptLogs {
  readonly folder: string;
  private readonly writers = new Map<string, LogWriter>();
  private readonly self = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' };
  private lastTime = 0;
  private tidying: Promise<void> = Promise.resolve();

  constructor(
    stateFolder: string,
    private readonly logger: Logger,
    private readonly limits: LogLimits = defaultLimits,
  ) {
    this.folder = join(stateFolder, 'logs');
  }

  /** A new log. Who begins one closes it. */
  begin(subject: LogSubject): LogWriter {
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    const id = newId(subject, this.lastTime);
    const paths = { log: this.pathOf(id), record: this.recordOf(id) };
    const writer = new LogWriter(id, paths, subject, this.self, this.logger, () => {
      this.writers.delete(id);
      this.tidying = this.tidying.then(() => this.tidy());
    });
    this.writers.set(id, writer);
    return writer;
  }

  /** Does something that tells of itself by events, and keeps what it told. */
  async recorded<T>(
    kind: LogSubject['kind'],
    derivation: LoggedDerivation,
    drvPath: string,
    onEvent: (event: ActivityEvent) => void,
    doIt: (onEvent: (event: ActivityEvent) => void, log: LogWriter) => Promise<T>,
  ): Promise<T> {
    const log = this.begin(logSubject(kind, derivation, drvPath));
    try {
      return await doIt((event) => {
        log.follow(event);
        onEvent(event);
      }, log);
    } finally {
      log.close();
    }
  }

  /** The newest first. */
  async list(filter: LogFilter): Promise<readonly KeptLog[]> {
    const wanted = 'drvPath' in filter ? `-${drvHash(filter.drvPath)}-` : `-${subjectHash(filter)}-`;
    const ids = (await this.ids()).filter((id) => id.includes(wanted)).reverse();
    const logs = await Promise.all(ids.map((id) => this.get(id)));
    return logs.filter((log) => log !== null);
  }

  /** Builds of this process that go on and have printed nothing so far. */
  silent(filter: LogFilter): readonly LogWriter[] {
    const builds = [...this.writers.values()].filter(
      ({ begun, subject }) => !begun && subject.kind === 'build',
    );
    return builds.filter(({ subject: { drvPath, file, attr } }) =>
      'drvPath' in filter ? drvPath === filter.drvPath : file === filter.file && attr === filter.attr,
    );
  }

  /** Null when there is none of this id (any more). */
  async get(id: string): Promise<KeptLog | null> {
    if (!idPattern.test(id)) return null;
    const path = this.pathOf(id);
    const writer = this.writers.get(id);
    if (writer !== undefined) return { id, path, record: writer.record };
    const text = await readFile(this.recordOf(id), 'utf8').catch(() => null);
    const record = text === null ? null : parseLogRecord(text);
    if (record === null) return null;
    const goesOn = record.status !== 'running' || isAlive(record.writer);
    return { id, path, record: goesOn ? record : { ...record, status: 'interrupted' } };
  }

  /** Where its phases are, up to now. Rejects when the log is not there any more. */
  async index({ id, path, record }: KeptLog): Promise<LogIndex> {
    return this.writers.get(id)?.index() ?? record.index ?? indexFile(path);
  }

  /** Waits until the folder is within its limits. */
  async settled(): Promise<void> {
    await this.tidying;
  }

  private pathOf(id: string): string {
    return join(this.folder, `${id}.log`);
  }

  private recordOf(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  /** The oldest first. */
  private async ids(): Promise<readonly string[]> {
    const files = await readdir(this.folder).catch(() => []);
    return files
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .filter((id) => idPattern.test(id))
      .sort();
  }

  /** Removes the oldest beyond the limits, and what nobody finished. */
  private async tidy(): Promise<void> {
    const ids = await this.ids();
    const known = new Set(ids);
    let bytes = 0;
    let count = 0;
    for (const id of [...ids].reverse()) {
      const { size } = (await stat(this.pathOf(id)).catch(() => null)) ?? { size: 0 };
      bytes += size;
      count++;
      const over = count > 1 && (bytes > this.limits.bytes || count > this.limits.count);
      if (over && !(await this.goesOn(id))) await this.remove(id);
    }
    for (const file of await readdir(this.folder).catch(() => [])) {
      const path = join(this.folder, file);
      if (!file.endsWith('.log') || known.has(file.slice(0, -'.log'.length))) continue;
      const written = (await stat(path).catch(() => null))?.mtimeMs ?? Date.now();
      if (Date.now() - written > abandonedMs) await rm(path, { force: true });
    }
  }

  private async goesOn(id: string): Promise<boolean> {
    return this.writers.has(id) || (await this.get(id))?.record.status === 'running';
  }

  private async remove(id: string): Promise<void> {
    try {
      await rm(this.recordOf(id), { force: true });
      await rm(this.pathOf(id), { force: true });
    } catch (error) {
      this.logger.warn(`An old log could not be removed: ${String(error)}`);
    }
  }
}

type LoggedDerivation = Pick<Derivation, 'name' | 'attr'> & Pick<LogSubject, 'file'>;

export function logSubject(
  kind: LogSubject['kind'],
  { name, file, attr }: LoggedDerivation,
  drvPath: string,
): LogSubject {
  return { kind, name: name ?? attr, drvPath, file, attr };
}

/** Reads a whole file through. Rejects when it cannot be read. */
export async function indexFile(path: string): Promise<LogIndex> {
  const indexer = new LogIndexer();
  const options = { highWaterMark: 1 << 20 };
  for await (const chunk of createReadStream(path, options)) indexer.feed(chunk as Buffer);
  return indexer.index();
}

function newId(subject: LogSubject, milliseconds: number): string {
  const time = new Date(milliseconds).toISOString().replaceAll(/\D/g, '');
  return [time, subjectHash(subject), drvHash(subject.drvPath), randomBytes(4).toString('hex')].join('-');
}

function subjectHash({ file, attr }: Pick<LogSubject, 'file' | 'attr'>): string {
  if (file === null) return '0'.repeat(12);
  return createHash('sha256').update(`${file}\0${attr}`).digest('hex').slice(0, 12);
}

function drvHash(drvPath: string): string {
  const base = drvPath.slice(drvPath.lastIndexOf('/') + 1, drvPath.lastIndexOf('/') + 33);
  return /^[0-9a-z]{32}$/.test(base) ? base : '0'.repeat(32);
}

function isAlive({ pid, startTime }: LogRecord['writer']): boolean {
  return startTimeOf(pid) === startTime;
}

/** Null when there is no such process. */
function startTimeOf(pid: number): string | null {
  if (process.platform === 'linux') return procTable().identify(pid)?.startTime ?? null;
  return sendSignal(pid, 0) ? '' : null;
}
