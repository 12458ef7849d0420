/** A failure as Markdown that somebody can paste where they ask for help. Pure. */
import type { Failure } from '../protocol/model';
import { withoutSecrets, type Privacy } from './withoutSecrets';

export interface ReportedFailure {
  /** e.g. `hello-1.0`. */
  readonly name: string;
  readonly system: string | null;
  readonly drvPath: string | null;
  readonly nixVersion: string | null;
  /** Of Phasewise. */
  readonly version: string;
  readonly failure: Failure;
}

/** Secrets, names and home folders are left out of every line. */
export function failureReport(reported: ReportedFailure, privacy: Privacy): string {
  const { name, system, failure, nixVersion, version } = reported;
  const { phase, command, exitCode, message, explanation, file, range, tail } = failure;
  const drvPath = failure.drvPath ?? reported.drvPath;
  const rows = [
    ['Derivation', code(name)],
    ['Store derivation', drvPath === null ? null : code(drvPath)],
    ['System', system],
    ['Nix', nixVersion],
    ['Phase', phase === null ? null : code(phase)],
    ['Command', command === null ? null : code(command)],
    ['Exit code', exitCode === null ? null : String(exitCode)],
    ['At', file === null || range === null ? null : code(`${file}:${range.start.line + 1}`)],
    ['Reported by', `Phasewise ${version}`],
  ].flatMap(([label, value]) => (value == null ? [] : [`- ${label}: ${value}`]));
  const parts = [
    `### ${name} failed${phase === null ? '' : ` in ${phase}`}`,
    rows.join('\n'),
    message,
    explanation ?? '',
    tail.length === 0 ? '' : `Last lines of the log:\n\n${block(tail)}`,
  ];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return `${withoutSecrets(text, privacy)}\n`;
}

/** On one line, in more backticks than it holds. */
function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const fence = '`'.repeat(longestRun(line) + 1);
  return line.includes('`') ? `${fence} ${line} ${fence}` : `\`${line}\``;
}

function block(lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return `${fence}text\n${lines.join('\n')}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
