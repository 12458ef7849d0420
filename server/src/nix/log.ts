/** Logs of finished builds. */
import { dirname, join } from 'node:path';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import { stripAnsi } from './ansi';
import type { NixContext } from './commandLine';
import { settingArguments } from './commandLine';
import type { NixInstallation } from './installation';
import { withoutPrefix } from './evaluationFailure';
import { readSubstitutedLog } from './logSubstituters';
import type { Substituters } from './substituters';

/** Streams `nix-store -l`, else what a substituter has; `log-missing` when none has one, `cancelled` when the caller gave up. */
export async function readLog(
  context: NixContext,
  substituters: Substituters,
  storePath: string,
  onChunk: (chunk: Uint8Array) => void,
  signal: AbortSignal,
): Promise<Result<null>> {
  const result = await context.runner.run(
    context.installation.programs.nixStore,
    ['--read-log', ...settingArguments(context.settings), storePath],
    { env: { ...context.environment, PAGER: 'cat', NIX_PAGER: 'cat' }, cwd: '/', signal, onStdout: onChunk },
  );
  if (result.ended === 'cancelled') return failure(cancelled);
  if (result.exitCode === 0) return success(null);
  if (await readSubstitutedLog(context, substituters, storePath, onChunk, signal)) return success(null);
  if (signal.aborted) return failure(cancelled);
  const words = withoutPrefix(stripAnsi(result.stderr).trim());
  return failure({
    code: 'log-missing',
    message: words === '' ? `There is no build log of ${storePath}.` : words,
    advice: 'Build it; neither this store nor a substituter of yours kept one.',
  });
}

const cancelled: Problem = { code: 'cancelled', message: 'Reading the log was cancelled.', advice: null };

/**
 * Where Nix may have a derivation's log on this machine (`local-fs-store.cc`: `drvs`, the first two characters of the name as a
 * folder), packed or not.
 */
export function nixLogFiles(
  { physicalStoreDir }: Pick<NixInstallation, 'physicalStoreDir'>,
  environment: Readonly<Record<string, string | undefined>>,
  drvPath: string,
): readonly string[] {
  const folder = environment['NIX_LOG_DIR'] ?? join(dirname(physicalStoreDir), 'var/log/nix');
  const base = drvPath.slice(drvPath.lastIndexOf('/') + 1);
  const path = join(folder, 'drvs', base.slice(0, 2), base.slice(2));
  return [`${path}.bz2`, path];
}
