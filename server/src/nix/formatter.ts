/** The user's formatter of Nix files: which it is, and what it makes of a text. */
import { basename } from 'node:path';
import { failure, success, type Result } from '../result';
import { stripAnsi } from './ansi';
import type { ProcessRunner } from './process';
import { definedVariables, findUserProgram } from './userPrograms';

/** In the order in which they are looked for, with the arguments that make each read standard input. */
const known: Readonly<Record<string, readonly string[]>> = {
  nixfmt: [],
  alejandra: ['--quiet', '-'],
  'nixpkgs-fmt': [],
};

const timeoutMs = 15_000;

export interface FormatRequest {
  readonly text: string;
  /** A program's name or path; empty: the first of the known ones on PATH. */
  readonly program: string;
  /** Where it runs, so that it finds its configuration. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Fails with `no-formatter`, or with `format-failed` and the formatter's own words. Nothing is written to any file. */
export async function formatText(
  runner: ProcessRunner,
  { text, program, folder, environment }: FormatRequest,
  signal: AbortSignal,
): Promise<Result<string>> {
  const env = definedVariables(environment);
  const found = findUserProgram(program, Object.keys(known), env);
  if (found === null) return failure(missing(program));
  const args = known[basename(found)] ?? [];
  const result = await runner.run(found, args, { cwd: folder, env, stdin: text, timeoutMs, signal });
  if (result.exitCode === 0 && !result.truncated) return success(result.stdout);
  const said = stripAnsi(result.stderr).trim().split('\n').slice(0, 3).join('\n');
  const why =
    result.ended === 'timeout'
      ? `took more than ${timeoutMs / 1000} s`
      : result.ended === 'notStarted'
        ? `could not be started (${result.startError ?? 'unknown'})`
        : said === ''
          ? `ended with exit code ${result.exitCode ?? result.signal ?? 'unknown'}`
          : `says: ${said}`;
  return failure({ code: 'format-failed', message: `${basename(found)} ${why}`, advice: null });
}

function missing(program: string): {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
} {
  return program === ''
    ? {
        code: 'no-formatter',
        message: `No formatter was found: neither ${Object.keys(known)
          .join(', ')
          .replace(/, (?=[^,]*$)/, ' nor ')} is on PATH.`,
        advice: 'Install one of them, or name yours in phasewise.formatting.program.',
      }
    : {
        code: 'no-formatter',
        message: `The formatter “${program}” of phasewise.formatting.program was not found.`,
        advice: 'Correct the setting, or leave it empty to use the one on PATH.',
      };
}
