/** Which package brings what a build misses: the table's and the name's guesses, looked up in the file's own package set. */
import { basename, dirname, join } from 'node:path';
import type { FoundDerivation } from '../derivation/foundDerivation';
import { packageSet } from '../derivation/packageName';
import { providersOf, type Provided } from '../knowledge/packagesProviding';
import type { EvaluationOptions, Nix } from '../nix/nix';
import { absolutePaths } from '../syntax/pathLiterals';
import { replaced } from '../syntax/replacement';
import type { SourceTexts } from './sourceTexts';
import { nixString } from '../nixString';

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
/** A set with more attributes than this is asked about names alone: nixpkgs' `meta` takes minutes. */
const lookThrough = 2000;

/**
 * The attribute path of the package that has it. Where the set cannot be asked (a flake's, one that only a caller
 * knows) what the table or an installed index knows of nixpkgs; null when none tells.
 */
export async function findPackage(
  search: PackageSearch,
  missing: MissingIn,
  wanted: { readonly kind: Provided; readonly name: string },
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const providers = providersOf(wanted.kind, wanted.name);
  const candidates = providers.map(({ path }) => path);
  const answer = await ask(search, missing, JSON.stringify({ ...wanted, candidates, lookThrough }), signal);
  if (answer === null) {
    const known = providers.find(({ isKnown }) => isKnown)?.path;
    return known ?? (await search.nix.indexed(wanted, signal))[0] ?? null;
  }
  const [said] = answer.says;
  return answer.has[0] ?? (said === undefined ? indexed(search, missing, wanted, signal) : [said]);
}

/** Whether the file's own set has this package; true where it cannot be asked. */
export async function mayHave(
  search: PackageSearch,
  missing: MissingIn,
  path: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const request = JSON.stringify({ kind: 'command', name: '', candidates: [path], lookThrough: 0 });
  const answer = await ask(search, missing, request, signal);
  return answer === null || answer.has.length > 0;
}

/** Those that an installed index knows, as far as the file's own set has them. */
async function indexed(
  search: PackageSearch,
  missing: MissingIn,
  wanted: { readonly kind: Provided; readonly name: string },
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const candidates = await search.nix.indexed(wanted, signal);
  if (candidates.length === 0) return null;
  const request = JSON.stringify({ ...wanted, candidates, lookThrough: 0 });
  return (await ask(search, missing, request, signal))?.has[0] ?? null;
}

interface Answer {
  /** Those candidates that are there, in order. */
  readonly has: readonly (readonly string[])[];
  /** Attributes whose `meta` says that they have it. */
  readonly says: readonly string[];
}

/** Evaluates the file with our question in the derivation's place; see packages.nix. */
async function ask(
  { nix, sources, expressionsFolder }: PackageSearch,
  { file, text, found }: MissingIn,
  request: string,
  signal: AbortSignal,
): Promise<Answer | null> {
  const set = sources.parsed(text, (tree) => packageSet(tree, found));
  const questions = nixString(join(expressionsFolder, 'packages.nix'));
  const question = `(import (/. + ${questions}) { set = ${set}; request = ${nixString(request)}; })`;
  const asking = replaced(text, [{ ...found.call, newText: question }]);
  const buffer = sources.parsed(asking, (tree) => absolutePaths(tree, dirname(file), basename(file)));
  const result = await nix.evaluate({ file, kind: 'file', attr: found.attr, buffer }, options, signal);
  return result.ok ? readAnswer(result.value.derivations[0]?.name ?? '') : null;
}

function readAnswer(name: string): Answer | null {
  try {
    const answer: unknown = JSON.parse(name);
    if (typeof answer !== 'object' || answer === null || !('has' in answer) || !('says' in answer))
      return null;
    const { has, says } = answer;
    return isList(has, isNames) && isNames(says) ? { has, says } : null;
  } catch {
    return null;
  }
}

function isList<T>(value: unknown, isOne: (one: unknown) => one is T): value is T[] {
  return Array.isArray(value) && value.every(isOne);
}

function isNames(value: unknown): value is string[] {
  return isList(value, (one): one is string => typeof one === 'string');
}
