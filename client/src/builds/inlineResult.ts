/** Results of phases as they stand beside the text, and what an edit does to them. Pure. */
import type { Failure, Range } from '../../../server/src/protocol/model';
import { offerCommand } from '../../../server/src/protocol/offers';
import { isBashNoise } from './bashNoise';
import { failureLines } from './failureLines';
import { codeBlock, duration, escapeMarkdown } from '../words';

/** The result of one phase in one file. */
export interface InlineResult {
  readonly attr: string;
  readonly phase: string;
  /** `stale`: it went well, and something since may have made another result of it. */
  readonly status: 'ok' | 'failed' | 'stale';
  readonly seconds: number | null;
  /** How many lines it printed; null when not known. */
  readonly lines: number | null;
  /** The phase's attribute; its first line carries the mark. */
  readonly anchor: Range;
  /** Lines whose edit makes the result old. */
  readonly extent: Range;
  /** The line that failed, when it is in this file. */
  readonly failed: Range | null;
  readonly failure: Failure | null;
}

export interface TextChange {
  readonly range: Range;
  readonly text: string;
}

const tailLines = 12;
const longestLabel = 120;

/** The mark after the attribute's line. */
export function resultLabel(result: InlineResult): string {
  const { failed, failure } = result;
  const amount = [
    result.seconds === null ? '' : duration(result.seconds),
    result.lines === null || result.lines === 0 ? '' : lineCount(result.lines),
  ].filter((part) => part !== '');
  if (result.status === 'ok') return ['✓', amount.join(' · ')].join(' ').trim();
  if (result.status === 'stale') return ['stale', ...amount].join(' · ');
  const exact = failed !== null && failure?.exact === true && failed.start.line !== result.anchor.start.line;
  const line = exact ? ` at line ${failed.start.line + 1}` : '';
  return `${[`✗ failed${line}`, ...amount].join(' · ')}${exact ? '' : mostTelling(failure)}`;
}

/** The mark after the failing line itself; null when that is the attribute's line or is not known. */
export function failureLabel(result: InlineResult): string | null {
  const { failed, failure } = result;
  if (failed === null || failure === null || !failure.exact) return null;
  if (failed.start.line === result.anchor.start.line) return null;
  const code = failure.exitCode === null ? '✗ failed here' : `✗ exit code ${failure.exitCode}`;
  return `${code}${mostTelling(failure)}`;
}

/** The line below which the end of the log stands. */
export function tailLine(result: InlineResult): number {
  return (result.failed ?? result.anchor).start.line;
}

/** What failed, as Markdown: the lines of the log that say so, and its end; the message alone when there is no log. */
export function tailMarkdown(failure: Failure): string {
  const command = failure.command === null ? '' : codeBlock(`$ ${failure.command}`, 'bash', 4);
  const lines = failureLines(failure, tailLines);
  const log = lines.length === 0 ? '' : codeBlock(lines.join('\n'), 'nix-log', lines.length);
  const words = [failure.message, failure.explanation, failure.replay?.note].flatMap((part) =>
    part == null || part === '' ? [] : [escapeMarkdown(part)],
  );
  return [...words, command, log].filter((part) => part !== '').join('\n\n');
}

/** Links that run what the failure offers, as a last paragraph; empty when it offers nothing. */
export function offerLinks({ offers = [] }: Failure, uri: string, attr: string): string {
  const links = offers.map((offer) => {
    const { command, title } = offerCommand(offer);
    const argument = encodeURIComponent(JSON.stringify([{ uri, attr, ...offer }])).replaceAll(')', '%29');
    return `[${escapeMarkdown(title)}](command:${command}?${argument})`;
  });
  return links.length === 0 ? '' : `\n\n${links.join(' · ')}`;
}

/** The results that are still true after an edit, moved with their lines: those that it touched are gone. */
export function afterChange(results: readonly InlineResult[], change: TextChange): readonly InlineResult[] {
  const { start, end } = change.range;
  const delta = change.text.split('\n').length - 1 - (end.line - start.line);
  return results.flatMap((result) => {
    const { extent } = result;
    if (end.line < extent.start.line) return [moved(result, delta)];
    return start.line > extent.end.line ? [result] : [];
  });
}

function moved(result: InlineResult, delta: number): InlineResult {
  return {
    ...result,
    anchor: movedRange(result.anchor, delta),
    extent: movedRange(result.extent, delta),
    failed: result.failed && movedRange(result.failed, delta),
  };
}

function movedRange(range: Range, delta: number): Range {
  return {
    start: { line: range.start.line + delta, character: range.start.character },
    end: { line: range.end.line + delta, character: range.end.character },
  };
}

function lineCount(lines: number): string {
  return lines === 1 ? '1 line' : `${lines} lines`;
}

/** The first line of the log that says what went wrong, else its last. */
function mostTelling(failure: Failure | null): string {
  const said = failure?.decisive?.[0]?.text;
  const last = failure?.tail.findLast((line) => line.trim() !== '' && !isBashNoise(line)) ?? '';
  const words = (said ?? last).trim();
  if (words === '') return '';
  return `: ${words.length > longestLabel ? `${words.slice(0, longestLabel)}…` : words}`;
}
