/** The server's log: `window/logMessage`, which every client keeps in a channel of its own. */
import type { RemoteConsole } from 'vscode-languageserver/node';
import type { Logger } from './environment';

export function createConnectionLogger(console: RemoteConsole): Logger {
  return {
    info: (message) => write(message, () => console.info(message)),
    warn: (message) => write(message, () => console.warn(message)),
    error: (message, error) => {
      const text = error === undefined ? message : `${message}\n${told(error)}`;
      write(text, () => console.error(text));
    },
  };
}

/** Where the client is gone, standard error is left. */
function write(message: string, send: () => void): void {
  try {
    send();
  } catch {
    process.stderr.write(`phasewise: ${message}\n`);
  }
}

/** An error with its stack, and that of each cause. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${told(error.cause)}`;
}
