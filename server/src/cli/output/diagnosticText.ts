/** Diagnostics for people: place, words, and the trace below. */
import { relative } from 'node:path';
import type { Diagnostic, FileRange } from '../../protocol/model';
import type { Colours } from './colours';

/** One diagnostic with its related places; lines and columns are 1-based here. */
export function diagnosticText(diagnostic: Diagnostic, cwd: string, colours: Colours): string {
  const { severity, message, code, source } = diagnostic;
  const label = severityLabel(severity, colours);
  const [first = '', ...more] = message.split('\n');
  const lines = [
    `${colours.bold(placeText(diagnostic, cwd))}: ${label} ${first} ${colours.dim(`[${source}/${code}]`)}`,
    ...more.map((line) => `    ${line}`),
    ...diagnostic.related.map((related) =>
      colours.dim(`    ${placeText(related, cwd)}: ${related.message.split('\n').join(' ')}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** `file:line:column`, 1-based, the file relative to the folder when below it. */
export function placeText({ file, range }: FileRange, cwd: string): string {
  return `${shortPath(file, cwd)}:${range.start.line + 1}:${range.start.character + 1}`;
}

export function shortPath(file: string, cwd: string): string {
  const short = relative(cwd, file);
  return short === '' || short.startsWith('..') ? file : short;
}

function severityLabel(severity: Diagnostic['severity'], colours: Colours): string {
  if (severity === 'error') return colours.red('error:');
  if (severity === 'warning') return colours.yellow('warning:');
  return `${severity}:`;
}
