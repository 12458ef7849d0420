/** The user's shfmt: a script as it formats it. Source: shfmt's manual. */
import { failure, success, type Result } from '../result';
import { stripAnsi } from './ansi';
import type { ProcessRunner } from './process';
import { definedVariables, findUserProgram } from './userPrograms';

const timeoutMs = 10_000;

export interface ShfmtRequest {
  readonly script: string;
  /** A program's name or path; empty: `shfmt`. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Two blanks a level, as Nix files have it. Problems: `no-shfmt`, `shfmt-failed` with its own words. */
export async function shfmt(
  runner: ProcessRunner,
  { script, program, environment }: ShfmtRequest,
  signal: AbortSignal,
): Promise<Result<string>> {
  const env = definedVariables(environment);
  const found = findUserProgram(program, ['shfmt'], env);
  if (found === null) {
    const message =
      program === ''
        ? 'No shfmt was found on PATH.'
        : `The program “${program}” of phasewise.formatting.shfmt was not found.`;
    const advice =
      'Install shfmt to have the bash of strings formatted, or name it in phasewise.formatting.shfmt.';
    return failure({ code: 'no-shfmt', message, advice });
  }
  const options = { cwd: '/', env, stdin: script, timeoutMs, signal };
  const result = await runner.run(found, ['-ln=bash', '-i=2'], options);
  if (result.exitCode === 0 && !result.truncated) return success(result.stdout);
  const said = stripAnsi(result.stderr).trim().split('\n', 1)[0] ?? '';
  const why = said === '' ? `ended with ${result.ended}` : `says: ${said}`;
  return failure({ code: 'shfmt-failed', message: `shfmt ${why}`, advice: null });
}
