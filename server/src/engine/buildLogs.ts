/** Which log is read when one is asked for: our own of a build or run, or what Nix or a substituter kept. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { followFile } from '../builds/logs/followFile';
import type { KeptLog, LogFilter } from '../builds/logs/keptLogs';
import { LogIndexer, type LogIndex } from '../builds/logs/logIndex';
import { linesOfHook } from '../builds/logs/logLines';
import { nixLogFiles } from '../nix/log';
import type { Nix, NixProbe } from '../nix/nix';
import type { ProcessRunner } from '../nix/process';
import { openSessionFiles } from '../phases/sessionFiles';
import type {
  CompareLogsParams,
  ComparedPhase,
  FindInLogParams,
  LogDocument,
  LogEntry,
  LogLink,
  LogTextAnswer,
} from '../protocol/logMessages';
import { logAddress, type LogAddress } from '../protocol/logUri';
import type { Derivation } from '../protocol/model';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { BuildRecords } from './buildRecords';
import type { FoundHook, LoggedDerivation, LogShelf } from './logShelf';
import { logLinks } from './logLinks';
import { followBuilds, type LogListener } from './logsUnderWay';
import { comparePhases } from './logComparison';
import { isShownWhole, logText, readLogPage, writeLog, type OpenedLog } from './logReading';
import { findInLog } from './logSearch';
import { sessionKey } from './sessionKey';
import { SourceFinder, sourceRoots } from './sourceFinder';
import type { SourceTexts } from './sourceTexts';
import { logicalPath, streamLog } from './storeDocuments';

export interface BuildLogParts {
  readonly records: Pick<BuildRecords, 'kept'>;
  /** The Nix that knows a store path. */
  readonly nix: (path: string, signal: AbortSignal) => Promise<NixProbe>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where sessions are. */
  readonly stateFolder: string;
  readonly runner: ProcessRunner;
  readonly sources: SourceTexts;
  /** Ends with the engine. */
  readonly lifetime: AbortSignal;
}

/** Nix writes its log a moment after the builder ended and we heard of it. */
const slackMs = 5000;
/** More than this is not put on a clipboard. */
const copiedBytes = 20_000_000;
/** Logs of Nix's that were unpacked to be read; more are removed. */
const unpackedLogs = 10;

export class BuildLogs implements LogShelf {
  private readonly unpacked = new Map<string, { readonly stamp: string; readonly index: LogIndex }>();

  constructor(private readonly parts: BuildLogParts) {}

  /** Streams the raw text of the build's log of a derivation. Problems: `log-missing`, those of Nix. */
  stream(
    { file, attr, drvPath }: LoggedDerivation,
    listener: LogListener,
    signal: AbortSignal,
  ): Promise<Result<{ readonly drvPath: string }>> {
    return this.streamed(
      [{ file, attr }, ...(drvPath === null ? [] : [{ drvPath }])],
      drvPath,
      listener,
      signal,
    );
  }

  /** The same of a store derivation, or of what made a store path. */
  async streamOf(
    path: string,
    listener: LogListener,
    signal: AbortSignal,
  ): Promise<Result<{ readonly drvPath: string }>> {
    const nix = await this.parts.nix(path, signal);
    if (!nix.ok) return nix;
    const storePath = logicalPath(path, nix.value.installation);
    const filters = storePath.endsWith('.drv') ? [{ drvPath: storePath }] : [];
    return this.streamed(filters, storePath, listener, signal);
  }

  /** What goes on now, else what is kept of the path. */
  private async streamed(
    filters: readonly LogFilter[],
    storePath: string | null,
    listener: LogListener,
    signal: AbortSignal,
  ): Promise<Result<{ readonly drvPath: string }>> {
    const both = AbortSignal.any([signal, this.parts.lifetime]);
    const built = await followBuilds(this.parts.records.kept, filters, listener, both);
    if (both.aborted) return failure(cancelled);
    if (built !== null) return success({ drvPath: built });
    return storePath === null ? failure(unnamed) : this.streamFinished(storePath, listener, both);
  }

