/** What is asked of git: to be told of files, what was committed, tags and files of repositories elsewhere. */
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { failure, stopped, success, type Result } from '../result';
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

/** The tags that a repository has at an address, which begins with a protocol. Problems: `no-git`, `git-refused` with git's words, `cancelled`. */
export async function tagsAt(
  runner: ProcessRunner,
  environment: Readonly<Record<string, string | undefined>>,
  address: string,
  signal: AbortSignal,
): Promise<Result<readonly string[]>> {
  const listed = await alone(runner, environment, ['ls-remote', '--tags', '--refs', '--', address], signal);
  if (!listed.ok) return listed;
  return success(listed.value.split('\n').flatMap((line) => /\trefs\/tags\/(.+)$/.exec(line)?.[1] ?? []));
}

/** The files of a tag, with those of submodules and nothing of git's own, in a folder that is not there yet. Problems: as above. */
export async function checkOut(
  runner: ProcessRunner,
  environment: Readonly<Record<string, string | undefined>>,
  { address, tag, folder }: { readonly address: string; readonly tag: string; readonly folder: string },
  signal: AbortSignal,
): Promise<Result<null>> {
  const how = ['--quiet', '--depth', '1', '--branch', tag, '--recurse-submodules', '--shallow-submodules'];
  const cloned = await alone(runner, environment, ['clone', ...how, '--', address, folder], signal);
  if (!cloned.ok) return cloned;
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => basename(one) === '.git'))
    await rm(join(folder, name), { recursive: true, force: true });
  return success(null);
}

/** Runs git on what is no repository of the user's; it asks nobody for a password. */
async function alone(
  runner: ProcessRunner,
  environment: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Result<string>> {
  const { git, env } = findGit(environment);
  if (git === null) return failure({ code: 'no-git', message: 'git is not on PATH.', advice: 'Install it.' });
  const quiet = { ...env, GIT_TERMINAL_PROMPT: '0' };
  const told = await runner.run(git, args, { cwd: '/', env: quiet, signal });
  if (told.ended === 'cancelled') return failure(stopped);
  if (told.exitCode === 0) return success(told.stdout);
  const said = stripAnsi(told.stderr).trim().split('\n').slice(0, 3).join('\n');
  return failure({
    code: 'git-refused',
    message: `git could not read ${args.at(args[0] === 'clone' ? -2 : -1) ?? ''}: ${said === '' ? `it ended with ${told.ended}` : said}`,
    advice: 'Check the address and the network.',
  });
}

function findGit(environment: Readonly<Record<string, string | undefined>>): {
  readonly git: string | null;
  readonly env: Readonly<Record<string, string>>;
} {
  const env = definedVariables(environment);
  const places = (env['PATH'] ?? '').split(':').filter(isAbsolute);
  return { git: places.map((place) => join(place, 'git')).find(isProgram) ?? null, env };
}
