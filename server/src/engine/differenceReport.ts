/** diffoscope's report on two store paths, where diffoscope is installed. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Nix } from '../nix/nix';
import type { ProcessRunner } from '../nix/process';
import { physicalPath } from '../nix/storePlace';
import { definedVariables } from '../nix/userPrograms';
import { failure, success, type Problem, type Result } from '../result';
import { storePathName } from '../protocol/storePath';

export interface ReportParts {
  readonly runner: ProcessRunner;
  readonly stateFolder: string;
  /** The user's: diffoscope is found on its PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Path of the report, a text. Problems: `no-diffoscope`, `no-report`, `no-store-path`. */
export async function differenceReport(
  { runner, stateFolder, environment }: ReportParts,
  nix: Nix,
  [first, again]: readonly [string, string],
  signal: AbortSignal,
): Promise<Result<string>> {
  const { storeDir } = nix.installation;
  if (![first, again].every((path) => path.startsWith(`${storeDir}/`) && !path.includes('/../')))
    return failure({ code: 'no-store-path', message: 'These are no store paths.', advice: null });
  const folder = join(stateFolder, 'reports');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const report = join(folder, `${storePathName(first)}.diffoscope.txt`);
  const paths = [first, again].map((path) => physicalPath(path, nix.installation));
  const result = await runner.run('diffoscope', ['--text', report, ...paths], {
    ...{ env: definedVariables(environment), cwd: folder, signal },
  });
  if (result.ended === 'notStarted') return failure(missing);
  // 0: the same; 1: different.
  if (result.exitCode === 0 || result.exitCode === 1) return success(report);
  const words = result.stderr.trim().split('\n').at(-1) ?? '';
  return failure({ code: 'no-report', message: `diffoscope made no report. ${words}`.trim(), advice: null });
}

const missing: Problem = {
  code: 'no-diffoscope',
  message: 'diffoscope is not installed.',
  advice: 'Install it, e.g. nix-env -iA nixpkgs.diffoscope, and try again.',
};
