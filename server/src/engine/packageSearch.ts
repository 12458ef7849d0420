/** Which package brings what a build misses: the table's and the name's guesses, looked up in the file's own package set. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FoundDerivation } from '../derivation/foundDerivation';
import { packageSet } from '../derivation/packageName';
import { providersOf, type Provided } from '../knowledge/packagesProviding';
import type { EvaluationOptions, Nix } from '../nix/nix';
import { absolutePaths } from '../syntax/pathLiterals';
import { replaced } from '../syntax/replacement';
import type { SourceTexts } from './sourceTexts';
import { parseJsonObject } from '../json';
import { flakeOutputsText } from '../nix/entryFiles';
import { nixPath, nixString } from '../nixString';

export interface PackageSearch {
  readonly nix: Nix;
  readonly sources: SourceTexts;
  /** Our `.nix` files. */
  readonly expressionsFolder: string;
}

/** The derivation that misses something, in its text. */
export interface MissingIn {
  readonly file: string;
  readonly text: string;
  readonly found: FoundDerivation;
}

/** One question, whose answer a user waits for. */
const options: EvaluationOptions = { callPackage: true, timeoutMs: 10_000, memoryLimitMb: 2048, args: [] };
/** How long the `meta` of packages is looked through in all. */
const patienceMs = 15_000;
/** Of a set with more attributes than this only names that the wanted one may be short for are looked at: nixpkgs' `meta` takes minutes. */
const lookThrough = 2000;

/**
 * The attribute path of the package that has it, in the set of the file or, where that cannot be asked (one that only a
 * caller knows), in nixpkgs as the flake around it locks it. Without either what the table or an installed index knows
 * of nixpkgs; null when none tells.
 */
export async function findPackage(
  search: PackageSearch,
  missing: MissingIn,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const providers = providersOf(wanted.kind, wanted.name);
  const candidates = providers.map(({ path }) => path);
  const asked = await firstAsked(search, missing, { ...question(wanted), candidates }, signal);
  if (asked === null) {
    const known = providers.find(({ isKnown }) => isKnown)?.path;
    return known ?? (await search.nix.indexed(wanted, signal))[0] ?? null;
  }
  const { ask, answer } = asked;
  if (answer.has[0] !== undefined) return answer.has[0];
  const saying = await sayingSo(ask, wanted, answer, signal);
  return saying === null ? indexed(search, ask, wanted, signal) : [saying];
}

type Wanted = { readonly kind: Provided; readonly name: string };

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
  if (wanted.kind !== 'command' && wanted.kind !== 'pkgConfig') return null;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const pending = [
    { from: 0, to: likely },
    { from: likely, to: count },
  ];
  for (let part = pending.shift(); part !== undefined && !limit.aborted; part = pending.shift()) {
    const { from, to } = part;
    if (to <= from) continue;
    const answer = await ask({ ...question(wanted), from, to }, limit);
    if (answer?.says[0] !== undefined) return answer.says[0];
    if (answer !== null || to - from === 1) continue;
    const middle = Math.floor((from + to) / 2);
    pending.unshift({ from, to: middle }, { from: middle, to });
  }
  return null;
}

/** What packages.nix is asked: which candidates are there, and which names from `from` to before `to` say that they bring it. */
interface Question extends Wanted {
  readonly candidates: readonly (readonly string[])[];
  readonly short: string;
  readonly lookThrough: number;
  readonly from: number;
  readonly to: number;
}

function question(wanted: Wanted): Question {
  return { ...wanted, candidates: [], short: shortFor(wanted.name), lookThrough, from: 0, to: 0 };
}

