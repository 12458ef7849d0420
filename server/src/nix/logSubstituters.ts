/**
 * Logs that substituters have (`nix log`; `nix-store -l` asks the store alone). Each is asked by itself, so that one that is down
 * neither hides nor delays the others, and is not waited for twice.
 */
import type { NixContext } from './commandLine';
import { settingArguments } from './commandLine';
import type { Substituters } from './substituters';

/** Without a byte of a log after so long it is taken for down. */
const patienceMs = 10_000;
/** Nix's own words (`filetransfer.cc`) when a substituter could not be reached at all. */
const unreachable = /unable to download|could not connect|couldn't connect|timed? ?out|could not resolve/i;
const features = ['--extra-experimental-features', 'nix-command'] as const;
/** Nix would try five times, with pauses. */
const impatient = ['--option', 'connect-timeout', '5', '--option', 'download-attempts', '1'] as const;

/** Streams the log from the first that has it; false when none has. */
export async function readSubstitutedLog(
  context: NixContext,
  substituters: Substituters,
  storePath: string,
  onChunk: (chunk: Uint8Array) => void,
  signal: AbortSignal,
): Promise<boolean> {
  for (const substituter of (await substituters.list(signal)).answering) {
    if (signal.aborted) return false;
    const { found, down } = await readFrom(context, substituter, storePath, onChunk, signal);
    if (found) return true;
    if (down) substituters.fellSilent(substituter);
  }
  return false;
}

async function readFrom(
  { installation, runner, settings, environment }: NixContext,
  substituter: string,
  storePath: string,
  onChunk: (chunk: Uint8Array) => void,
  signal: AbortSignal,
): Promise<{ readonly found: boolean; readonly down: boolean }> {
  const own = ['--option', 'substituters', substituter];
  const args = [...features, 'log', ...settingArguments(settings), ...own, ...impatient, storePath];
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  const result = await runner.run(installation.programs.nix, args, {
    env: { ...environment, PAGER: 'cat', NIX_PAGER: 'cat' },
    cwd: '/',
    signal: AbortSignal.any([signal, patience.signal]),
    onStdout: (chunk) => {
      clearTimeout(timer);
      onChunk(chunk);
    },
  });
  clearTimeout(timer);
  const found = result.exitCode === 0;
  const gaveUp = patience.signal.aborted || unreachable.test(result.stderr);
  return { found, down: !found && !signal.aborted && gaveUp };
}
