/** Asks the server what takes a while: a notification tells that it goes on, and ends it. */
import { ProgressLocation, window, type CancellationToken } from 'vscode';
import type { LanguageServer, ServerRequests } from './languageServer';

/** Null when the user ended it; rejects as the request does. */
export async function askWithProgress<T>(
  server: LanguageServer,
  title: string,
  ask: (requests: ServerRequests, token: CancellationToken) => Promise<T>,
): Promise<T | null> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(options, async (_, token) => {
    try {
      return await server.ask((requests) => ask(requests, token));
    } catch (error: unknown) {
      if (token.isCancellationRequested) return null;
      throw error;
    }
  });
}