/** A pattern, for `builtins.match`, of names that a program's may be short for: its letters in their order, from the first. */
function shortFor(name: string): string {
  const letters = name.toLowerCase().match(/[a-z0-9]/g) ?? [];
  return `${letters.join('.*')}.*`;
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

/** Those that an installed index knows, as far as the file's own set has them. */
async function indexed(
  search: PackageSearch,
  ask: Ask,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const candidates = await search.nix.indexed(wanted, signal);
  if (candidates.length === 0) return null;
  return (await ask({ ...question(wanted), candidates }, signal))?.has[0] ?? null;
}

interface Answer {
  /** Those candidates that are there, in order. */
  readonly has: readonly (readonly string[])[];
  /** Attributes whose `meta` says that they have it. */
  readonly says: readonly string[];
  /** How many names the wanted one may be short for, and how many may be looked at in all. */
  readonly likely: number;
  readonly count: number;
}

/** Asks a package set; null where it cannot be asked. */
type Ask = (request: Question, signal: AbortSignal) => Promise<Answer | null>;

/** The first of the sets at hand that answers, with its answer. */
async function firstAsked(
  search: PackageSearch,
  missing: MissingIn,
  request: Question,
  signal: AbortSignal,
): Promise<{ readonly ask: Ask; readonly answer: Answer } | null> {
  const folder = flakeAround(missing.file);
  const asks = [ownSet(search, missing), ...(folder === null ? [] : [lockedSet(search, folder)])];
  for (const ask of asks) {
    const answer = await ask(request, signal);
    if (answer !== null) return { ask, answer };
  }
  return null;
}

/** Evaluates the file with our question in the derivation's place; see packages.nix. */
function ownSet(search: PackageSearch, { file, text, found }: MissingIn): Ask {
  const { nix, sources } = search;
  const set = sources.parsed(text, (tree) => packageSet(tree, found));
  return async (request, signal) => {
    const asking = replaced(text, [{ ...found.call, newText: questionText(search, set, request) }]);
    const buffer = sources.parsed(asking, (tree) => absolutePaths(tree, dirname(file), basename(file)));
    const result = await nix.evaluate({ file, kind: 'file', attr: found.attr, buffer }, options, signal);
    return result.ok ? readAnswer(result.value.derivations[0]?.name ?? '') : null;
  };
}

/** The flake's input `nixpkgs`, else the first that has packages as nixpkgs has them. */
function lockedSet(search: PackageSearch, folder: string): Ask {
  const { nix, sources, expressionsFolder } = search;
  const file = join(folder, 'flake.nix');
  const outputs = flakeOutputsText(file, expressionsFolder);
  const system = nixString(nix.installation.system);
  const set = `(let inputs = (${outputs}).inputs; first = builtins.head (builtins.filter (input: input ? legacyPackages) (builtins.attrValues inputs)); in (inputs.nixpkgs or first).legacyPackages.\${${system}})`;
  return async (request, signal) => {
    const asking = questionText(search, set, request);
    const buffer = sources.parsed(asking, (tree) => absolutePaths(tree, folder, 'flake.nix'));
    const source = { file, kind: 'file', attr: '', buffer, fetchesInputs: true } as const;
    const result = await nix.evaluate(source, options, signal);
    return result.ok ? readAnswer(result.value.derivations[0]?.name ?? '') : null;
  };
}

/** The nearest folder above that has a flake; null when there is none. */
function flakeAround(file: string): string | null {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'flake.nix'))) return folder;
    if (folder === dirname(folder)) return null;
  }
}

function questionText({ expressionsFolder }: PackageSearch, set: string, request: Question): string {
  const questions = nixPath(join(expressionsFolder, 'packages.nix'));
  return `(import ${questions} { set = ${set}; request = ${nixString(JSON.stringify(request))}; })`;
}

function readAnswer(name: string): Answer | null {
  const { has, says, likely, count } = parseJsonObject(name) ?? {};
  const isWhole = isList(has, isNames) && isNames(says);
  return isWhole && typeof likely === 'number' && typeof count === 'number'
    ? { has, says, likely, count }
    : null;
}

function isList<T>(value: unknown, isOne: (one: unknown) => one is T): value is T[] {
  return Array.isArray(value) && value.every(isOne);
}

function isNames(value: unknown): value is string[] {
  return isList(value, (one): one is string => typeof one === 'string');
}
