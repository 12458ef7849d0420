/** Which package brings what a build misses: the table's and the name's guesses, looked up in the file's own package set. */
import { providersOf } from '../knowledge/packagesProviding';
import { bringing } from './packageCollections';
import {
  firstAsked,
  question,
  type Answer,
  type Ask,
  type MissingIn,
  type PackageSearch,
  type Wanted,
} from './packageQuestions';

/** How long the `meta` of packages is looked through in all. */
const patienceMs = 15_000;

export interface FoundPackage {
  /** Attribute path; null when nothing tells of a package. */
  readonly path: readonly string[] | null;
  /** It says nothing of its programs: its own name alone speaks for it. */
  readonly isGuess: boolean;
  /** There may be one all the same: not all of the set was looked through. */
  readonly isOpen: boolean;
}

/**
 * The package that has it, in the set of the file or, where that cannot be asked (one that only a caller knows), in nixpkgs
 * as the flake around it locks it. Without either what the table or an installed index knows of nixpkgs.
 */
export async function findPackage(
  search: PackageSearch,
  missing: MissingIn,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<FoundPackage> {
  const providers = providersOf(wanted.kind, wanted.name);
  const candidates = providers.map(({ path }) => path);
  const asked = await firstAsked(search, missing, { ...question(wanted), candidates }, signal);
  if (asked === null) {
    const known = providers.find(({ isKnown }) => isKnown)?.path;
    return foundAs(known ?? (await search.nix.indexed(wanted, signal))[0] ?? null);
  }
  const { ask, answer } = asked;
  if (answer.has[0] !== undefined) return foundAs(answer.has[0]);
  const verified = async (paths: readonly (readonly string[])[]): Promise<readonly string[] | null> => {
    if (paths.length === 0) return null;
    return (await ask({ ...question(wanted), candidates: paths }, signal)).answer?.has[0] ?? null;
  };
  const kept = await search.collections.of(search.nix, missing.file, answer);
  const { sure, guessed } = bringing(kept, wanted);
  const said = await verified(sure);
  if (said !== null) return foundAs(said);
  const isWhole = kept.next >= answer.total;
  const saying = isWhole ? null : await sayingSo(ask, wanted, answer, signal);
  if (saying !== null) return foundAs([saying]);
  const indexed = await verified(await search.nix.indexed(wanted, signal));
  if (indexed !== null) return foundAs(indexed);
  const guess = await verified(guessed);
  return { path: guess, isGuess: guess !== null, isOpen: !isWhole && tellsOf(wanted) };
}

function foundAs(path: readonly string[] | null): FoundPackage {
  return { path, isGuess: false, isOpen: false };
}

/** Whether `meta` has something of this kind. */
function tellsOf({ kind }: Wanted): boolean {
  return kind === 'command' || kind === 'pkgConfig';
}

/**
 * The attribute whose `meta` says that it brings it, the likeliest names first. Where a package ends the evaluation
 * (`abort`), those around it are asked in ever smaller parts.
 */
async function sayingSo(
  ask: Ask,
  wanted: Wanted,
  { likely, count }: Pick<Answer, 'likely' | 'count'>,
  signal: AbortSignal,
): Promise<string | null> {
  if (!tellsOf(wanted)) return null;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const pending = [
    { from: 0, to: likely },
    { from: likely, to: count },
  ];
  for (let part = pending.shift(); part !== undefined && !limit.aborted; part = pending.shift()) {
    const { from, to } = part;
    if (to <= from) continue;
    const { answer } = await ask({ ...question(wanted), from, to }, limit);
    if (answer?.says[0] !== undefined) return answer.says[0];
    if (answer !== null || to - from === 1) continue;
    const middle = Math.floor((from + to) / 2);
    pending.unshift({ from, to: middle }, { from: middle, to });
  }
  return null;
}

/** Whether the file's own set has this package; true where it cannot be asked. */
export async function mayHave(
  search: PackageSearch,
  missing: MissingIn,
  path: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const asked = { ...question({ kind: 'command', name: path.join('.') }), candidates: [path] };
  const first = await firstAsked(search, missing, asked, signal);
  return first === null || first.answer.has.length > 0;
}
