/** Deletes paths from the store, as far as Nix lets us. */
import type { Problem } from '../result';
import { stripAnsi } from './ansi';
import type { NixContext } from './commandLine';
import { settingArguments } from './commandLine';
import { withoutPrefix } from './evaluationFailure';
import { pathInfos } from './pathInfo';

export interface Deletion {
  readonly deleted: readonly string[];
  readonly kept: readonly { readonly path: string; readonly problem: Problem }[];
}

/**
 * Deletes those of the paths that nothing else needs; with `ignoreLiveness` all of them. What Nix keeps does not keep it from deleting
 * the others.
 */
export async function deletePaths(
  context: NixContext,
  storePaths: readonly string[],
  ignoreLiveness: boolean,
  signal: AbortSignal,
): Promise<Deletion> {
  const problems = new Map<string, Problem>();
  let rest = [...new Set(storePaths)];
  while (rest.length > 0) {
    const words = await tryToDelete(context, rest, ignoreLiveness, signal);
    if (words === null) break;
    const alive = rest.find((path) => words.includes(`'${path}'`) || words.includes(`"${path}"`));
    const concerned = alive === undefined ? rest : [alive];
    for (const path of concerned) problems.set(path, deletionProblem(path, words, concerned));
    rest = rest.filter((path) => !problems.has(path));
  }
  // Nix may have deleted some of those that were named together with one that it kept.
  const valid = await pathInfos(context, [...problems.keys()], signal);
  const isKept = (path: string): boolean => problems.has(path) && valid?.has(path) !== false;
  return {
    deleted: [...new Set(storePaths)].filter((path) => !isKept(path)),
    kept: [...problems].filter(([path]) => isKept(path)).map(([path, problem]) => ({ path, problem })),
  };
}

/** Null when all went; else Nix's words. */
async function tryToDelete(
  context: NixContext,
  paths: readonly string[],
  ignoreLiveness: boolean,
  signal: AbortSignal,
): Promise<string | null> {
  const flags = ignoreLiveness ? ['--ignore-liveness'] : [];
  const result = await context.runner.run(
    context.installation.programs.nixStore,
    ['--delete', ...settingArguments(context.settings), ...flags, ...paths],
    { env: context.environment, cwd: '/', timeoutMs: 600_000, signal },
  );
  if (result.exitCode === 0) return null;
  if (result.ended === 'cancelled') return 'It was cancelled.';
  const errors = stripAnsi(result.stderr)
    .split('\n')
    .filter((line) => line.startsWith('error:'));
  return errors.length > 0 ? errors.map(withoutPrefix).join('\n') : 'nix-store ended without saying why.';
}

/** What to do about Nix's refusal. Pure. */
export function deletionProblem(path: string, words: string, all: readonly string[] = [path]): Problem {
  if (/still alive|is in use|referenced by/.test(words))
    return {
      code: 'still-alive',
      message: `${path} is still in use.`,
      advice: 'Remove what keeps it, or delete what depends on it as well.',
    };
  if (
    /ignore liveness|not (?:allowed|permitted|privileged)|privileged|Permission denied|Operation not permitted/i.test(
      words,
    )
  )
    return {
      code: 'deletion-refused',
      message: `Nix does not let you delete it: ${words}.`.replace(/\.\.$/, '.'),
      advice: `Its daemon lets only root do that: sudo nix-store --delete --ignore-liveness ${all.join(' ')}; or remove what keeps it and delete it as anyone may.`,
    };
  return { code: 'deletion-failed', message: words, advice: null };
}
