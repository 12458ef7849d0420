/** Composition root of the debug adapter: serves one client on two streams until it has gone. */
import type { Readable, Writable } from 'node:stream';
import type { Logger } from '../environment';
import { Adapter } from './adapter';
import type { TargetParts } from './debugTarget';
import { ProtocolConnection } from './protocolConnection';

export interface DebugWorld extends TargetParts {
  readonly input: Readable;
  readonly output: Writable;
  readonly logger: Logger;
  /** Program and arguments that run our own command line. */
  readonly program: readonly string[];
}

/** Resolves when the client has gone, or the signal came, and nothing of its session runs any more. */
export function serveDebugAdapter(world: DebugWorld, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => void adapter.end().then(resolve, resolve);
    const connection = new ProtocolConnection(world.input, world.output, end);
    const adapter = new Adapter({
      connection,
      program: world.program,
      open: (launch) => world.open(launch),
      bash: () => world.bash(),
      debugEvaluation: (launch, handlers) => world.debugEvaluation(launch, handlers),
      isExpression: (text) => world.isExpression(text),
      onEnd: end,
      onBug: (error) => world.logger.error('A debug request failed.', error),
    });
    signal.addEventListener('abort', end, { once: true });
  });
}
