/** How times, store paths and places are said to the user. Pure. */
import type { Origin } from '../../server/src/protocol/model';
import { storePathName } from '../../server/src/protocol/storePath';

/** e.g. `<0.1 s`, `0.3 s`, `12 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 0.05) return '<0.1 s';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** e.g. `just now`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? '1 day ago' : `${days} days ago`;
}

/** A time of today as `14:05`, else with its day: `2026-01-31 14:05`. */
export function moment(iso: string, now: Date): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === now.toDateString()) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a file lies in a Nix store, where nothing is to be edited. */
export function isInStore(file: string): boolean {
  return /\/store\/[0-9a-df-np-sv-z]{32}-/.test(file);
}

/** e.g. `default.nix:12`; empty when the place is not known. Lines are said as the editor numbers them, from 1. */
export function place(file: string | null, line: number | null): string {
  if (file === null) return '';
  const name = isInStore(file) ? storePathName(file) : baseName(file);
  return line === null ? name : `${name}:${line + 1}`;
}

/** Where a phase or hook comes from, in a few words; empty when nothing defines it. */
export function originWords(origin: Origin): string {
  switch (origin.kind) {
    case 'attribute':
      return place(origin.file, origin.range?.start.line ?? null);
    case 'setup':
      return 'stdenv';
    case 'setupHook':
      return origin.input === null ? 'setup hook' : `setup hook of ${storePathName(origin.input)}`;
    case 'absent':
      return '';
  }
}

/** A Markdown code block that its text cannot end, cut after so many lines. */
export function codeBlock(text: string, language: string, maximumLines: number): string {
  const lines = text.replace(/\n+$/, '').split('\n');
  const shown = lines.slice(0, maximumLines).join('\n');
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  const rest = lines.length > maximumLines ? `\n\n… ${lines.length - maximumLines} more lines` : '';
  return `${fence}${language}\n${shown}\n${fence}${rest}`;
}

/** Text of others as Markdown that shows it literally. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+\-.!|~$&]/g, '\\$&');
}
