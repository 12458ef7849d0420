/** The boundary between LSP and us: tokens become AbortSignals, exceptions become a logged line and an empty answer. */
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { CancellationToken } from 'vscode-languageserver/node';
import type { Logger } from '../environment';

/** An AbortSignal for a token; `dispose` ends the subscription. */
export function signalOf(token: CancellationToken): {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
} {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const subscription = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => subscription.dispose() };
}

/**
 * Wraps a request's handler. A ResponseError that it throws reaches the client; every other exception is logged with
 * the request's subject and answered by `empty`. A cancelled request is answered as LSP wants it, whatever the handler
 * made of it, unless `keepsAnswer` says that the answer tells of the cancellation itself.
 */
export function requestHandler<P, R>(
  log: Logger,
  empty: R,
  handler: (params: P, signal: AbortSignal) => R | Promise<R>,
  keepsAnswer = false,
): (params: P, token: CancellationToken) => Promise<R | ResponseError> {
  return async (params, token) => {
    const { signal, dispose } = signalOf(token);
    try {
      const answer = await handler(params, signal);
      if (signal.aborted && !keepsAnswer) return cancelled();
      return answer;
    } catch (error) {
      if (error instanceof ResponseError) return error;
      if (signal.aborted && !keepsAnswer) return cancelled();
      log.error(`A request about ${subjectOf(params)} failed`, error);
      return empty;
    } finally {
      dispose();
    }
  };
}

/** Wraps a notification's handler or a listener: an exception is logged and goes no further. */
export function guarded<P>(log: Logger, what: string, handler: (params: P) => void): (params: P) => void {
  return (params) => {
    try {
      handler(params);
    } catch (error) {
      log.error(`${what} of ${subjectOf(params)} failed`, error);
    }
  };
}

function cancelled(): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
}

/** The URI that a request is about, wherever LSP puts it. */
function subjectOf(params: unknown): string {
  if (typeof params !== 'object' || params === null) return 'the workspace';
  const { uri, textDocument, document } = params as {
    readonly uri?: unknown;
    readonly textDocument?: { readonly uri?: unknown };
    readonly document?: { readonly uri?: unknown };
  };
  const subject = uri ?? textDocument?.uri ?? document?.uri;
  return typeof subject === 'string' ? subject : 'the workspace';
}
