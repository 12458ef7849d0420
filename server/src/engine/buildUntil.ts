/**
 * A phase as a real build runs it: the derivation made again with its phases listed up to that one, and after them one that ends the
 * build on purpose. Nix keeps its directory, as it does of every build that fails.
 */
import { createHash } from 'node:crypto';
import type { StoreDerivation } from '../nix/derivationFile';
import type { ActivityEvent } from '../protocol/messages';
import type { Nix } from '../nix/nix';
import { cutPhase } from '../phases/keptDirectory';
import type { BuildResult, Derivation, Failure } from '../protocol/model';
import type { BuildUntilResult } from '../protocol/storeMessages';
import { failure, success, type Problem, type Result } from '../result';
import { performBuild, type BuildParts } from './performBuild';

/** What it ends with: a code that stdenv, make and shells do not use. */
const exitCode = 77;

/** `derivation` is drawn by its own stdenv, whose list of phases this is. Its inputs are valid. */
export async function buildUntil(
  parts: BuildParts,
  { derivation, store }: { readonly derivation: Derivation; readonly store: StoreDerivation },
  phase: string,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<Result<BuildUntilResult>> {
  const phases = phasesUntil(derivation, phase);
  if (!phases.ok) return phases;
  const mark = markOf(store, phase);
  const cut = await cutAfter(parts.nix, store, phases.value, signal);
  if (!cut.ok) return cut;
  const told = new CutStory(phases.value, store, onEvent);
  const result = await performBuild(
    parts,
    { derivation: { ...derivation, drvPath: cut.value }, drvPath: cut.value },
    { rebuild: false, keepFailed: true },
    (event) => told.hear(event),
    signal,
  );
  const reached =
    result.status === 'failed' &&
    result.failure?.exitCode === exitCode &&
    result.failure.tail.some((line) => line === mark);
  told.end(reached);
  return success(resultOf(result, store, phase, reached));
}

/** Path of the derivation that runs these phases and then ends on purpose. Problems: `not-rederived`. */
export function cutAfter(
  nix: Pick<Nix, 'rederive'>,
  store: StoreDerivation,
  phases: readonly string[],
  signal: AbortSignal,
): Promise<Result<string>> {
  const end = `trap - EXIT\necho '${markOf(store, phases.at(-1) ?? '')}'\nexit ${exitCode}`;
  return nix.rederive(store, { phases: [...phases, cutPhase], [cutPhase]: end }, signal);
}

/** No log of this derivation can hold it before this build prints it. */
function markOf({ path }: StoreDerivation, phase: string): string {
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return `phasewise: ended after ${phase} as wanted (${digest})`;
}

/** The directory that was left is gone on with as the derivation's own. */
function ofOriginal(failure: Failure | null, { path }: StoreDerivation): Failure | null {
  if (failure?.offers === undefined) return failure;
  const offers = failure.offers.map((offer) =>
    offer.kind === 'goOnInKept' ? { ...offer, drvPath: path } : offer,
  );
  return { ...failure, offers };
}

function resultOf(
  result: BuildResult,
  store: StoreDerivation,
  phase: string,
  reached: boolean,
): BuildUntilResult {
  const { drvPath, failure: reason, keptDirectory = null, phases } = result;
  return {
    ...{ drvPath, phase, folder: keptDirectory },
    status: reached ? 'reached' : result.status === 'cancelled' ? 'cancelled' : 'failed',
    phases: phases.filter(({ name }) => name !== cutPhase),
    failure: reached ? null : ofOriginal(reason, store),
  };
}

/** All up to it, those too that a flag leaves out. */
function phasesUntil({ structure, phases, name }: Derivation, phase: string): Result<readonly string[]> {
  if (structure !== 'phases') return failure(withoutPhases(name));
  const names = phases.map((one) => one.name);
  const index = names.indexOf(phase);
  return index >= 0
    ? success(names.slice(0, index + 1))
    : failure({
        code: 'unknown-phase',
        message: `${name ?? 'This derivation'} has no phase ${phase}.`,
        advice: `It has ${names.join(', ')}.`,
      });
}

function withoutPhases(name: string | null): Problem {
  return {
    code: 'no-phases',
    message: `${name ?? 'This derivation'} is built by one script, of which no part can be run alone.`,
    advice: 'Build it with --keep-failed, or run it in a session.',
  };
}

/** The events without the phase that only ends the build. */
class CutStory {
  private ending = false;
  private finished: Extract<ActivityEvent, { type: 'finished' }> | null = null;

  constructor(
    private readonly phases: readonly string[],
    private readonly store: StoreDerivation,
    private readonly tell: (event: ActivityEvent) => void,
  ) {}

  hear(event: ActivityEvent): void {
    if (event.type === 'phaseStarted' && event.phase === cutPhase) this.ending = true;
    if (event.type === 'finished')
      this.finished = { ...event, failure: ofOriginal(event.failure, this.store) };
    else if (event.type === 'started')
      this.tell({ ...event, phases: event.phases.filter((name) => this.phases.includes(name)) });
    else if (!this.ending || event.type === 'notice' || event.type === 'progress') this.tell(event);
  }

  end(reached: boolean): void {
    if (this.finished === null) return;
    this.tell(reached ? { ...this.finished, status: 'ok', failure: null } : this.finished);
  }
}
