/** The Nix in use: probed once, shared by all who ask, probed again after `forget`. */
import type { Logger } from '../environment';
import { probeNix } from '../nix/commandLineNix';
import type { NixProbe } from '../nix/nix';
import type { ProcessRunner } from '../nix/process';
import type { Settings } from '../protocol/settings';
import { failure } from '../result';

export interface NixProbeParts {
  readonly runner: ProcessRunner;
  readonly expressionsFolder: string;
  readonly nixOptions: () => Settings['nix'];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

export class SharedNixProbe {
  private probing: Promise<NixProbe> | null = null;
  private closing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: NixProbeParts,
    private readonly lifetime: AbortSignal,
  ) {}

  /** Aborting ends the waiting of this caller only. */
  async get(signal: AbortSignal): Promise<NixProbe> {
    this.probing ??= this.probe();
    if (signal.aborted) return failure(stopped);
    const { probing } = this;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => resolve(failure(stopped));
      signal.addEventListener('abort', onAbort, { once: true });
      probing.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  forget(): void {
    void this.close();
  }

  /** Ends what is kept of the Nix in use, and of those before it. */
  close(): Promise<unknown> {
    const { probing } = this;
    this.probing = null;
    this.closing = Promise.all([this.closing, closeProbed(probing)]);
    return this.closing;
  }

  private probe(): Promise<NixProbe> {
    const { runner, expressionsFolder, nixOptions, environment, logger } = this.parts;
    const { path, store, options, searchPath } = nixOptions();
    const settings = { store, options, searchPath };
    const defined = Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const request = { path, settings, environment: Object.fromEntries(defined), expressionsFolder };
    return probeNix(runner, request, this.lifetime, (text) => logger.warn(text));
  }
}

async function closeProbed(probing: Promise<NixProbe> | null): Promise<void> {
  // Who asked is told of a probe that failed.
  const probed = await probing?.catch(() => null);
  if (probed?.ok === true) await probed.value.close();
}

const stopped = { code: 'nix-unusable', message: 'Stopped before Nix answered.', advice: null } as const;
