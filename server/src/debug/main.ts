/** Composition root of the debug adapter: serves one client on two streams until it has gone. */
import type { Readable, Writable } from 'node:stream';
import type { BashParser } from '../bash/bashParser';
import type { Logger } from '../environment';
import type { Result } from '../result';
import { Adapter } from './adapter';
import type { Opened } from './debugTarget';
import type { Launch } from './launchArguments';
import { ProtocolConnection } from './protocolConnection';

export interface DebugWorld {
  readonly input: Readable;
  readonly output: Writable;
  readonly logger: Logger;
  open(launch: Launch): Promise<Result<Opened>>;
  bash(): Promise<BashParser>;
}

/** Resolves when the client has gone, or the signal came, and nothing of its session runs any more. */
export function serveDebugAdapter(world: DebugWorld, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => void adapter.end().then(resolve, resolve);
    const connection = new ProtocolConnection(world.input, world.output, end);
    const adapter = new Adapter({
      connection,
      open: (launch) => world.open(launch),
      bash: () => world.bash(),
      onEnd: end,
      onBug: (error) => world.logger.error('A debug request failed.', error),
    });
    signal.addEventListener('abort', end, { once: true });
  });
}
