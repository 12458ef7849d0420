/** Messages about build logs as documents, and their history. Listed for readers in `docs/protocol.md`. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { LineSpan, LogAddress } from './logUri';
import type { DerivationKey } from './messages';
import type { PhaseStatus, Range } from './model';

export interface LogFold {
  /** Document lines; `end` is the last that is folded away. */
  readonly start: number;
  readonly end: number;
  readonly kind: 'phase' | 'hook';
}

/** A log, or a phase's part of one, as it is shown: without terminal control, of a long one a part. */
export interface LogDocument {
  readonly text: string;
  /** The raw file that it is read from; null when there is none. */
  readonly file: string | null;
  /** How many lines of the log (of the phase, when one was asked for) stand before the first one that is shown. */
  readonly first: number;
  /** How many of them are shown, and how many there are. */
  readonly shown: number;
  readonly total: number;
  /** Document line at which the first of them stands: 1 when a line of ours says that it is only a part. */
  readonly offset: number;
  /** Before which of them, counted from the first that is shown, a heading stands that is no line of the log. */
  readonly added: readonly number[];
  /** Document line that tells what failed; null when nothing did. */
  readonly failing: number | null;
  readonly folds: readonly LogFold[];
  /** What text looks like: words `bold`, `dim`, `italic`, `underline`, `inverse`, `strike`, `fg:COLOUR`, `bg:COLOUR`. */
  readonly styles: readonly string[];
  /** Four numbers for each coloured piece: document line, first column, column behind it, index of its style. */
  readonly spans: readonly number[];
}

export type LogDocumentAnswer =
  | { readonly kind: 'log'; readonly document: LogDocument }
  /** There is none; why, and what to do. */
  | { readonly kind: 'none'; readonly message: string };

/** Client to server; a log as a document. */
export const logDocumentRequest = new RequestType<LogAddress, LogDocumentAnswer, void>(
  'phasewise/logDocument',
);

export interface FindLogParams {
  readonly key: DerivationKey;
  /** Null: of the derivation as a whole. */
  readonly phase: string | null;
  /** Of the phase the lines that this hook printed, e.g. `preBuild`. */
  readonly hook?: string | null;
}
export interface FindLogAnswer {
  /** Null when there is none. */
  readonly address: LogAddress | null;
  /** Why there is none, or why it does not show the hook; null when there is nothing to say. */
  readonly message: string | null;
}
/** Client to server; which log tells of a derivation of a document or of one of its phases, a build's or a run's, whichever is newer. */
export const findLogRequest = new RequestType<FindLogParams, FindLogAnswer, void>('phasewise/findLog');

export interface LogLink {
  /** In the document. */
  readonly range: Range;
  /** Absolute path of a file that is there. */
  readonly file: string;
  /** 0-based; null when no place in it is meant. */
  readonly line: number | null;
  readonly character: number | null;
}
/** Client to server; the places that a log document names and that are there. Empty when the log is gone. */
export const logLinksRequest = new RequestType<LogAddress, readonly LogLink[], void>('phasewise/logLinks');

export interface LogEntry {
  readonly id: string;
  readonly kind: 'build' | 'run';
  readonly name: string;
  readonly drvPath: string;
  /** Milliseconds since the epoch. */
  readonly begun: number;
  /** Null while it goes on, and when it was broken off. */
  readonly seconds: number | null;
  readonly status: 'running' | 'ok' | 'failed' | 'cancelled' | 'interrupted';
  readonly phases: readonly {
    readonly name: string;
    readonly status: PhaseStatus;
    readonly seconds: number;
  }[];
  readonly failedPhase: string | null;
}
/** Client to server; past builds and runs of a derivation of a document whose logs are kept, the newest first. */
export const logHistoryRequest = new RequestType<DerivationKey, readonly LogEntry[], void>(
  'phasewise/logHistory',
);

export interface FindInLogParams {
  readonly address: LogAddress;
  /** 0-based line of the phase (of the whole log when no phase is named) to go on from; -1: before the first. */
  readonly from: number;
  readonly step: 1 | -1;
  /** What the line has, whatever its case; null: a line that tells of an error. */
  readonly text: string | null;
}
export interface FindInLogAnswer {
  /** The nearest such line in this direction, begun anew at the other end; null when there is none. */
  readonly line: number | null;
  /** Why it could not be looked for; null when it was. */
  readonly message: string | null;
}
/** Client to server; looks for a line in all of a log, or of a phase, however much of it is shown. Cancelling ends the search. */
export const findInLogRequest = new RequestType<FindInLogParams, FindInLogAnswer, void>(
  'phasewise/findInLog',
);

export type LogTextAnswer =
  | { readonly kind: 'text'; readonly text: string }
  /** More than a clipboard should get. */
  | { readonly kind: 'long'; readonly bytes: number; readonly most: number }
  | { readonly kind: 'none'; readonly message: string };
/** Client to server; all the text of a log, or of a phase, readable, without colours. */
export const logTextRequest = new RequestType<LogAddress, LogTextAnswer, void>('phasewise/logText');

export interface CompareLogsParams {
  readonly older: LogAddress;
  readonly newer: LogAddress;
}
/** A phase in two logs. */
export interface ComparedPhase {
  /** Empty for what comes before the first. */
  readonly phase: string;
  /** In both and `same`; in `both`, and different; or in one of them only. */
  readonly state: 'same' | 'both' | 'older' | 'newer';
  readonly lines: { readonly older: number; readonly newer: number };
  /** All that differs, in parts that an editor can compare, with some lines around each; the lines between are the same. */
  readonly parts: readonly { readonly older: LineSpan; readonly newer: LineSpan }[];
}
export interface CompareLogsAnswer {
  /** Null when both are short enough to be shown whole beside each other. */
  readonly phases: readonly ComparedPhase[] | null;
  /** Why they could not be compared; null when they were. */
  readonly message: string | null;
}
/** Client to server; how two logs that are too long to be shown whole differ, phase by phase. Cancelling ends it. */
export const compareLogsRequest = new RequestType<CompareLogsParams, CompareLogsAnswer, void>(
  'phasewise/compareLogs',
);

export interface SaveLogParams {
  readonly address: LogAddress;
  /** Absolute path to write the whole log to, readable, without colours. */
  readonly file: string;
}
/** Client to server; writes a whole log (of the phase, when one is named). The answer says why it could not; null when it did. */
export const saveLogRequest = new RequestType<SaveLogParams, { readonly message: string | null }, void>(
  'phasewise/saveLog',
);
