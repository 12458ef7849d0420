/** `nix flake lock`: writes the inputs of a flake that its lock file does not name. */
import { dirname } from 'node:path';
import { failure, stopped, success, type Problem, type Result } from '../result';
import { stripAnsi } from './ansi';
import { settingArguments, type NixContext } from './commandLine';
import { withoutPrefix } from './evaluationFailure';

/** `file`: absolute path of the `flake.nix`. Fails with `not-locked` and Nix's own words, or `cancelled`. */
export async function lockFlake(
  { installation, runner, settings, environment }: NixContext,
  file: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<Result<null>> {
  const features = ['--extra-experimental-features', 'nix-command flakes'];
  // Which tree it is, and of which repository, is Nix's own to find out.
  const args = [...features, 'flake', 'lock', ...settingArguments(settings), '.'];
  const decoder = new TextDecoder();
  const onStderr = (chunk: Uint8Array) => {
    const line = stripAnsi(decoder.decode(chunk, { stream: true }))
      .trim()
      .split('\n')
      .at(-1);
    if (line !== undefined && line !== '') onLine(line);
  };
  const { exitCode, ended, stderr } = await runner.run(installation.programs.nix, args, {
    env: environment,
    cwd: dirname(file),
    onStderr,
    signal,
  });
  if (ended === 'cancelled') return failure(stopped);
  return exitCode === 0 ? success(null) : failure(notLocked(withoutPrefix(stripAnsi(stderr).trim())));
}

function notLocked(words: string): Problem {
  return {
    code: 'not-locked',
    message: `The inputs of this flake could not be locked: ${words === '' ? 'Nix does not say why' : words}`,
    advice: null,
  };
}
