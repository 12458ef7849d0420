/** From the bytes of a log on disk to what is shown of it. */
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import type { LogIndex } from '../builds/logs/logIndex';
import { hooksOf, shownLineOf } from '../builds/logs/logLines';
import { LogPage, type PageOptions } from '../builds/logs/logPage';
import type { LogRecord } from '../builds/logs/logRecord';
import { windowOf, type LogWindow, type WindowLimits } from '../builds/logs/logWindow';
import type { LogDocument, LogTextAnswer } from '../protocol/logMessages';
import type { LineSpan, LogAddress } from '../protocol/logUri';
import { countText, sizeText } from '../protocol/sizes';
import type { Problem, Result } from '../result';
import { spanLines } from './logLines';
import { failure, success } from '../result';

/** A log that is there to be read. */
export interface OpenedLog {
  readonly path: string;
  readonly index: LogIndex;
  /** Null for one that Nix kept. */
  readonly record: LogRecord | null;
}

/** Above this a log is shown in part. */
const whole: WindowLimits = { bytes: 10_000_000, lines: 200_000 };
/** The part: an editor takes its time to open a large text, or to put it in the place of another. */
const part: WindowLimits = { bytes: 500_000, lines: 10_000 };

/** Problems: `unknown-phase`. Rejects when the file is gone. */
export async function readLogPage(
  log: OpenedLog,
  address: LogAddress,
  signal: AbortSignal,
  limits: { readonly whole: WindowLimits; readonly part: WindowLimits } = { whole, part },
): Promise<Result<LogDocument>> {
  const { phase, line, span } = address;
  if (span !== null) return readSpan(log, address, span, signal);
  const failedAt = lineOfFailure(log, phase);
  const window = windowOf(log.index, phase, line ?? failedAt, limits);
  if (window === null) return failure(noSuchPhase(phase ?? '', log.index));
  const text = keptText(window, await readRanges(log.path, window.ranges), limits);
  const isPart = !window.isWhole;
  const page = new LogPage(optionsOf(log, address, window));
  if (isPart) page.note('');
  page.write(text);
  page.end();
  const { shown } = page;
  const first = window.first ?? window.total - shown;
  if (isPart) page.lines[0] = partWords(first, shown, window.total, log.index.bytes);
  const document = {
    text: `${page.lines.join('\n')}\n`,
    file: log.path,
    ...{ first, shown, total: window.total, offset: isPart ? 1 : 0, added: page.added },
    failing: failedAt === null ? failingOf(page, log.record, phase) : shownAt(page, failedAt - first),
    ...page.looks(hooksOf(log.index, phase), first),
  };
  return success(document);
}

/** Whether all of the log is shown at once. */
export function isShownWhole({ index }: OpenedLog): boolean {
  return index.bytes <= whole.bytes && index.lines <= whole.lines;
}

/** Certain lines alone, with nothing of ours around them. */
async function readSpan(
  log: OpenedLog,
  address: LogAddress,
  span: LineSpan,
  signal: AbortSignal,
): Promise<Result<LogDocument>> {
  const window = endlessWindow(log, address);
  if (!window.ok) return window;
  const page = new LogPage({ ...optionsOf(log, address, window.value), marked: log.index.marked });
  for await (const raw of spanLines(log, address.phase, span, signal)) page.write(`${raw}\n`);
  page.end();
  return success({
    text: page.lines.map((line) => `${line}\n`).join(''),
    file: log.path,
    ...{ first: span.first, shown: page.shown, total: window.value.total, offset: 0, added: page.added },
    failing: null,
    ...page.looks(hooksOf(log.index, address.phase), span.first),
  });
}

/** Writes all that is asked for, readable, without colours. Problems: `unknown-phase`. Rejects when a file cannot be read or written. */
export async function writeLog(
  log: OpenedLog,
  address: LogAddress,
  file: string,
  signal: AbortSignal,
): Promise<Result<null>> {
  const window = endlessWindow(log, address);
  if (!window.ok) return window;
  const text = readableText(log, address, window.value);
  await pipeline(Readable.from(text), createWriteStream(file), { signal });
  return success(null);
}

/** The same as one text, unless the log has more than so many bytes. */
export async function logText(
  log: OpenedLog,
  address: LogAddress,
  most: number,
  signal: AbortSignal,
): Promise<Result<LogTextAnswer>> {
  const window = endlessWindow(log, address);
  if (!window.ok) return window;
  const bytes = window.value.ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  if (bytes > most) return success({ kind: 'long', bytes, most });
  const pieces: string[] = [];
  for await (const piece of readableText(log, address, window.value)) {
    signal.throwIfAborted();
    pieces.push(piece);
  }
  return success({ kind: 'text', text: pieces.join('') });
}

