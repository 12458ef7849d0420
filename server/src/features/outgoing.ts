/** Messages to a client that may be gone: then there is nobody to tell, and what runs is being ended. */
import type {
  Connection,
  NotificationType,
  PublishDiagnosticsParams,
  RequestParam,
} from 'vscode-languageserver/node';

/** Sends a notification. Never rejects or throws; resolves when it was handed on, or could not be. */
export function notify<P>(
  connection: Connection,
  type: NotificationType<P>,
  params: RequestParam<P>,
): Promise<void> {
  return quietly(() => connection.sendNotification(type, params));
}

/** Publishes diagnostics, under the same terms. */
export function publish(connection: Connection, params: PublishDiagnosticsParams): Promise<void> {
  return quietly(() => connection.sendDiagnostics(params));
}

/** A connection that was closed throws instead of rejecting. */
export async function quietly(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch {
    // Nobody is there to be told; the end of the connection ends the server.
  }
}
