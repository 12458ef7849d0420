/** A Problem as the error that answers a request. */
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Problem } from '../result';

export function problemError({ code, message, advice }: Problem): ResponseError<Problem> {
  const text = advice === null ? message : `${message} ${advice}`;
  return new ResponseError(LSPErrorCodes.RequestFailed, text, { code, message, advice });
}
