/** Messages about which open documents somebody looks at. */
import { NotificationType } from 'vscode-languageserver-protocol';

export interface ShownParams {
  /** URIs of documents whose text or derivations are seen: in an editor, or in a view. Instead of those before. */
  readonly uris: readonly string[];
}
/**
 * Client to server, whenever it changes, from a client that said `tellsShown` at the start: until then none is shown. What takes long (evaluation,
 * shellcheck, options) waits until its document is shown.
 */
export const shownNotification = new NotificationType<ShownParams>('phasewise/shown');
