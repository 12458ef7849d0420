/** What of git a flake needs: to be told of files. */
import { isAbsolute, join } from 'node:path';
import { failure, success, type Result } from '../result';
import { stripAnsi } from './ansi';
import type { ProcessRunner } from './process';
import { isProgram } from './programs';

const timeoutMs = 15_000;

/** A file of a repository. */
export interface RepositoryFile {
  /** Absolute path of the repository's folder. */
  readonly folder: string;
  /** Relative to it; taken literally, whatever characters it has. */
  readonly path: string;
}

/** `git add -N`: git knows of the file, and nothing of its content is staged. Problems: `no-git`, `git-refused` with git's words. */
export async function addToGit(
  runner: ProcessRunner,
  environment: Readonly<Record<string, string | undefined>>,
  { folder, path }: RepositoryFile,
  signal: AbortSignal,
): Promise<Result<null>> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) env[name] = value;
  const places = (env['PATH'] ?? '').split(':').filter(isAbsolute);
  const git = places.map((place) => join(place, 'git')).find(isProgram);
  if (git === undefined)
    return failure({ code: 'no-git', message: 'git is not on PATH.', advice: 'Install it.' });
  const args = ['-C', folder, '--literal-pathspecs', 'add', '-N', '--', path];
  const added = await runner.run(git, args, { cwd: '/', env, timeoutMs, signal });
  if (added.exitCode === 0) return success(null);
  const said = stripAnsi(added.stderr).trim().split('\n').slice(0, 3).join('\n');
  return failure({
    code: 'git-refused',
    message: `git did not add ${path}: ${said === '' ? `it ended with ${added.ended}` : said}`,
    advice: null,
  });
}
