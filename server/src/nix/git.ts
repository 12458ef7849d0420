/** What of git a flake needs: to be told of files. */
import { basename, dirname, isAbsolute, join } from 'node:path';
import { failure, success, type Result } from '../result';
import { stripAnsi } from './ansi';
import type { ProcessRunner } from './process';
import { isProgram } from './programs';
import { definedVariables } from './userPrograms';

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
  const { git, env } = findGit(environment);
  if (git === null) return failure({ code: 'no-git', message: 'git is not on PATH.', advice: 'Install it.' });
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

/** A file's text as it was committed last; null without git, outside of a repository, or when it was never committed. */
export async function committedText(
  runner: ProcessRunner,
  environment: Readonly<Record<string, string | undefined>>,
  file: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { git, env } = findGit(environment);
  if (git === null) return null;
  // Nothing of what the repository configures runs for it.
  const args = ['-C', dirname(file), 'cat-file', 'blob', `HEAD:./${basename(file)}`];
  const read = await runner.run(git, args, { cwd: '/', env, timeoutMs, signal });
  return read.exitCode === 0 ? read.stdout : null;
}

function findGit(environment: Readonly<Record<string, string | undefined>>): {
  readonly git: string | null;
  readonly env: Readonly<Record<string, string>>;
} {
  const env = definedVariables(environment);
  const places = (env['PATH'] ?? '').split(':').filter(isAbsolute);
  return { git: places.map((place) => join(place, 'git')).find(isProgram) ?? null, env };
}
