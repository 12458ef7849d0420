/** What is asked of git: to be told of files, what was committed, tags and files of repositories elsewhere. */
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { failure, stopped, success, type Result } from '../result';
import { stripAnsi } from './ansi';
import { nearestFolder } from './nearestFolder';
import type { ProcessRunner } from './process';
import { isProgram } from './programs';
import { definedVariables } from './userPrograms';

const timeoutMs = 15_000;

/** A file that git does not know. */
export interface UntrackedFile {
  /** Absolute path of the repository's folder. */
  readonly folder: string;
  /** Relative to it; taken literally, whatever characters it has. */
  readonly path: string;
  /** `.gitignore` or the like says that git is not to know it. */
  readonly ignored: boolean;
}

/** The folder of the repository that a folder is in; null when it is in none. */
export function repositoryAround(folder: string): string | null {
  return nearestFolder(folder, '.git');
}

/**
 * What git does not know of a repository: of these files, and in these folders, there but what it ignores. All are relative to the
 * repository's folder. Null when git cannot be asked or does not answer.
 */
export async function untrackedIn(
  runner: ProcessRunner,
  environment: Readonly<Record<string, string | undefined>>,
  asked: { readonly folder: string; readonly files: readonly string[]; readonly folders: readonly string[] },
  signal: AbortSignal,
): Promise<readonly UntrackedFile[] | null> {
  const { folder, files, folders } = asked;
  const others = (flags: readonly string[], paths: readonly string[]) =>
    listOthers(runner, environment, { folder, flags, paths }, signal);
  const all = await others([], files);
  if (all === null) return null;
  const notIgnored = await others(['--exclude-standard'], [...all, ...folders]);
  if (notIgnored === null) return null;
  const known = new Set(notIgnored);
  const ignored = all.filter((path) => !known.has(path));
  return [
    ...ignored.map((path) => ({ folder, path, ignored: true })),
    ...[...known].map((path) => ({ folder, path, ignored: false })),
  ];
}

/** So many are asked about at once: a command line has an end. */
const mostPaths = 1000;

async function listOthers(
  runner: ProcessRunner,
  environment: Readonly<Record<string, string | undefined>>,
  asked: { readonly folder: string; readonly flags: readonly string[]; readonly paths: readonly string[] },
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const { folder, flags, paths } = asked;
  const { git, env } = findGit(environment);
  if (git === null) return null;
  const found: string[] = [];
  for (let begin = 0; begin < paths.length; begin += mostPaths) {
    // A monitor that the repository configures would be a program of its own.
    const args = [
      '-C',
      folder,
      '-c',
      'core.fsmonitor=false',
      '--literal-pathspecs',
      'ls-files',
      '-z',
      '--others',
    ];
    const some = paths.slice(begin, begin + mostPaths);
    const told = await runner.run(git, [...args, ...flags, '--', ...some], {
      cwd: '/',
      env,
      timeoutMs,
      signal,
    });
    if (told.exitCode !== 0) return null;
    // What ends with a slash is a repository of its own.
    found.push(...told.stdout.split('\0').filter((path) => /[^/]$/.test(path)));
  }
  return found;
}

/** `git add -N`: git knows of the file, and nothing of its content is staged. Problems: `no-git`, `git-refused` with git's words. */
export async function addToGit(
  runner: ProcessRunner,
  environment: Readonly<Record<string, string | undefined>>,
  { folder, path, ignored }: UntrackedFile,
  signal: AbortSignal,
): Promise<Result<null>> {
  const { git, env } = findGit(environment);
  if (git === null) return failure({ code: 'no-git', message: 'git is not on PATH.', advice: 'Install it.' });
  const args = ['-C', folder, '--literal-pathspecs', 'add', '-N', ...(ignored ? ['-f'] : []), '--', path];
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
