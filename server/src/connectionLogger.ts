/** The server's log: `window/logMessage`, which every client keeps in a channel of its own. */
import type { RemoteConsole } from 'vscode-languageserver/node';
import { withoutCredentials } from './credentials';
import type { Logger } from './environment';

export function createConnectionLogger(console: RemoteConsole): Logger {
  return {
    info: (message) => write(message, (text) => console.info(text)),
    warn: (message) => write(message, (text) => console.warn(text)),
    error: (message, error) => {
      const whole = error === undefined ? message : `${message}\n${told(error)}`;
      write(whole, (text) => console.error(text));
    },
  };
}

/** Logs are sent to others: credentials in what Nix or a program said stay here. Where the client is gone, standard error is left. */
function write(message: string, send: (text: string) => void): void {
  const text = withoutCredentials(message);
  try {
    send(text);
  } catch {
    process.stderr.write(`phasewise: ${text}\n`);
  }
}

/** An error with its stack, and that of each cause. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${told(error.cause)}`;
}
