/** The server ended before it answered. The status bar tells that, so that no message needs to. */
export class ServerGone extends Error {
  constructor() {
    super('The language server ended before it answered.');
  }
}
