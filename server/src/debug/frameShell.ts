/** A shell of its own in the state of one that stands still: its variables, locals too, functions, options, directory, files. */
import type { OpenShellAnswer } from '../protocol/debug';
import { failure, success, type Problem, type Result } from '../result';
import type { Opened } from './debugTarget';
import type { StoppedShell } from './stoppedShell';

/** `program` runs our own command line. Problems: `state-not-told`, those of preparing a shell. */
export async function openFrameShell(
  { engine, derivation }: Opened,
  shell: StoppedShell,
  { interactive, program }: { readonly interactive: boolean; readonly program: readonly string[] },
  signal: AbortSignal,
): Promise<Result<OpenShellAnswer>> {
  const { phase } = shell.phase;
  const state = await shell.state();
  if (state === null) return failure(notTold);
  const wish = { phase, entry: false, interactive, stopped: { phase, state } };
  const prepared = await engine.prepareShell(derivation, wish, () => undefined, signal);
  if (!prepared.ok) return prepared;
  if (prepared.value.kind !== 'ready') return failure(notTold);
  // An editor's own program is Node by this variable alone.
  const variable = process.env['ELECTRON_RUN_AS_NODE'];
  const env: OpenShellAnswer['env'] = variable === undefined ? {} : { ELECTRON_RUN_AS_NODE: variable };
  return success({ command: [...program, 'shell', '--prepared', prepared.value.folder], env, phase });
}

const notTold: Problem = {
  code: 'state-not-told',
  message: 'The stopped shell could not tell its state.',
  advice: 'Look at it in the debug console.',
};
