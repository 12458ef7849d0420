/** A client of the debug adapter, as an editor without VS Code would be: the built program over its standard streams. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { program } from '../support/commandLine';
import { nixEnvironment } from '../support/nixEnvironment';

type Event = DebugProtocol.Event;

export interface Stop {
  readonly reason: string;
  readonly threadId: number;
  readonly hitBreakpointIds?: readonly number[];
  readonly text?: string;
  readonly description?: string;
}

export class DebugClient {
  readonly events: Event[] = [];
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (response: DebugProtocol.Response) => void>();
  private readonly watching = new Set<() => void>();
  private pending = Buffer.alloc(0);
  private sequence = 0;
  private seen = 0;
  readonly exited: Promise<number | null>;
  stderr = '';

  constructor(env: Readonly<Record<string, string>>) {
    assert.ok(existsSync(program), 'dist/phasewise.js is missing: npm run build');
    this.child = spawn(process.execPath, [program, 'dap'], {
      env: { ...nixEnvironment(), NIX_PATH: '', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => this.receive(chunk));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child.stdin?.on('error', () => undefined);
    this.exited = new Promise((resolve) => this.child.on('close', (code) => resolve(code)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The editor is gone. */
  closeInput(): void {
    this.child.stdin?.end();
  }

  /** The whole answer, also when it is a refusal. */
  ask(command: string, args: object = {}): Promise<DebugProtocol.Response> {
    const seq = ++this.sequence;
    const text = JSON.stringify({ seq, type: 'request', command, arguments: args });
    const answer = new Promise<DebugProtocol.Response>((resolve) => this.waiting.set(seq, resolve));
    this.child.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return answer;
  }

  async request<T>(command: string, args: object = {}): Promise<T> {
    const answer = await this.ask(command, args);
    assert.ok(answer.success, `${command}: ${answer.message ?? ''} ${this.stderr}`);
    return answer.body as T;
  }

  /** The next event of one of these names that no earlier call gave; waits for it. */
  async next(...names: readonly string[]): Promise<Event> {
    for (;;) {
      for (; this.seen < this.events.length; this.seen++) {
        const event = this.events[this.seen];
        if (event === undefined || !names.includes(event.event)) continue;
        this.seen++;
        return event;
      }
      await new Promise<void>((resolve) => this.watching.add(resolve));
    }
  }

  /** Waits for a stop; fails when the session ends instead. */
  async stop(): Promise<Stop> {
    const event = await this.next('stopped', 'terminated');
    assert.equal(event.event, 'stopped', `it ended: ${this.output()} ${this.stderr}`);
    return event.body as Stop;
  }

  /** Waits for the end; fails when it stops before. Gives the exit code. */
  async end(): Promise<number> {
    const event = await this.next('stopped', 'exited');
    assert.equal(event.event, 'exited', `it stopped: ${JSON.stringify(event.body)}`);
    const { exitCode } = event.body as { exitCode: number };
    await this.next('terminated');
    return exitCode;
  }

  output(category?: string): string {
    return this.events
      .filter(({ event }) => event === 'output')
      .map(({ body }) => body as DebugProtocol.OutputEvent['body'])
      .filter((body) => category === undefined || body.category === category)
      .map((body) => body.output)
      .join('');
  }

  async frames(threadId = 1): Promise<readonly DebugProtocol.StackFrame[]> {
    const { stackFrames } = await this.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
      threadId,
    });
    return stackFrames;
  }

  /** Where it stands: name of the file or text, and line. */
  async place(threadId = 1): Promise<string> {
    const [frame] = await this.frames(threadId);
    return `${frame?.source?.name ?? frame?.name ?? 'nowhere'}:${frame?.line ?? 0}`;
  }

  async scope(name: string, threadId = 1): Promise<DebugProtocol.Scope> {
    const [frame] = await this.frames(threadId);
    const { scopes } = await this.request<DebugProtocol.ScopesResponse['body']>('scopes', {
      frameId: frame?.id,
    });
    const found = scopes.find((scope) => scope.name === name);
    assert.ok(found, `no scope ${name}`);
    return found;
  }

  async variables(
    variablesReference: number,
    paging: object = {},
  ): Promise<readonly DebugProtocol.Variable[]> {
    const args = { variablesReference, ...paging };
    return (await this.request<DebugProtocol.VariablesResponse['body']>('variables', args)).variables;
  }

  async evaluate(expression: string, context = 'repl', threadId = 1): Promise<string> {
    const [frame] = await this.frames(threadId);
    const args = { expression, context, frameId: frame?.id };
    return (await this.request<DebugProtocol.EvaluateResponse['body']>('evaluate', args)).result;
  }

  async resume(command: string, threadId = 1): Promise<void> {
    await this.request(command, { threadId });
  }

  /** `initialize` and `launch` up to where breakpoints are set. */
  async launch(args: object): Promise<void> {
    await this.request('initialize', { adapterID: 'phasewise', clientID: 'test' });
    await this.request('launch', args);
    await this.next('initialized');
  }

  async setLines(path: string, ...breakpoints: readonly (number | DebugProtocol.SourceBreakpoint)[]) {
    const wanted = breakpoints.map((one) => (typeof one === 'number' ? { line: one } : one));
    const args = { source: { path }, breakpoints: wanted };
    return (await this.request<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', args))
      .breakpoints;
  }

  async setFunctions(...names: readonly string[]): Promise<readonly DebugProtocol.Breakpoint[]> {
    const args = { breakpoints: names.map((name) => ({ name })) };
    type Body = DebugProtocol.SetFunctionBreakpointsResponse['body'];
    return (await this.request<Body>('setFunctionBreakpoints', args)).breakpoints;
  }

  async begin(): Promise<void> {
    await this.request('configurationDone');
  }

  /** Ends the session and the adapter. */
  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      void this.ask('disconnect');
      this.closeInput();
    }
    await this.exited;
  }

  private receive(chunk: Buffer): void {
    this.pending = Buffer.concat([this.pending, chunk]);
    for (;;) {
      const header = this.pending.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.pending.toString('latin1', 0, header))?.[1]);
      if (header < 0 || this.pending.length < header + 4 + length) return;
      const text = this.pending.toString('utf8', header + 4, header + 4 + length);
      this.pending = this.pending.subarray(header + 4 + length);
      this.take(JSON.parse(text) as DebugProtocol.ProtocolMessage);
    }
  }

  private take(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === 'response') {
      const response = message as DebugProtocol.Response;
      this.waiting.get(response.request_seq)?.(response);
      this.waiting.delete(response.request_seq);
      return;
    }
    this.events.push(message as Event);
    for (const wake of this.watching) wake();
    this.watching.clear();
  }
}