function endlessWindow({ index }: OpenedLog, { phase }: LogAddress): Result<LogWindow> {
  const endless = { bytes: Infinity, lines: Infinity };
  const window = windowOf(index, phase, null, { whole: endless, part: endless });
  return window === null ? failure(noSuchPhase(phase ?? '', index)) : success(window);
}

async function* readableText(log: OpenedLog, address: LogAddress, window: LogWindow): AsyncGenerator<string> {
  const page = new LogPage(optionsOf(log, address, window));
  for (const { start, end } of window.ranges) {
    if (end === start) continue;
    for await (const text of wholeLines(
      createReadStream(log.path, { start, end: end - 1, highWaterMark: 1 << 20 }),
    )) {
      page.write(text);
      if (page.lines.length > 0) yield `${page.lines.splice(0).join('\n')}\n`;
    }
  }
  page.end();
  if (page.lines.length > 0) yield `${page.lines.splice(0).join('\n')}\n`;
}

async function* wholeLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  for await (const chunk of stream) {
    const text = decoder.write(chunk);
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) pending += text;
    else {
      yield pending + text.slice(0, end);
      pending = text.slice(end);
    }
  }
  yield pending + decoder.end();
}

function optionsOf(
  { index }: OpenedLog,
  { phase, normalised }: LogAddress,
  { ranges }: LogWindow,
): PageOptions {
  const beginning = index.sections.find(({ phase: name }) => name !== '')?.start ?? 0;
  const marked = index.marked && (ranges[0]?.start ?? 0) > beginning;
  return { marked, phase, normalised };
}

async function readRanges(path: string, ranges: LogWindow['ranges']): Promise<string> {
  const file = await open(path);
  try {
    const pieces = await Promise.all(
      ranges.map(async ({ start, end }) => {
        const buffer = Buffer.alloc(end - start);
        const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
        return buffer.toString('utf8', 0, bytesRead);
      }),
    );
    return pieces.join('');
  } finally {
    await file.close();
  }
}

/** Whole lines only, not more than so many. */
function keptText(
  { isWhole, keep, startsInLine, endsInLine, skip }: LogWindow,
  read: string,
  limits: { readonly whole: WindowLimits; readonly part: WindowLimits },
): string {
  const from = startsInLine ? read.indexOf('\n') + 1 : 0;
  const to = endsInLine ? read.lastIndexOf('\n') + 1 : read.length;
  let text = read.slice(from, to);
  if (skip > 0) text = text.slice(placeOfLine(text, skip));
  const most = isWhole ? limits.whole.lines : limits.part.lines;
  const over = countLines(text) - most;
  if (over <= 0) return text;
  return keep === 'last' ? text.slice(placeOfLine(text, over)) : text.slice(0, placeOfLine(text, most));
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return text === '' || text.endsWith('\n') ? count : count + 1;
}

/** Where the line with this number begins. */
function placeOfLine(text: string, line: number): number {
  let at = 0;
  for (let count = 0; count < line; count++) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return text.length;
    at = newline + 1;
  }
  return at;
}

/** The line that is known to say why it failed, of the phase or of all that is shown; null when none is. */
function lineOfFailure({ index, record }: OpenedLog, phase: string | null): number | null {
  const at = record?.failedAt ?? null;
  if (at === null || record?.status !== 'failed') return null;
  if (phase === null) return shownLineOf(index, at.phase, at.line);
  return phase === at.phase ? at.line : null;
}

/** Null when the part that is read has not the line. */
function shownAt(page: LogPage, line: number): number | null {
  return line >= 0 && line < page.shown ? page.documentLine(line) : null;
}

function failingOf(page: LogPage, record: LogRecord | null, phase: string | null): number | null {
  // Of what Nix kept nobody knows whether it failed.
  if (record === null) return page.failing(phase, true);
  if (record.status !== 'failed') return null;
  const { failedPhase } = record;
  return phase === null || failedPhase === null || phase === failedPhase
    ? page.failing(failedPhase, false)
    : null;
}

function partWords(first: number, shown: number, total: number, bytes: number): string {
  return `· lines ${countText(first + 1)} to ${countText(first + shown)} of ${countText(total)} (the whole log has ${sizeText(bytes)}); Open Whole File has them all`;
}

function noSuchPhase(phase: string, { sections }: LogIndex): Problem {
  const names = [...new Set(sections.map((section) => section.phase))].filter((name) => name !== '');
  return {
    code: 'unknown-phase',
    message: `The log has no phase ${phase}.`,
    advice: names.length === 0 ? 'It is not cut by phase.' : `It has ${names.slice(0, 40).join(', ')}.`,
  };
}