  private async streamFinished(
    storePath: string,
    { onText }: LogListener,
    signal: AbortSignal,
  ): Promise<Result<{ readonly drvPath: string }>> {
    const nix = await this.parts.nix(storePath, signal);
    if (!nix.ok) return nix;
    const reader = { onText, goesOn: () => Promise.resolve(false) };
    const own = storePath.endsWith('.drv') ? await this.preferred(nix.value, storePath, null) : null;
    if (own !== null && (await followFile(own.path, reader, signal))) return success({ drvPath: storePath });
    const streamed = await streamLog(nix.value, storePath, (text) => void onText(text), signal);
    if (streamed.ok || streamed.error.code !== 'log-missing' || !storePath.endsWith('.drv')) return streamed;
    const [rest] = await this.ownLogs(storePath, null);
    return rest !== undefined && (await followFile(rest.path, reader, signal))
      ? success({ drvPath: storePath })
      : streamed;
  }

  /** What is shown of a log. Problems: `log-missing`, `unknown-phase`, those of Nix. */
  page(address: LogAddress, signal: AbortSignal): Promise<Result<LogDocument>> {
    return this.reading(address, signal, (log, both) => readLogPage(log, address, both));
  }

  /** The places that a page names and that are there. Problems: as for `page`. */
  async links(
    address: LogAddress,
    known: readonly Derivation[],
    signal: AbortSignal,
  ): Promise<Result<readonly LogLink[]>> {
    const page = await this.page(address, signal);
    if (!page.ok) return page;
    const nix = await this.parts.nix(address.drvPath, signal);
    if (!nix.ok) return nix;
    const record =
      address.id === null ? null : ((await this.parts.records.kept.get(address.id))?.record ?? null);
    const drawn = known.find(({ drvPath }) => drvPath === address.drvPath) ?? null;
    const finder = await this.finderOf(nix.value, address.drvPath, record ?? drawn, drawn);
    return success(logLinks(page.value.text, finder));
  }

  /** Looks for files of the derivation's source; `subject`: whose session may have them. */
  private async finderOf(
    nix: Nix,
    drvPath: string,
    subject: { readonly file: string | null; readonly attr: string } | null,
    drawn: Derivation | null,
  ): Promise<SourceFinder> {
    const { installation } = nix;
    const place = { ...this.parts, storeDir: installation.storeDir };
    const key = subject?.file == null ? null : sessionKey({ file: subject.file, attr: subject.attr });
    const session = key === null ? null : await openSessionFiles(place, key);
    const buildTop = session?.ok === true ? session.value.folder.buildTop : null;
    const derivation = await nix.readDerivation(logicalPath(drvPath, installation));
    const env = derivation.ok ? derivation.value.env : {};
    return new SourceFinder(await sourceRoots(installation, drawn, env, this.parts.sources, buildTop));
  }

  /** Writes a whole log to a file. Problems: as for `page`; `log-not-written`. */
  save(address: LogAddress, file: string, signal: AbortSignal): Promise<Result<null>> {
    return this.reading(address, signal, (log, both) => writeLog(log, address, file, both));
  }

  /** The line of a whole log, or phase, that is nearest. Problems: as for `page`. */
  findLine({ address, ...search }: FindInLogParams, signal: AbortSignal): Promise<Result<number | null>> {
    return this.reading(address, signal, async (log, both) =>
      success(await findInLog(log, { ...search, phase: address.phase }, both)),
    );
  }

  /** How two logs differ by phase; null when both are shown whole. Problems: as for `page`. */
  compare(
    { older, newer }: CompareLogsParams,
    signal: AbortSignal,
  ): Promise<Result<readonly ComparedPhase[] | null>> {
    return this.reading(older, signal, (before, both) =>
      this.reading(newer, both, async (after) => {
        if (isShownWhole(before) && isShownWhole(after)) return success(null);
        return success(await comparePhases(before, after, newer.normalised, both));
      }),
    );
  }

  /** All the text of a log, unless it is too long. Problems: as for `page`. */
  text(address: LogAddress, signal: AbortSignal): Promise<Result<LogTextAnswer>> {
    return this.reading(address, signal, (log, both) => logText(log, address, copiedBytes, both));
  }

