/** Terminals in which a bash stands where a phase is. */
import { ThemeIcon, window, type Terminal, type TerminalOptions } from 'vscode';

export interface ShellProgram extends Pick<TerminalOptions, 'env'> {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly string[];
}

/** Opens it and shows it; a window that is loaded again does not bring it back. */
export function showShell({ name, command, env }: ShellProgram): Terminal {
  const [shellPath = '', ...shellArgs] = command;
  const looks = { iconPath: new ThemeIcon('terminal-bash'), isTransient: true };
  const terminal = window.createTerminal({ name, shellPath, shellArgs, env, ...looks });
  terminal.show();
  return terminal;
}
