/** Questions to package sets: that of an author's file, which is asked in the file itself, and that which a flake locks. */
import { basename, dirname, join } from 'node:path';
import type { FoundDerivation } from '../derivation/foundDerivation';
import { packageSet } from '../derivation/packageName';
import { isJsonObject, isTexts, parseJsonObject } from '../json';
import type { Provided } from '../knowledge/packagesProviding';
import { flakeOutputsText } from '../nix/entryFiles';
import { nearestFolder } from '../nix/nearestFolder';
import type { EvaluatedFile, EvaluationFailure, EvaluationOptions, EvaluationSource, Nix } from '../nix/nix';
import { nixPath, nixString } from '../nixString';
import type { Result } from '../result';
import { absolutePaths } from '../syntax/pathLiterals';
import { replaced } from '../syntax/replacement';
import type { PackageCollections } from './packageCollections';
import type { SourceTexts } from './sourceTexts';

export interface PackageSearch {
  readonly nix: Nix;
  readonly sources: SourceTexts;
  /** What whole sets were found to have. */
  readonly collections: PackageCollections;
  /** Our `.nix` files. */
  readonly expressionsFolder: string;
}

/** The derivation that misses something, in its text. */
export interface MissingIn {
  readonly file: string;
  readonly text: string;
  readonly found: FoundDerivation;
}

export interface Wanted {
  readonly kind: Provided;
  readonly name: string;
}

/** What packages.nix is asked: which candidates are there, and which names from `from` to before `to` say that they bring it. */
export interface Question extends Wanted {
  readonly candidates: readonly (readonly string[])[];
  readonly short: string;
  readonly lookThrough: number;
  readonly from: number;
  readonly to: number;
  /** Begins lines that tell of each attribute from `from` to before `to`, in the order of their names; null: none are printed. */
  readonly tag: string | null;
}

export interface Answer {
  /** Those candidates that are there, in order. */
  readonly has: readonly (readonly string[])[];
  /** Attributes whose `meta` says that they have it. */
  readonly says: readonly string[];
  /** How many names the wanted one may be short for, and how many may be looked at in all. */
  readonly likely: number;
  readonly count: number;
  /** How many names the set has. */
  readonly total: number;
  readonly identity: SetIdentity;
}

/** What a set is: where its nixpkgs lies, where it says so, and a hash of its names. */
export interface SetIdentity {
  readonly path: string;
  readonly names: string;
}

export interface Asked {
  /** Null where the set cannot be asked. */
  readonly answer: Answer | null;
  /** Why there is none. */
  readonly ended: EvaluationFailure['kind'] | null;
}

export type Ask = (request: Question, signal: AbortSignal, options?: EvaluationOptions) => Promise<Asked>;

/** One question, whose answer a user waits for. */
const waitedFor: EvaluationOptions = { callPackage: true, timeoutMs: 10_000, memoryLimitMb: 2048, args: [] };
/** Of a set with more attributes than this only names that the wanted one may be short for are looked at: nixpkgs' `meta` takes minutes. */
const lookThrough = 2000;

export function question(wanted: Wanted): Question {
  const { kind, name } = wanted;
  return { kind, name, candidates: [], short: shortFor(name), lookThrough, from: 0, to: 0, tag: null };
}

/** A pattern, for `builtins.match`, of names that a program's may be short for: its letters in their order, from the first. */
function shortFor(name: string): string {
  const letters = name.toLowerCase().match(/[a-z0-9]/g) ?? [];
  return `${letters.join('.*')}.*`;
}

/** The first of the sets at hand that answers, with its answer: that of the file, else that which the flake around it locks. */
export async function firstAsked(
  search: PackageSearch,
  missing: MissingIn,
  request: Question,
  signal: AbortSignal,
): Promise<{ readonly ask: Ask; readonly answer: Answer } | null> {
  const folder = nearestFolder(dirname(missing.file), 'flake.nix');
  const asks = [ownSet(search, missing), ...(folder === null ? [] : [lockedSet(search, folder)])];
  for (const ask of asks) {
    const { answer } = await ask(request, signal);
    if (answer !== null) return { ask, answer };
  }
  return null;
}

/** Evaluates the file with our question in the derivation's place; see packages.nix. */
function ownSet(search: PackageSearch, { file, text, found }: MissingIn): Ask {
  const { nix, sources } = search;
  const set = sources.parsed(text, (tree) => packageSet(tree, found));
  return async (request, signal, options = waitedFor) => {
    const asking = replaced(text, [{ ...found.call, newText: questionText(search, set, request) }]);
    const buffer = sources.parsed(asking, (tree) => absolutePaths(tree, dirname(file), basename(file)));
    const source: EvaluationSource = { file, kind: 'file', attr: found.attr, buffer };
    return read(await nix.evaluate(source, options, signal));
  };
}

/** The flake's input `nixpkgs`, else the first that has packages as nixpkgs has them. */
function lockedSet(search: PackageSearch, folder: string): Ask {
  const { nix, sources, expressionsFolder } = search;
  const file = join(folder, 'flake.nix');
  const outputs = flakeOutputsText(file, expressionsFolder);
  const system = nixString(nix.installation.system);
  const set = `(let inputs = (${outputs}).inputs; first = builtins.head (builtins.filter (input: input ? legacyPackages) (builtins.attrValues inputs)); in (inputs.nixpkgs or first).legacyPackages.\${${system}})`;
  return async (request, signal, options = waitedFor) => {
    const asking = questionText(search, set, request);
    const buffer = sources.parsed(asking, (tree) => absolutePaths(tree, folder, 'flake.nix'));
    const source = { file, kind: 'file', attr: '', buffer, fetchesInputs: true } as const;
    return read(await nix.evaluate(source, options, signal));
  };
}

function questionText({ expressionsFolder }: PackageSearch, set: string, request: Question): string {
  const questions = nixPath(join(expressionsFolder, 'packages.nix'));
  return `(import ${questions} { set = ${set}; request = ${nixString(JSON.stringify(request))}; })`;
}

function read(result: Result<EvaluatedFile, EvaluationFailure>): Asked {
  if (!result.ok) return { answer: null, ended: result.error.kind };
  const { derivations, failures } = result.value;
  const answer = readAnswer(derivations[0]?.name ?? '');
  return { answer, ended: answer === null ? (failures[0]?.kind ?? 'nix') : null };
}

function readAnswer(name: string): Answer | null {
  const { has, says, likely, count, total, identity } = parseJsonObject(name) ?? {};
  if (!Array.isArray(has) || !has.every(isTexts) || !isTexts(says) || !isJsonObject(identity)) return null;
  const { path, names } = identity;
  if (typeof path !== 'string' || typeof names !== 'string') return null;
  return typeof likely === 'number' && typeof count === 'number' && typeof total === 'number'
    ? { has, says, likely, count, total, identity: { path, names } }
    : null;
}
