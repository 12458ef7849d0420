/**
 * Decoder of Nix's `--log-format internal-json`: lines `@nix {…}` on standard error among lines of other programs.
 * The numbers are those of Nix's `src/libutil/logging.hh`, the same in 2.8, 2.26 and 2.34.
 */
import { StringDecoder } from 'node:string_decoder';
import type { NixPosition } from './nix';
import { stripAnsi } from './ansi';
import { isJsonObject, parseJsonObject, type JsonObject } from '../json';

export const activityType = {
  copyPath: 100,
  fileTransfer: 101,
  realise: 102,
  copyPaths: 103,
  builds: 104,
  build: 105,
  substitute: 108,
  buildWaiting: 111,
  fetchTree: 112,
} as const;
export const resultType = { buildLogLine: 101, setPhase: 104, progress: 105, postBuildLogLine: 107 } as const;

/** A place and what Nix says of it. */
export interface NixFrame {
  readonly message: string;
  readonly position: NixPosition | null;
}

export interface NixMessage {
  readonly type: 'message';
  /** 0 error, 1 warning, 2 notice, 3 info, …; `trace:` lines have 0 too. */
  readonly level: number;
  /** For a reader: with its frames and colours when an error. */
  readonly text: string;
  /** Set for errors alone: the message without frames and colours. */
  readonly error: string | null;
  readonly position: NixPosition | null;
  /** From the innermost outwards; only with `--show-trace`. */
  readonly trace: readonly NixFrame[];
}

export type NixLogRecord =
  | NixMessage
  | {
      readonly type: 'start';
      readonly id: string;
      readonly activity: number;
      readonly level: number;
      readonly text: string;
      readonly fields: readonly (string | number)[];
    }
  | { readonly type: 'stop'; readonly id: string }
  /** Lines that a builder printed one after the other, at least one; however they are gathered, their order is kept. */
  | { readonly type: 'lines'; readonly id: string; readonly texts: readonly string[] }
  | {
      readonly type: 'result';
      readonly id: string;
      readonly result: number;
      readonly fields: readonly (string | number)[];
    }
  /** A line that is none of Nix's: of a program it runs, or of Nix dying. */
  | { readonly type: 'plain'; readonly text: string };

export interface NixLogDecoder {
  push(chunk: Uint8Array): void;
  /** Delivers a last line that had no newline. */
  end(): void;
}

/**
 * Longest line kept: a builder's line of 10 MB, each of whose bytes may be written as an escape of six. Of a longer one the middle
 * is dropped, so that what a builder printed arrives cut, and all else as a plain line.
 */
const longestLine = 64 * 1024 * 1024;
/** Kept of the end of a longer one: the id of the activity. */
const keptEnd = 100;
/** Frames kept of a trace: those nearest to the error and those nearest to the question. */
const maxFrames = { inner: 80, outer: 20 } as const;

/** Calls `listener` with each record in order. Bytes that are no UTF-8 become replacement characters. */
export function createNixLogDecoder(
  listener: (record: NixLogRecord) => void,
  maxLineLength = longestLine,
): NixLogDecoder {
  const decoder = new StringDecoder('utf8');
  const lines = new LineGatherer(listener);
  let parts: string[] = [];
  let length = 0;
  let end = '';
  const add = (part: string) => {
    if (part === '') return;
    const room = maxLineLength - length;
    if (room > 0) parts.push(part.slice(0, room));
    if (room < part.length) end = (end + part.slice(Math.max(0, room))).slice(-keptEnd);
    length += part.length;
  };
  const flush = () => {
    const line = parts.join('');
    const record = length > maxLineLength ? decodeCutLine(line, end) : decodeLine(line);
    parts = [];
    length = 0;
    end = '';
    lines.take(record);
  };
  const take = (text: string) => {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      if (length > 0 || end - from > maxLineLength) {
        add(text.slice(from, end));
        flush();
      } else if (!lines.takeLogLine(text, from, end)) lines.take(decodeLine(text.slice(from, end)));
      from = end + 1;
    }
    add(text.slice(from));
  };
  return {
    push: (chunk) => {
      take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
      lines.tell();
    },
    end: () => {
      take(decoder.end());
      if (length > 0) flush();
      lines.tell();
    },
  };
}

/** Gathers the lines of a builder, of which a build may print a million, into one record for each piece that comes. */
class LineGatherer {
  private id = '';
  private texts: string[] = [];
  /** How Nix ends a record of the same builder as the last one. */
  private ending: string | null = null;

  constructor(private readonly listener: (record: NixLogRecord) => void) {}

  take(record: NixLogRecord): void {
    if (record.type !== 'lines') {
      this.tell();
      this.listener(record);
      return;
    }
    if (record.id !== this.id) {
      this.tell();
      this.id = record.id;
      this.ending = `${logLineMiddle}${record.id}${logLineEnd}`;
    }
    for (const text of record.texts) this.texts.push(text);
  }

