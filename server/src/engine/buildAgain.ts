/**
 * A build with its before and after: what is valid already is told and not built, what changed since the last build is told, a rebuild
 * is compared file by file, and `result` links are made where they are wanted.
 */
import { lstat, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { phasePlace } from '../builds/failure';
import type { StoreDerivation } from '../nix/derivationFile';
import type { BuildOptions } from '../nix/nix';
import { quoteForShell } from '../phases/structuredAttrs';
import type { ActivityEvent } from '../protocol/messages';
import type { BuildComparison, BuildResult, Derivation, Failure } from '../protocol/model';
import type { BuildStanding } from '../protocol/storeMessages';
import { buildStanding } from './buildStanding';
import type { ExpectedOutputs } from './expectedOutputs';
import { rememberBuilt } from './lastBuilt';
import { performBuild, type BuildParts } from './performBuild';
import { compareRebuild } from './rebuildComparison';

export interface WantedBuild extends BuildOptions {
  /** Absolute path of the `result` link, to which other outputs' names are added; null or absent: none. */
  readonly link?: string | null;
}

interface Subject {
  readonly derivation: Derivation;
  readonly store: StoreDerivation;
}

export interface BuildAgainParts extends BuildParts {
  /** Where the last built derivations are remembered. */
  readonly stateFolder: string;
  readonly outputs: ExpectedOutputs;
}

export async function buildAgain(
  parts: BuildAgainParts,
  subject: Subject,
  options: WantedBuild,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<BuildResult> {
  const { derivation, store } = subject;
  // What another store has is asked of it by the build alone.
  const here = (options.store ?? '') === '';
  const standing = here ? await buildStanding(parts, derivation, store, signal) : null;
  const isValid = standing?.status === 'valid';
  const result =
    isValid && !options.rebuild && !signal.aborted
      ? tellValid(subject, standing, onEvent)
      : await buildNow(parts, subject, options, standing, onEvent, signal);
  const done = result.status === 'built' || result.status === 'valid';
  if (!done || !here) return result;
  await rememberBuilt(parts.stateFolder, derivation, store, new Date());
  const links = options.link == null ? [] : await makeLinks(parts, options.link, result, onEvent, signal);
  return links.length === 0 ? result : { ...result, links };
}

/** Nothing is started for what is there. */
function tellValid(
  { store }: Subject,
  standing: BuildStanding,
  onEvent: (event: ActivityEvent) => void,
): BuildResult {
  onEvent({ type: 'started', phases: [] });
  onEvent({ type: 'notice', text: standing.words });
  onEvent({ type: 'finished', status: 'ok', seconds: 0, failure: null, validSince: standing.since });
  const outputs = Object.fromEntries(Object.entries(store.outputs).map(([name, { path }]) => [name, path]));
  const { since, changes: reasons } = standing;
  return { drvPath: store.path, status: 'valid', outputs, phases: [], failure: null, since, reasons };
}

async function buildNow(
  parts: BuildParts,
  { derivation, store }: Subject,
  options: WantedBuild,
  standing: BuildStanding | null,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<BuildResult> {
  const compares = options.rebuild && standing?.status === 'valid';
  const held: {
    end: Extract<ActivityEvent, { type: 'finished' }> | null;
    phase: Extract<ActivityEvent, { type: 'phaseFinished' }> | null;
  } = { end: null, phase: null };
  const listen = (event: ActivityEvent): void => {
    if (event.type === 'finished') held.end = event;
    else if (compares && event.type === 'phaseFinished' && event.status === 'failed') held.phase = event;
    else if (!(compares && !options.keepFailed && isOfKeptFolder(event))) onEvent(event);
    if (event.type !== 'started' || standing === null) return;
    if (standing.status === 'changed' || standing.status === 'gone')
      onEvent({ type: 'notice', text: standing.words });
  };
  // Nix keeps what it compared with only together with the directory of the build.
  const asked = compares ? { ...options, keepFailed: true } : options;
  const built = await performBuild(parts, { derivation, drvPath: store.path }, asked, listen, signal);
  const result = compares ? await compared(parts, { derivation, store }, built, onEvent, signal) : built;
  const { keptDirectory } = result;
  const isForOutput = compares && !options.keepFailed;
  if (isForOutput && keptDirectory != null && !(await removeKept(keptDirectory)))
    onEvent({ type: 'notice', text: notRemoved(keptDirectory) });
  const kept = isForOutput ? null : (keptDirectory ?? null);
  // A build that made something else failed in no phase.
  const isDifferent = result.comparison?.same === false;
  if (held.phase !== null) onEvent(isDifferent ? { ...held.phase, status: 'ok' } : held.phase);
  const told = kept === null ? withoutKept(result.failure) : result.failure;
  if (held.end !== null) onEvent({ ...held.end, failure: told });
  return { ...result, failure: told, keptDirectory: kept, reasons: standing?.changes ?? [] };
}

/** The result with what differs between the output and that of the rebuild. */
async function compared(
  { nix }: BuildParts,
  { derivation, store }: Subject,
  result: BuildResult,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<BuildResult> {
  if (result.status === 'built') {
    const text = `${store.name} was built again, and every output is the same, byte for byte.`;
    onEvent({ type: 'notice', text });
    return { ...result, comparison: { same: true, output: null, other: null, differences: [] } };
  }
  const comparison =
    result.failure === null ? null : await compareRebuild(nix, store, result.failure.message, signal);
  if (result.failure === null || comparison === null) return result;
  const reason = differing(store, result.failure, comparison);
  return { ...result, comparison, failure: { ...reason, ...phasePlace(derivation, null) } };
}

function differing(store: StoreDerivation, failure: Failure, comparison: BuildComparison): Failure {
  const { differences, output, other } = comparison;
  const [first = 'What differs could not be read.', ...more] = differences;
  const rest =
    more.length === 0
      ? ''
      : ` ${more.length} more files differ.`.replace('1 more files differ', '1 more file differs');
  return {
    ...failure,
    ...{ phase: null, tail: [] },
    message: `${store.name} is not reproducible: ${first}${rest}`,
    explanation: `The first build made ${output ?? ''}; what this one made is kept beside it as ${other ?? ''}. Times, random names, the number of cores and the order of files in a folder are the usual causes.`,
  };
}

function withoutKept(failure: Failure | null): Failure | null {
  if (failure?.offers === undefined) return failure;
  return { ...failure, offers: failure.offers.filter(({ kind }) => kind !== 'goOnInKept') };
}

function isOfKeptFolder(event: ActivityEvent): boolean {
  return event.type === 'notice' && event.text.startsWith('build directory kept in ');
}

/**
 * Removes the directory of a build that was only kept for its output; anything else that bears no such name stays. False when it
 * is another user's, as those of a daemon's builds are.
 */
async function removeKept(folder: string): Promise<boolean> {
  if (!/^nix-(?:build-.+\.drv-\d+|\d+-\d+)$/.test(basename(folder))) return true;
  try {
    if ((await lstat(folder)).isDirectory()) await rm(folder, { recursive: true, force: true });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function notRemoved(folder: string): string {
  return `Nix kept the directory of the second build, which is not yours to remove: \`sudo rm -r ${quoteForShell(folder)}\` does.`;
}

/** Those that were made; why another was not is told as a notice. */
async function makeLinks(
  { nix }: BuildParts,
  link: string,
  { outputs }: BuildResult,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const made: string[] = [];
  for (const [output, path] of Object.entries(outputs)) {
    const place = output === 'out' ? link : `${link}-${output}`;
    const linked = await nix.addRoot(place, path, signal);
    if (linked.ok) made.push(place);
    else onEvent({ type: 'notice', text: linked.error.message });
  }
  return made;
}