  /** Which log tells of the derivation, or of one of its phases. */
  async find({ file, attr, drvPath }: LoggedDerivation, phase: string | null): Promise<LogAddress | null> {
    for (const { id, record } of await this.parts.records.kept.list({ file, attr })) {
      const tells = phase === null ? record.drvPath === drvPath : await this.hasPhase(id, phase);
      if (tells && record.drvPath !== drvPath) return logAddress(record.drvPath, { id, phase });
      if (tells) break;
    }
    return drvPath === null ? null : logAddress(drvPath, { phase });
  }

  async findHook({ file, attr }: LoggedDerivation, phase: string, hook: string): Promise<FoundHook | null> {
    for (const log of await this.parts.records.kept.list({ file, attr })) {
      const index = await this.indexWith(log, phase);
      if (index === null) continue;
      const [printed] = linesOfHook(index, phase, hook);
      const { id, record } = log;
      const address = logAddress(record.drvPath, { id, phase, line: printed?.first ?? null });
      return { kind: record.kind, address };
    }
    return null;
  }

  /** The newest first. */
  async history({ file, attr, drvPath }: LoggedDerivation): Promise<readonly LogEntry[]> {
    const ofFile = await this.parts.records.kept.list({ file, attr });
    const ofDerivation = drvPath === null ? [] : await this.parts.records.kept.list({ drvPath });
    const all = new Map([...ofFile, ...ofDerivation].map((log) => [log.id, log]));
    return [...all.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).map(entryOf);
  }

  private async hasPhase(id: string, phase: string): Promise<boolean> {
    const log = await this.parts.records.kept.get(id);
    return log !== null && (await this.indexWith(log, phase)) !== null;
  }

  /** Null when the log tells nothing of the phase. */
  private async indexWith(log: KeptLog, phase: string): Promise<LogIndex | null> {
    const index = await this.parts.records.kept.index(log).catch(() => null);
    return index?.sections.some((section) => section.phase === phase) === true ? index : null;
  }

  private async reading<T>(
    address: LogAddress,
    signal: AbortSignal,
    read: (log: OpenedLog, signal: AbortSignal) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const both = AbortSignal.any([signal, this.parts.lifetime]);
    try {
      const log = await this.open(address, both);
      return log.ok ? await read(log.value, both) : log;
    } catch (error) {
      return failure(both.aborted ? cancelled : gone(error, this.parts.records.kept.folder));
    }
  }

  private async open({ drvPath, id, phase }: LogAddress, signal: AbortSignal): Promise<Result<OpenedLog>> {
    if (id !== null) {
      const log = await this.parts.records.kept.get(id);
      return log === null ? failure(removed) : success(await this.opened(log));
    }
    const nix = await this.parts.nix(drvPath, signal);
    if (!nix.ok) return nix;
    const storePath = logicalPath(drvPath, nix.value.installation);
    const own = await this.preferred(nix.value, storePath, phase);
    if (own !== null) return success(await this.opened(own));
    const unpacked = await this.unpack(nix.value, storePath, signal);
    if (unpacked.ok || unpacked.error.code !== 'log-missing') return unpacked;
    const [rest] = await this.ownLogs(storePath, phase);
    return rest === undefined ? unpacked : success(await this.opened(rest));
  }

  private async opened(log: KeptLog): Promise<OpenedLog> {
    return { path: log.path, index: await this.parts.records.kept.index(log), record: log.record };
  }

  /** Ours of this derivation, the newest first: of builds, or any that tell of the phase. */
  private async ownLogs(drvPath: string, phase: string | null): Promise<readonly KeptLog[]> {
    const logs = await this.parts.records.kept.list({ drvPath });
    if (phase === null) return [...logs.filter(({ record }) => record.kind === 'build'), ...logs];
    const tell = await Promise.all(logs.map(({ id }) => this.hasPhase(id, phase)));
    return logs.filter((_, position) => tell[position]);
  }

