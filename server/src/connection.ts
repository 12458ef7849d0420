/** A language server's life in a process: from its streams' first byte to an end that leaves nothing running. */
import { createConnection } from 'vscode-languageserver';
import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { Connection, MessageReader, MessageWriter } from 'vscode-languageserver/node';

export interface Transport {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
  /** Calls the listener once the other side is gone. */
  onGone(listener: () => void): void;
}

/** What a connection serves; ended before the process is. */
export interface Served {
  dispose(): Promise<void>;
}

/** How long the end of everything may take before the process ends without it. */
const patienceMs = 8000;
const clientCheckMs = 3000;

/**
 * Serves one client until it asks to exit, its process is gone or the stream closes; then disposes of what was served
 * and calls `exit` once, with 0 when the client had asked for shutdown first, else 1. Answers a function that ends it
 * the same way, with a code of the caller's.
 */
export function serve(
  transport: Transport,
  start: (connection: Connection) => Served,
  exit: (code: number) => void,
): (code: number) => void {
  let ending = false;
  let clientCheck: NodeJS.Timeout | null = null;
  const end = (code: number): void => {
    if (ending) return;
    ending = true;
    if (clientCheck !== null) clearInterval(clientCheck);
    const hurry = setTimeout(() => exit(code), patienceMs);
    void served
      .dispose()
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(hurry);
        exit(code);
      });
  };
  const watchDog = {
    shutdownReceived: false,
    initialize: ({ processId }: { readonly processId: number | null }): void => {
      if (processId === null) return;
      clientCheck = setInterval(() => {
        if (!isAlive(processId)) end(1);
      }, clientCheckMs).unref();
    },
    exit: end,
  };
  const connection = createConnection((logger) => {
    const protocol = createProtocolConnection(transport.reader, transport.writer, logger);
    protocol.onClose(() => end(watchDog.shutdownReceived ? 0 : 1));
    return protocol;
  }, watchDog);
  const served = start(connection);
  transport.onGone(() => end(watchDog.shutdownReceived ? 0 : 1));
  connection.listen();
  return end;
}

/** Standard input and output. */
export function stdioTransport(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Transport {
  return {
    reader: new StreamMessageReader(input),
    writer: new StreamMessageWriter(output),
    onGone: (listener) => {
      input.on('end', listener);
      input.on('close', listener);
      output.on('error', listener);
    },
  };
}

/** The channel to the process that forked this one. */
export function ipcTransport(): Transport {
  return {
    reader: new IPCMessageReader(process),
    writer: new IPCMessageWriter(process),
    onGone: (listener) => process.on('disconnect', listener),
  };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
