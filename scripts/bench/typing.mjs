// Somebody who types in a file: how long the server takes from each letter to what may follow it and to a hover.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './rows.mjs';

const pauseMs = 80;
const text = 'let pkgs = { hello = 1; help = 2; }; in {\n  name = "typed";\n  value = pkgs.';

export class Typist {
  #server;
  #uri;
  #typed = '';

  /** `file` must not be one that is being built: its text changes all the time. */
  constructor(server, file) {
    this.#server = server;
    this.#uri = server.open(file, `${text};\n}\n`);
  }

  /** Types until `over` says that it is enough, at least `least` letters; the middle of how long the answers took, in milliseconds. */
  async type(over, least) {
    const times = [];
    while (times.length < least || !over()) {
      times.push(await this.#letter());
      await sleep(pauseMs);
    }
    return median(times.length % 2 === 0 ? times.slice(1) : times);
  }

  async #letter() {
    this.#typed = this.#typed.length < 3 ? `${this.#typed}h` : '';
    const started = performance.now();
    this.#server.change(this.#uri, `${text}${this.#typed};\n}\n`);
    const textDocument = { uri: this.#uri };
    const position = { line: 2, character: '  value = pkgs.'.length + this.#typed.length };
    const { connection } = this.#server;
    await connection.sendRequest('textDocument/completion', { textDocument, position });
    await connection.sendRequest('textDocument/hover', {
      textDocument,
      position: { line: 2, character: 12 },
    });
    return performance.now() - started;
  }
}
