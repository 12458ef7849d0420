/** The Nix in use, one for each way in which it is to be called: probed once, shared by all who ask, probed again after `forget`. */
import type { Logger } from '../environment';
import { probeNix } from '../nix/commandLineNix';
import type { NixProbe } from '../nix/nix';
import type { ProcessRunner } from '../nix/process';
import type { Settings } from '../protocol/settings';
import { failure } from '../result';
import { nixName } from '../settings';
import { EvaluatedIn, type EvaluatedDerivation } from './evaluatedIn';

export interface NixProbeParts {
  readonly runner: ProcessRunner;
  readonly expressionsFolder: string;
  readonly nixOptions: (file: string | null) => Settings['nix'];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

export class SharedNixProbes {
  readonly evaluatedIn = new EvaluatedIn();
  /** By what the settings say of it. */
  private readonly probing = new Map<string, Promise<NixProbe>>();
  private closing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: NixProbeParts,
    private readonly lifetime: AbortSignal,
  ) {}

  /** That of a file; of null where none is named. Aborting ends the waiting of this caller only. */
  async get(file: string | null, signal: AbortSignal): Promise<NixProbe> {
    const options = this.parts.nixOptions(file);
    const name = nixName(options);
    const probing = this.probing.get(name) ?? this.probe(options);
    this.probing.set(name, probing);
    if (signal.aborted) return failure(stopped);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => resolve(failure(stopped));
      signal.addEventListener('abort', onAbort, { once: true });
      probing.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  /** The one that knows a derivation. */
  of(derivation: EvaluatedDerivation, signal: AbortSignal): Promise<NixProbe> {
    return this.get(this.evaluatedIn.fileOf(derivation), signal);
  }

  /** The one that knows a store path; for null, and where no evaluation told of it, that of no file. */
  ofPath(path: string | null, signal: AbortSignal): Promise<NixProbe> {
    return this.get(path === null ? null : this.evaluatedIn.fileOfPath(path), signal);
  }

  /** Ends what is kept of all that are in use, but of those that are called in one of these ways. */
  forget(but: readonly Settings['nix'][] = []): void {
    const kept = new Set(but.map(nixName));
    for (const name of this.probing.keys()) if (!kept.has(name)) this.end(name);
  }

  /** Ends what is kept of all that are in use, and of those before. */
  close(): Promise<unknown> {
    this.forget();
    return this.closing;
  }

  private end(name: string): void {
    const ended = this.probing.get(name);
    this.probing.delete(name);
    if (ended !== undefined) this.closing = Promise.all([this.closing, closeProbed(ended)]);
  }

  private probe({ path, store, options, searchPath }: Settings['nix']): Promise<NixProbe> {
    const { runner, expressionsFolder, environment, logger } = this.parts;
    const settings = { store, options, searchPath };
    const defined = Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const request = { path, settings, environment: Object.fromEntries(defined), expressionsFolder };
    return probeNix(runner, request, this.lifetime, (text) => logger.warn(text));
  }
}

async function closeProbed(probing: Promise<NixProbe>): Promise<void> {
  // Who asked is told of a probe that failed.
  const probed = await probing.catch(() => null);
  if (probed?.ok === true) await probed.value.close();
}

const stopped = { code: 'nix-unusable', message: 'Stopped before Nix answered.', advice: null } as const;