  /** Takes a line of the same builder as the last one; false when it is none, or not as Nix writes it. */
  takeLogLine(piece: string, from: number, end: number): boolean {
    const { ending } = this;
    if (ending === null || !piece.startsWith(logLineStart, from)) return false;
    const start = from + logLineStart.length;
    const stop = end - ending.length;
    if (stop < start || !piece.startsWith(ending, stop)) return false;
    const text = unescaped(piece.slice(start, stop));
    if (text === null) return false;
    this.texts.push(text);
    return true;
  }

  /** Tells what is gathered. */
  tell(): void {
    const { id, texts } = this;
    if (texts.length === 0) return;
    this.texts = [];
    this.listener({ type: 'lines', id, texts });
  }
}

/** What stands between the quotes of a JSON string; null when it is none. */
function unescaped(json: string): string | null {
  if (!json.includes('\\')) return json.includes('"') ? null : json;
  try {
    return JSON.parse(`"${json}"`) as string;
  } catch {
    // More than one field, or no record of Nix's.
    return null;
  }
}

/** One line without its newline. */
export function decodeLine(line: string): NixLogRecord {
  const plain = { type: 'plain', text: line } as const;
  if (!line.startsWith('@nix ')) return plain;
  const json = parseJsonObject(line.slice(5));
  // Cut off, or a builder's own line that looks like ours.
  if (json === null) return plain;
  switch (json['action']) {
    case 'msg':
      return decodeMessage(json);
    case 'start':
      return {
        type: 'start',
        id: toText(json['id']),
        activity: toNumber(json['type']) ?? 0,
        level: toNumber(json['level']) ?? 0,
        text: toText(json['text']),
        fields: toFields(json['fields']),
      };
    case 'stop':
      return { type: 'stop', id: toText(json['id']) };
    case 'result':
      return decodeResult(json);
    default:
      return plain;
  }
}

const logLineStart = '@nix {"action":"result","fields":["';
const logLineEnd = ',"type":101}';
const logLineMiddle = '"],"id":';

/** A builder's line whose middle is missing; a plain one when it is none. */
function decodeCutLine(line: string, end: string): NixLogRecord {
  const id = /"\],"id":(\d+),"type":101\}$/.exec(end)?.[1];
  if (id !== undefined && line.startsWith(logLineStart)) {
    const text = line.slice(logLineStart.length);
    // The cut may go through an escape, of which none is longer.
    for (let cut = 0; cut <= 6; cut++) {
      const record = decodeLine(
        `${logLineStart}${text.slice(0, text.length - cut)} …${logLineMiddle}${id}${logLineEnd}`,
      );
      if (record.type === 'lines') return record;
    }
  }
  return { type: 'plain', text: line };
}

function decodeResult(json: JsonObject): NixLogRecord {
  const id = toText(json['id']);
  const result = toNumber(json['type']) ?? 0;
  const fields = toFields(json['fields']);
  const [first] = fields;
  return result === resultType.buildLogLine && first !== undefined
    ? { type: 'lines', id, texts: [String(first)] }
    : { type: 'result', id, result, fields };
}

function toNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function toFields(value: unknown): readonly (string | number)[] {
  if (!Array.isArray(value)) return [];
  return value.map((field: unknown) => (typeof field === 'number' ? field : toText(field)));
}

function decodeMessage(json: JsonObject): NixMessage {
  const raw = json['raw_msg'];
  const frames: readonly unknown[] = Array.isArray(json['trace']) ? json['trace'] : [];
  const kept =
    frames.length > maxFrames.inner + maxFrames.outer
      ? [...frames.slice(0, maxFrames.inner), ...frames.slice(-maxFrames.outer)]
      : frames;
  return {
    type: 'message',
    level: toNumber(json['level']) ?? 0,
    text: toText(json['msg']),
    error: typeof raw === 'string' ? stripAnsi(raw) : null,
    position: toPosition(json),
    trace: kept.filter(isJsonObject).map(toFrame),
  };
}

/** A derivation's own frame names its place in words only. */
const namedPlace = /whose name attribute is located at (.+):(\d+):(\d+)$/;

function toFrame(json: JsonObject): NixFrame {
  const message = stripAnsi(toText(json['raw_msg']));
  const place = namedPlace.exec(message);
  const position =
    toPosition(json) ??
    (place?.[1] === undefined ? null : positionOf(place[1], Number(place[2]), Number(place[3])));
  return { message, position };
}

function toPosition(json: JsonObject): NixPosition | null {
  const line = toNumber(json['line']);
  const column = toNumber(json['column']);
  return line === null ? null : positionOf(toText(json['file']), line, column ?? 1);
}

/**
 * `file` is a path (2.8), a path with `:L:C` behind it (2.26 and later), «stdin», «string» or the whole text of standard
 * input (2.8). Places inside Nix itself (`<nix/…>`, «nix-internal»/…, «none») are none that a user could open.
 */
function positionOf(file: string, line: number, column: number): NixPosition | null {
  if (line <= 0) return null;
  const suffix = `:${line}:${column}`;
  const path = file.endsWith(suffix) ? file.slice(0, -suffix.length) : file;
  if (path.startsWith('<nix/') || path.startsWith('«nix-internal»') || path.startsWith('«none»')) return null;
  const absolute = path.startsWith('/') && !path.includes('\n');
  return { file: absolute ? path : null, line, column: Math.max(column, 1) };
}
