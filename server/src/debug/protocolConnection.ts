/** The Debug Adapter Protocol's base: messages with a length before them, on two streams. */
import type { Readable, Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';

type Handler = (request: DebugProtocol.Request) => void;

const headerEnd = '\r\n\r\n';

export class ProtocolConnection {
  private pending = Buffer.alloc(0);
  private sequence = 0;
  private handler: Handler = () => undefined;

  /** `onEnd` is called once, when the client has gone. */
  constructor(
    input: Readable,
    private readonly output: Writable,
    onEnd: () => void,
  ) {
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      onEnd();
    };
    input.on('data', (chunk: Buffer) => this.receive(chunk));
    input.on('end', end).on('close', end).on('error', end);
    output.on('error', end);
  }

  onRequest(handler: Handler): void {
    this.handler = handler;
  }

  event(event: string, body?: unknown): void {
    this.send({ type: 'event', event, ...(body === undefined ? {} : { body }) });
  }

  respond(request: DebugProtocol.Request, body?: unknown): void {
    this.answer(request, { success: true, ...(body === undefined ? {} : { body }) });
  }

  /** `format` is for the user, where `shown` in a dialog. */
  refuse(request: DebugProtocol.Request, format: string, shown = false): void {
    const error: DebugProtocol.Message = { id: 1, format: format.replaceAll('{', '('), showUser: shown };
    this.answer(request, { success: false, message: format, body: { error } });
  }

  private answer({ seq, command }: DebugProtocol.Request, rest: object): void {
    this.send({ type: 'response', request_seq: seq, command, ...rest });
  }

  private send(message: object): void {
    const text = JSON.stringify({ seq: ++this.sequence, ...message });
    this.output.write(`Content-Length: ${Buffer.byteLength(text)}${headerEnd}${text}`);
  }

  private receive(chunk: Buffer): void {
    this.pending = Buffer.concat([this.pending, chunk]);
    for (;;) {
      const header = this.pending.indexOf(headerEnd);
      if (header < 0) return;
      const length = Number(/Content-Length: *(\d+)/i.exec(this.pending.toString('latin1', 0, header))?.[1]);
      const start = header + headerEnd.length;
      if (!(length >= 0)) {
        // Not a message: what follows may be one.
        this.pending = this.pending.subarray(start);
        continue;
      }
      if (this.pending.length < start + length) return;
      const text = this.pending.toString('utf8', start, start + length);
      this.pending = this.pending.subarray(start + length);
      const message = parsed(text);
      if (message?.type === 'request') this.handler(message as DebugProtocol.Request);
    }
  }
}

function parsed(text: string): DebugProtocol.ProtocolMessage | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as DebugProtocol.ProtocolMessage) : null;
  } catch {
    return null;
  }
}
