/** What a client launches the debug adapter with, and the adapter's requests beyond the Debug Adapter Protocol. */
import type { Settings } from './settings';

/** The debugger's type in launch configurations. */
export const debugType = 'phasewise';

/** Settings of the editor that the adapter, a process of its own, has to be told. */
export interface DebugSettings {
  readonly nix: Settings['nix'];
  readonly callPackage: boolean;
  readonly isolation: Settings['phases']['isolation'];
}

/** Arguments of the request `launch`; `package.json` describes the same names (a test compares). */
export interface LaunchArguments {
  /** A `.nix` file, a folder with `default.nix`, a `.drv`, or `DIR#ATTR` of a flake. */
  readonly program: string;
  readonly attr?: string;
  /** Debug what Nix evaluates, by Nix's own debugger (2.9 or newer), in place of the phases. */
  readonly evaluate?: boolean;
  /** Stop before the first command. */
  readonly stopOnEntry?: boolean;
  /** Stop at a command that fails, before it ends the phase; default: true. */
  readonly stopOnFailure?: boolean;
  /** The phase to begin with; default: the first with a breakpoint, else the first. */
  readonly from?: string;
  /** The last phase to run; default: the last of all. */
  readonly until?: string;
  /** Step over what stdenv itself and setup hooks bring; default: true. */
  readonly skipStdenv?: boolean;
  readonly settings?: DebugSettings;
  /** The text of `program` in its editor, where it is not saved; for an evaluation. */
  readonly unsaved?: string;
}

export interface DebugThreadArguments {
  readonly threadId: number;
}

/** Client to adapter: a command failed and stopped; goes on as if `|| true` stood behind it. */
export const ignoreFailureRequest = 'phasewise/ignoreFailure';
/** Client to adapter: goes on without running the command at which it stopped. */
export const skipCommandRequest = 'phasewise/skipCommand';
/**
 * Client to adapter: prepares a shell where a stopped thread stands, on a copy of the files as they are now; answers an `OpenShellAnswer`.
 * What is done there disturbs nothing.
 */
export const openShellRequest = 'phasewise/openShell';

export interface OpenShellArguments extends DebugThreadArguments {
  /** False for a shell that reads commands from its standard input; default: true, at a terminal. */
  readonly interactive?: boolean;
}

export interface OpenShellAnswer {
  /** Program and arguments: at a terminal they are the shell, which removes all that it had when it is left. */
  readonly command: readonly string[];
  /** What is at work in these variables of the environment is needed by the program. */
  readonly env: Readonly<Record<string, string>>;
  /** The phase that stands still. */
  readonly phase: string;
}

/** Client to adapter: ends the phase and begins it again, with the files from before it. */
export const restartPhaseRequest = 'phasewise/restartPhase';
