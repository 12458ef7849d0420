/** The user's shellcheck: what it says of a script. Source of the format: shellcheck's manual, `--format=json1`. */
import { failure, success, type Problem, type Result } from '../result';
import { stripAnsi } from './ansi';
import type { ProcessRunner } from './process';
import { definedVariables, findUserProgram } from './userPrograms';
import { isJsonObject, parseJsonObject } from '../json';

/** Lines and columns from 1, columns in code points; an end is behind the last one. */
export interface ShellPlace {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface ShellReplacement extends ShellPlace {
  readonly replacement: string;
}

export interface ShellComment extends ShellPlace {
  readonly level: 'error' | 'warning' | 'info' | 'style';
  /** 2086 of SC2086. */
  readonly code: number;
  readonly message: string;
  /** Empty when there is no fix. */
  readonly replacements: readonly ShellReplacement[];
}

export interface ShellcheckRequest {
  readonly script: string;
  /** A program's name or path; empty: `shellcheck`. */
  readonly program: string;
  /** Where it runs, so that it finds its `.shellcheckrc`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const timeoutMs = 10_000;
const maxOutputBytes = 4 * 1024 * 1024;

/** Reads the script from its input, writes nothing. Problems: `no-shellcheck`, `shellcheck-failed`. */
export async function shellcheck(
  runner: ProcessRunner,
  { script, program, folder, environment }: ShellcheckRequest,
  signal: AbortSignal,
): Promise<Result<readonly ShellComment[]>> {
  const env = definedVariables(environment);
  const found = findUserProgram(program, ['shellcheck'], env);
  if (found === null) return failure(missing(program));
  const args = ['--format=json1', '-'];
  const options = { cwd: folder, env, stdin: script, timeoutMs, maxOutputBytes, signal };
  const { exitCode, stdout, stderr, ended, truncated, startError } = await runner.run(found, args, options);
  // 1: there is something to say.
  const comments = exitCode === 0 || exitCode === 1 ? decodeComments(stdout) : null;
  if (comments !== null) return success(comments);
  const said = stripAnsi(stderr).trim().split('\n').slice(0, 3).join('\n');
  const why =
    ended === 'timeout'
      ? `took more than ${timeoutMs / 1000} s`
      : ended === 'notStarted'
        ? `could not be started (${startError ?? 'unknown'})`
        : truncated
          ? 'said more than can be shown'
          : said === ''
            ? 'gave no answer that can be read'
            : `says: ${said}`;
  return failure({ code: 'shellcheck-failed', message: `shellcheck ${why}`, advice: null });
}

function missing(program: string): Problem {
  return program === ''
    ? {
        code: 'no-shellcheck',
        message: 'No shellcheck was found on PATH.',
        advice: 'Install it to have the bash of phases checked.',
      }
    : {
        code: 'no-shellcheck',
        message: `The program “${program}” of phasewise.shellcheck.program was not found.`,
        advice: 'Correct the setting, leave it empty to use the one on PATH, or turn it “off”.',
      };
}

const levels: readonly string[] = ['error', 'warning', 'info', 'style'] satisfies ShellComment['level'][];

/** What `--format=json1` wrote; null when it is something else. */
export function decodeComments(json: string): readonly ShellComment[] | null {
  const comments = parseJsonObject(json)?.['comments'];
  if (!Array.isArray(comments)) return null;
  const decoded = comments.map(commentOf);
  return decoded.every((each) => each !== null) ? decoded : null;
}

function commentOf(value: unknown): ShellComment | null {
  const place = placeOf(value);
  if (place === null || !isJsonObject(value)) return null;
  const { level, code, message, fix } = value;
  if (!isLevel(level) || typeof code !== 'number' || typeof message !== 'string') return null;
  const written = isJsonObject(fix) && Array.isArray(fix['replacements']) ? fix['replacements'] : [];
  const replacements = written.map(replacementOf);
  const known = replacements.every((each) => each !== null) ? replacements : [];
  return { ...place, level, code, message, replacements: known };
}

function replacementOf(value: unknown): ShellReplacement | null {
  const place = placeOf(value);
  const text = isJsonObject(value) ? value['replacement'] : null;
  return place === null || typeof text !== 'string' ? null : { ...place, replacement: text };
}

function placeOf(value: unknown): ShellPlace | null {
  if (!isJsonObject(value)) return null;
  const { line, column, endLine, endColumn } = value;
  if (typeof line !== 'number' || typeof column !== 'number') return null;
  if (typeof endLine !== 'number' || typeof endColumn !== 'number') return null;
  return { line, column, endLine, endColumn };
}

function isLevel(value: unknown): value is ShellComment['level'] {
  return typeof value === 'string' && levels.includes(value);
}
