/** Questions to the store itself. */
import { readFileSync } from 'node:fs';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import { stripAnsi } from './ansi';
import type { NixContext } from './commandLine';
import { settingArguments } from './commandLine';
import type { StoreDerivation } from './derivationFile';
import { parseDerivation } from './derivationFile';
import { withoutPrefix } from './evaluationFailure';
import type { StoreRoot } from './gcRoots';
import { parseRoot } from './gcRoots';
import type { NixInstallation } from './installation';
import { physicalPath } from './storePlace';

/** Paths on one command line: far below what any system takes. */
const batchSize = 500;

/** Reads a `.drv` from the store or from anywhere on the disk; at once, as it is small and most often somebody waits. */
export function readDerivation(installation: NixInstallation, drvPath: string): Result<StoreDerivation> {
  let contents: Uint8Array;
  try {
    contents = readFileSync(physicalPath(drvPath, installation));
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return failure({
      code: 'derivation-missing',
      message: `The store derivation ${drvPath} cannot be read (${why}).`,
      advice: 'It may have been removed by the garbage collector: evaluate the file again.',
    });
  }
  return parseDerivation(drvPath, contents);
}

/** Whether all these paths are valid; false as well when the store cannot be asked. */
export async function areValid(
  context: NixContext,
  storePaths: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  for (let from = 0; from < storePaths.length; from += batchSize) {
    const result = await runStore(
      context,
      ['--check-validity', ...storePaths.slice(from, from + batchSize)],
      signal,
    );
    if (result.exitCode !== 0) return false;
  }
  return true;
}

export async function references(
  context: NixContext,
  storePath: string,
  signal: AbortSignal,
): Promise<Result<readonly string[]>> {
  return query(context, ['--references', storePath], signal);
}

/** The derivation that made this path; `deriver-unknown` when the store does not know (a source, a download). */
export async function deriver(
  context: NixContext,
  storePath: string,
  signal: AbortSignal,
): Promise<Result<string>> {
  const answer = await query(context, ['--deriver', storePath], signal);
  if (!answer.ok) return answer;
  const [path] = answer.value;
  return path === undefined || path === 'unknown-deriver'
    ? failure({
        code: 'deriver-unknown',
        message: `The store does not know which derivation made ${storePath}.`,
        advice: null,
      })
    : success(path);
}

/** All that the inputs of a derivation, and these paths, need at run time, with themselves. The inputs must be built. */
export async function inputClosure(
  context: NixContext,
  derivation: StoreDerivation,
  more: readonly string[],
  signal: AbortSignal,
): Promise<Result<readonly string[]>> {
  const paths = [...derivation.inputSources, ...more];
  for (const [input, names] of Object.entries(derivation.inputDerivations)) {
    const read = readDerivation(context.installation, input);
    if (!read.ok) return read;
    for (const name of names) {
      const path = read.value.outputs[name]?.path ?? '';
      if (path === '') return failure(pathUnknown(input, name));
      paths.push(path);
    }
  }
  const closure = new Set<string>();
  for (let from = 0; from < paths.length; from += batchSize) {
    const answer = await query(context, ['--requisites', ...paths.slice(from, from + batchSize)], signal);
    if (!answer.ok) return answer;
    for (const path of answer.value) closure.add(path);
  }
  return success([...closure]);
}

function pathUnknown(drvPath: string, output: string): Problem {
  return {
    code: 'output-unknown',
    message: `The path of the output ${output} of ${drvPath} is not known before it is built.`,
    advice: null,
  };
}

/** All valid paths that need this one, itself among them. */
export async function referrersClosure(
  context: NixContext,
  storePath: string,
  signal: AbortSignal,
): Promise<Result<readonly string[]>> {
  return query(context, ['--referrers-closure', storePath], signal);
}

/** What keeps these paths from the garbage collector: links and processes. Finding all roots takes seconds where much runs. */
export async function roots(
  context: NixContext,
  storePaths: readonly string[],
  signal: AbortSignal,
): Promise<Result<readonly StoreRoot[]>> {
  const answer = await query(context, ['--roots', ...storePaths], signal);
  return answer.ok ? success(answer.value.flatMap((line) => parseRoot(line) ?? [])) : answer;
}

/** A link that keeps the path, as `nix-build` leaves one. What is no link already is not replaced. */
export async function addRoot(
  context: NixContext,
  link: string,
  storePath: string,
  signal: AbortSignal,
): Promise<Result<null>> {
  // Nix 2.8 makes a direct root without --indirect; later versions ignore it.
  const result = await runStore(context, ['--realise', storePath, '--add-root', link, '--indirect'], signal);
  if (result.exitCode === 0) return success(null);
  const words = withoutPrefix(stripAnsi(result.stderr).trim());
  return failure({ code: 'link-not-made', message: `${link} was not made: ${words}`, advice: null });
}

async function query(
  context: NixContext,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Result<readonly string[]>> {
  const result = await runStore(context, ['--query', ...args], signal);
  if (result.exitCode === 0) return success(result.stdout.split('\n').filter((line) => line !== ''));
  return failure(storeFailure(result, context));
}

function runStore(context: NixContext, args: readonly string[], signal: AbortSignal) {
  return context.runner.run(
    context.installation.programs.nixStore,
    [...settingArguments(context.settings), ...args],
    { env: context.environment, cwd: '/', timeoutMs: 120_000, signal },
  );
}

function storeFailure(
  result: { readonly ended: string; readonly stderr: string },
  context: NixContext,
): Problem {
  if (result.ended === 'cancelled') return { code: 'cancelled', message: 'It was cancelled.', advice: null };
  const words = withoutPrefix(stripAnsi(result.stderr).trim());
  return {
    code: 'store-query-failed',
    message: words === '' ? `${context.installation.programs.nixStore} did not answer.` : words,
    advice: context.installation.storeProblem?.advice ?? null,
  };
}
