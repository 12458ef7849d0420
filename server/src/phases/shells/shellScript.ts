/** The files that a shell at a moment of a session reads before its first command (`driver/shell.sh`). Pure. */
import type { SessionMoment, StoppedMoment } from '../sessionMoment';
import { restoringScript } from '../shellState';
import { quoteForShell } from '../structuredAttrs';

export interface ShellScriptSettings {
  readonly controlFolder: string;
  readonly driverFolder: string;
  /** Whether the shell was loaded through descriptor 9, which is then its own no more. */
  readonly cameFromOutside: boolean;
  readonly structure: 'phases' | 'buildCommand' | 'builder';
  /** The package's name, for the prompt. */
  readonly name: string;
}

/** The rcfile: where things are, what the prompt says, then the driver's own script. */
export function rcScript(settings: ShellScriptSettings, moment: SessionMoment | StoppedMoment): string {
  const variables = {
    folder: settings.controlFolder,
    driver: settings.driverFolder,
    structure: settings.structure,
    label: label(settings.name, moment),
    colour: moment.kind === 'failure' ? '31' : '34',
  };
  const lines = Object.entries(variables).map(
    ([name, value]) => `__phasewise_${name}=${quoteForShell(value)}\n`,
  );
  const own = settings.cameFromOutside ? 'exec 9<&-\nBASH_ARGV0=bash\n' : '';
  return `${own}${lines.join('')}source "$__phasewise_driver/shell.sh"\n`;
}

/** e.g. `hello buildPhase`; control characters would make the prompt another. */
export function label(name: string, { kind, phase }: SessionMoment | StoppedMoment): string {
  const here = phase ?? '';
  const at = { end: 'done', failure: `${here} failed`, stop: `${here} stopped`, entry: here }[kind];
  return `${name} ${at}`.replaceAll(/[^\x20-\x7e]/g, '?');
}

/**
 * A person's shell edits lines, keeps a history, controls jobs, and does not end at the first typo; the rest is the state's.
 * The compatibility level and how the shell was started cannot be set.
 */
const leftAsTheyAre =
  / (?:compat\d+|login_shell|restricted_shell|emacs|vi|history|histexpand|monitor|notify|errexit|xtrace|verbose|noexec|onecmd)$/;

/** Brings the moment's state back; as bytes in latin1. `rewrite` names the work directory anew. */
export function restoringFile(
  { state, script }: SessionMoment | StoppedMoment,
  rewrite: (text: string) => string,
): string {
  return state === null ? '' : rewrite(restoringScript(state, leftAsTheyAre) + script);
}
