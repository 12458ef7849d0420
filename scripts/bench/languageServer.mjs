// The built language server, asked as an editor asks it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { endWhenInterrupted, projectRoot } from '../bootstrap/commands.mjs';
import { endTree } from '../processTree.mjs';

const patienceMs = 180_000;

/** Starts it for a folder; `env` is its whole environment, sessions go where that says. */
export async function startServer({ folder, env, trusted, settings = {} }) {
  const program = join(projectRoot, 'dist/phasewise.js');
  const child = spawn(process.execPath, [program, 'lsp', '--stdio'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  endWhenInterrupted(child);
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  const server = new Server(connection, child);
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {},
    initializationOptions: { trusted, settings },
  });
  await connection.sendNotification('initialized', {});
  return server;
}

class Server {
  #versions = new Map();

  constructor(connection, child) {
    this.connection = connection;
    this.child = child;
  }

  /** Resolves with the first notification of the method for which `accepts` is true; fails when none comes. */
  next(method, accepts) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listener.dispose();
        reject(new Error(`the server sent no ${method} that was waited for`));
      }, patienceMs);
      const listener = this.connection.onNotification(method, (params) => {
        if (!accepts(params)) return;
        clearTimeout(timer);
        listener.dispose();
        resolve(params);
      });
    });
  }

  /** The first drawing of the document's present version that is at least this true. */
  drawing(uri, accepts) {
    return this.next(
      'phasewise/drawing',
      (drawing) => drawing.uri === uri && drawing.derivations.length > 0 && accepts(drawing),
    );
  }

  open(file, text) {
    const uri = pathToFileURL(file).href;
    this.#versions.set(uri, 1);
    const textDocument = { uri, languageId: 'nix', version: 1, text };
    void this.connection.sendNotification('textDocument/didOpen', { textDocument });
    return uri;
  }

  /** The whole text anew, not saved. */
  change(uri, text) {
    const version = this.#versions.get(uri) + 1;
    this.#versions.set(uri, version);
    void this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  }

  /** Runs phases; fails unless each is ok or skipped. */
  async run(uri, { selection, phase = null, fresh = false }) {
    const result = await this.connection.sendRequest('phasewise/run', {
      ...{ uri, attr: '', selection, phase, fresh },
    });
    const bad = result?.phases.find(({ status }) => status !== 'ok' && status !== 'skipped');
    if (result === null || bad !== undefined) {
      throw new Error(`a run failed: ${bad?.failure?.message ?? 'the server said no more'}`);
    }
    return result;
  }

  /** What the server itself holds in memory, without the programs that it started. */
  residentBytes() {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }

  async end() {
    this.connection.dispose();
    await endTree(this.child.pid);
  }
}
