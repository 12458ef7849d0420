/** The extension's own log, and the boundary at which a bug in a command becomes a message. */
import { commands, window, type Disposable, type LogOutputChannel } from 'vscode';
import { ServerGone } from './serverGone';

export function createLog(): LogOutputChannel {
  return window.createOutputChannel('Phasewise', { log: true });
}

/** Registers a command; what it throws is logged with its stack and told to the user once. */
export function registerCommand(
  log: LogOutputChannel,
  command: string,
  run: (...args: readonly unknown[]) => unknown,
): Disposable {
  return commands.registerCommand(command, async (...args: readonly unknown[]) => {
    try {
      return await run(...args);
    } catch (error: unknown) {
      report(log, command, error);
      return undefined;
    }
  });
}

/** Lets an event handler start something asynchronous without losing its error. */
export function detached(log: LogOutputChannel, what: string, work: PromiseLike<unknown>): void {
  work.then(undefined, (error: unknown) => {
    log.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  });
}

function report(log: LogOutputChannel, command: string, error: unknown): void {
  log.error(`${command}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  if (error instanceof ServerGone) return;
  const words = error instanceof Error ? error.message : String(error);
  void window.showErrorMessage(`Phasewise: ${words}`, 'Show Log').then((choice) => {
    if (choice !== undefined) log.show();
  });
}
