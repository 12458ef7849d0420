/** Looks for what no package is known to bring by going through a whole set: one at a time, giving way to all else. */
import type { EvaluationOptions } from '../nix/nix';
import type { Derivation, Failure } from '../protocol/model';
import type { EngineParts } from './engineParts';
import { inputFix, missingIn, openFix } from './failureFix';
import type { PackageCollections } from './packageCollections';
import { firstAsked, question, type PackageSearch } from './packageQuestions';
import { surveyed } from './packageSurvey';
import type { SourceTexts } from './sourceTexts';
import type { EngineWork } from './storeActions';

export interface SoughtParts extends Pick<EngineParts, 'assets'> {
  readonly sources: SourceTexts;
  readonly collections: PackageCollections;
}

export interface SoughtProgress {
  /** Names of the set that were looked at, of all that it has. */
  readonly done: number;
  readonly total: number;
}

export interface SoughtRequest {
  readonly derivation: Derivation;
  readonly failed: Failure;
  readonly limits: Pick<EvaluationOptions, 'timeoutMs' | 'memoryLimitMb'>;
  readonly onProgress: (progress: SoughtProgress) => void;
}

/** A set that takes longer is gone on with at the next failure. */
const patienceMs = 15 * 60_000;

export class SoughtPackages {
  /** Settled when the last one that began has ended. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly engine: Pick<EngineWork, 'work' | 'nixOfPath'>,
    private readonly parts: SoughtParts,
  ) {}

  /** The failure with the edits that mend it; null when nothing brings it, or it was stopped. What was looked at until then is kept. */
  find(request: SoughtRequest, signal: AbortSignal): Promise<Failure | null> {
    return this.engine.work(signal, (both) => {
      const found = this.last.then(() => (both.aborted ? null : this.findAlone(request, both)));
      this.last = found.catch(() => null);
      return found;
    });
  }

  private async findAlone(request: SoughtRequest, signal: AbortSignal): Promise<Failure | null> {
    const { derivation, failed } = request;
    const { sought } = failed;
    const nix = await this.engine.nixOfPath(derivation.drvPath, signal);
    if (sought == null || !nix.ok) return null;
    const { sources, collections, assets } = this.parts;
    const search = { sources, collections, nix: nix.value, expressionsFolder: assets.expressionsFolder };
    await this.collect(search, request, signal);
    if (signal.aborted) return null;
    const { kind, name, attribute, cause } = sought;
    const fix = await inputFix(search, derivation, { wanted: { kind, name }, attribute }, signal);
    if (fix === null || fix === openFix) return null;
    const { title, edits } = fix;
    return { ...failed, explanation: `${cause} ${title}.`, edits, fixTitle: title, sought: null };
  }

  private async collect(
    search: PackageSearch,
    { derivation, limits, onProgress }: SoughtRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const missing = missingIn(search.sources, derivation);
    if (missing === null) return;
    const asked = await firstAsked(search, missing, question({ kind: 'command', name: '' }), signal);
    if (asked === null) return;
    const { ask, answer } = asked;
    const { total } = answer;
    const { nix, collections } = search;
    const before = await collections.of(nix, missing.file, answer);
    if (before.next >= total) return;
    const told = (done: number): void => onProgress({ done, total });
    const whole = { ...limits, patienceMs };
    const collection = await surveyed(ask, { before, total }, whole, told, signal);
    if (collection.next > before.next) await collections.keep(nix, missing.file, answer, collection);
  }
}