  /** Ours when it is whole, and nobody has built it since; null when Nix's is to be looked for. */
  private async preferred(nix: Nix, drvPath: string, phase: string | null): Promise<KeptLog | null> {
    const [own] = await this.ownLogs(drvPath, phase);
    if (own === undefined || (phase === null && own.record.kind === 'run')) return null;
    const { record } = own;
    if (record.status === 'running') return own;
    if (record.status === 'interrupted' || !record.complete) return null;
    const since = await this.writtenByNix(nix, drvPath);
    const ended = record.begun + (record.seconds ?? 0) * 1000;
    return since === null || since.mtimeMs <= ended + slackMs ? own : null;
  }

  private async writtenByNix(
    { installation }: Nix,
    drvPath: string,
  ): Promise<{ readonly mtimeMs: number; readonly size: number } | null> {
    for (const file of nixLogFiles(installation, this.parts.environment, drvPath)) {
      const stats = await stat(file).catch(() => null);
      if (stats !== null) return stats;
    }
    return null;
  }

  /** Nix packs its logs: to be read from the middle one has to be a file of its own. */
  private async unpack(nix: Nix, drvPath: string, signal: AbortSignal): Promise<Result<OpenedLog>> {
    const folder = join(this.parts.records.kept.folder, 'nix');
    const path = join(folder, `${basename(drvPath).replace(/\.drv$/, '')}.log`);
    const written = await this.writtenByNix(nix, drvPath);
    const stamp = written === null ? '' : `${written.mtimeMs} ${written.size}`;
    const known = this.unpacked.get(path);
    if (known !== undefined && stamp !== '' && known.stamp === stamp && (await touched(path)))
      return success({ path, index: known.index, record: null });
    const read = await this.copyFromNix(nix, drvPath, path, signal);
    if (!read.ok) return read;
    const index = read.value;
    this.unpacked.set(path, { stamp, index });
    await removeOldest(folder, unpackedLogs);
    return success({ path, index, record: null });
  }

  private async copyFromNix(
    nix: Nix,
    drvPath: string,
    path: string,
    signal: AbortSignal,
  ): Promise<Result<LogIndex>> {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const half = `${path}.${process.pid}~`;
    const descriptor = openSync(half, 'w', 0o600);
    const indexer = new LogIndexer();
    let broken: unknown = null;
    const onChunk = (chunk: Uint8Array): void => {
      try {
        for (let at = 0; at < chunk.length && broken === null;) at += writeSync(descriptor, chunk, at);
        indexer.feed(Buffer.from(chunk));
      } catch (error) {
        broken = error;
      }
    };
    const read = await nix.log(drvPath, onChunk, signal);
    closeSync(descriptor);
    if (read.ok && broken === null) {
      await rename(half, path);
      return success(indexer.index());
    }
    await rm(half, { force: true });
    return read.ok ? failure(gone(broken, this.parts.records.kept.folder)) : read;
  }
}

async function touched(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}

async function removeOldest(folder: string, most: number): Promise<void> {
  const files = await readdir(folder).catch(() => []);
  const dated = await Promise.all(
    files.map(async (file) => ({
      file,
      time: (await stat(join(folder, file)).catch(() => null))?.mtimeMs ?? 0,
    })),
  );
  const old = dated.sort((a, b) => b.time - a.time).slice(most);
  await Promise.all(old.map(({ file }) => rm(join(folder, file), { force: true })));
}

function entryOf({ id, record }: KeptLog): LogEntry {
  const { kind, name, drvPath, begun, seconds, status, phases, failedPhase } = record;
  return { id, kind, name, drvPath, begun, seconds, status, phases, failedPhase };
}

const cancelled: Problem = { code: 'cancelled', message: 'Reading the log was cancelled.', advice: null };
const unnamed: Problem = {
  code: 'log-missing',
  message: 'There is no log: this does not evaluate, and no build of it goes on.',
  advice: null,
};
const removed: Problem = {
  code: 'log-missing',
  message: 'This log is not kept any more.',
  advice: 'Only the newest logs are kept; build or run it again for a new one.',
};

function gone(error: unknown, folder: string): Problem {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  // A log of ours lies in the folder of logs; a file to write to does not.
  if (missing && 'path' in error && String(error.path).startsWith(`${folder}/`)) return removed;
  const words = error instanceof Error ? error.message : String(error);
  return { code: 'log-unusable', message: `The log could not be read or written: ${words}.`, advice: null };
}
