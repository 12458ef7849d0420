/** Addresses of log documents: which log, which phase of it, which line. Pure. */
import type { Range } from './model';
import { derivationName } from './storePath';

/** Documents of this scheme are build logs; their query says which. */
export const logScheme = 'phasewise-log';

/** Lines, counted from 0; `end` is behind the last. */
export interface LineSpan {
  readonly first: number;
  readonly end: number;
}

export interface LogAddress {
  /** The store derivation whose log it is. */
  readonly drvPath: string;
  /** One log of the history by its id; null: the newest there is. */
  readonly id: string | null;
  /** Null: all phases. */
  readonly phase: string | null;
  /** 0-based line of the phase (of the whole log when no phase is named) to open at; null: where it failed. */
  readonly line: number | null;
  /** The only lines that are shown, of the phase or of the whole log; null: as many as are shown at once. */
  readonly span: LineSpan | null;
  /** With hashes, times and process ids replaced, for comparing. */
  readonly normalised: boolean;
}

/** The newest log of a derivation, to be opened where it failed; `known` says what else. */
export function logAddress(drvPath: string, known: Partial<LogAddress> = {}): LogAddress {
  return { drvPath, id: null, phase: null, line: null, span: null, normalised: false, ...known };
}

/** The document's URI, as VS Code writes it after parsing it. */
export function logUri(address: LogAddress): string {
  return `${logScheme}:${encodeURI(logPath(address))}?${encodeURIComponent(logQuery(address))}`;
}

/**
 * Where a line of a log is, for related information of a problem: a document of the client's. A log that is too long to be
 * shown whole is shown around this line, and the client finds it there.
 */
export function logLocation(address: LogAddress): { readonly uri: string; readonly range: Range } {
  const place = { line: address.line ?? 0, character: 0 };
  return { uri: logUri(address), range: { start: place, end: place } };
}

/** What a tab shows is the last part; its ending gives the document its language. */
export function logPath({ drvPath, phase }: LogAddress): string {
  const name = derivationName(drvPath);
  const parts = phase === null ? [name] : [name, phase];
  return `/${parts.map((part) => part.replace(/[^\w.+-]/g, '_')).join('/')}.nix-log`;
}

export function logQuery({ drvPath, id, phase, line, span, normalised }: LogAddress): string {
  return JSON.stringify({
    drv: drvPath,
    ...(id === null ? {} : { id }),
    ...(phase === null ? {} : { phase }),
    ...(line === null ? {} : { line }),
    ...(span === null ? {} : { span: [span.first, span.end] }),
    ...(normalised ? { normalised } : {}),
  });
}

/** Reads a document's query, decoded; null when it is none of ours. */
export function readLogQuery(query: string): LogAddress | null {
  try {
    const value: unknown = JSON.parse(query);
    if (typeof value !== 'object' || value === null) return null;
    if (!('drv' in value) || typeof value.drv !== 'string') return null;
    return logAddress(value.drv, {
      id: 'id' in value && typeof value.id === 'string' ? value.id : null,
      phase: 'phase' in value && typeof value.phase === 'string' ? value.phase : null,
      line: 'line' in value && typeof value.line === 'number' ? value.line : null,
      span: 'span' in value ? readSpan(value.span) : null,
      normalised: 'normalised' in value && value.normalised === true,
    });
  } catch {
    return null;
  }
}

function readSpan(value: unknown): LineSpan | null {
  const [first, end] = Array.isArray(value) ? (value as unknown[]) : [];
  return Number.isSafeInteger(first) && Number.isSafeInteger(end)
    ? { first: Number(first), end: Number(end) }
    : null;
}
