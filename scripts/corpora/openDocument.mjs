// A document of a corpus that is open in the language server.

/** A document that is open in the server, and what the server last said of it. */
export class OpenDocument {
  #drawing = null;
  #entry = null;

  constructor(server, file, text) {
    this.server = server;
    this.file = file;
    this.text = text;
  }

  open() {
    return this.#settled(() => (this.uri = this.server.open(this.file, this.text)), 1);
  }

  change(text) {
    const version = (this.version ?? 1) + 1;
    this.version = version;
    return this.#settled(() => this.server.change(this.uri, text), version);
  }

  close() {
    const textDocument = { uri: this.uri };
    void this.server.connection.sendNotification('textDocument/didClose', { textDocument });
  }

  /** The derivation as it was last drawn with Nix; undefined when Nix gave none. */
  get drawn() {
    return this.#drawing.derivations.find(({ source }) => source !== 'static');
  }

  /** The attribute of the set under which the file is evaluated; null where it is evaluated as it stands. */
  get entry() {
    return this.#entry?.serves === true ? this.#entry.attr : null;
  }

  /** `attr`: which of several that the file makes, where it is among them. */
  answer(attr = null) {
    const isAsked = (derivation) =>
      derivation.source !== 'static' && derivation.attr.split('.').at(-1) === attr;
    const named = this.#drawing.derivations.find(isAsked);
    const drawn = named ?? this.drawn;
    const { entry } = this;
    // While a text has an error, what was true before is shown.
    const stale = drawn?.note?.startsWith('Drawn as it was last evaluated') === true;
    const drvPath = drawn === undefined || stale ? null : drawn.drvPath;
    const told = drawn?.note ?? this.#drawing.message ?? 'no derivation';
    return { drvPath, told: `none (${told})`, entry: entry === null || named === undefined ? entry : attr };
  }

  /** Until all that is asked of this version is answered. */
  async #settled(action, version) {
    const isLast = (drawing) => drawing.uri === this.uri && drawing.version === version && !drawing.busy;
    const drawn = this.server.next('phasewise/drawing', isLast);
    const kinds = this.server.connection.onNotification('phasewise/fileKind', ({ uri, entry }) => {
      if (uri === this.uri) this.#entry = entry;
    });
    action();
    this.#drawing = await drawn;
    // It is told beside the drawing.
    await this.server.connection.sendRequest('phasewise/entries', { uri: this.uri });
    kinds.dispose();
  }
}
