/** Through which file of the workspace a package function is to be evaluated: who calls it, and from which set. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { thisSystem, type EntryPoint } from '../analysis/across/entryPoint';
import { callsOfFile, type FileCall } from '../analysis/across/fileCalls';
import type { FileTree, FileTrees } from '../analysis/across/fileTrees';
import { fileKind, finalBuilder } from '../derivation/fileKind';
import { localCall } from '../analysis/slices/localCall';
import { unwrapped } from '../syntax/walk';
import { foldersUpTo } from './folders';
import type { WorkspaceFiles } from './workspaceFiles';

export interface EntrySearch {
  readonly files: WorkspaceFiles;
  readonly trees: FileTrees;
  /** How far files around the one in hand are looked at; null: not at all. */
  readonly top: string | null;
}

/** Files that lead to the one in hand and are looked at. */
const mostLooked = 300;
const byName = /^(.*)\/pkgs\/by-name\/[^/]{2}\/([^/]+)\/package\.nix$/;
/** Sets of nixpkgs in which folders of packages end up. */
const knownScopes: readonly (readonly string[])[] = [[], ['python3Packages'], ['perlPackages']];

/** Null when the file is evaluated as it stands: it is no function that has to be given something, or nobody calls it. */
export async function findEntryPoint(
  file: FileTree,
  search: EntrySearch,
  signal: AbortSignal,
): Promise<EntryPoint | null> {
  const { root } = file.tree;
  const kind = root === null ? null : fileKind(root);
  if (kind?.kind === 'flake' && basename(file.file) === 'flake.nix')
    return { ...ofFlake(file.file, []), builder: null };
  if (kind === null || !('required' in kind) || kind.required.length === 0) return null;
  if (kind.kind === 'overlay' || kind.kind === 'library') return null;
  const named = (await throughByName(file.file)) ?? (await throughCallers(file, search, signal));
  const found = named ?? (await throughFolders(file.file, search));
  return found === null ? null : { ...found, builder: builderOf(file) };
}

type Found = Omit<EntryPoint, 'builder'>;

function builderOf({ tree }: FileTree): EntryPoint['builder'] {
  return tree.root === null ? null : finalBuilder(tree.root);
}

/** The place that a file is called from, of a set that the user named: arguments as they are written there. */
export function entryNamed(
  file: FileTree,
  entry: FileTree | null,
  path: string,
  attr: readonly string[],
): EntryPoint {
  const call = entry === null ? undefined : callsOfFile(entry, file.file).find(isCalled);
  if (basename(path) === 'flake.nix') {
    const attrs =
      attr.length === 0 ? attrsOfFlake(call?.attr ?? null, namesOfFile(file.file)) : shortened(attr);
    return { ...ofFlake(path, attrs), sure: attr.length > 0, builder: builderOf(file) };
  }
  const attrs = attr.length > 0 ? [attr] : call?.attr == null ? [] : [call.attr];
  const local =
    entry !== null && attrs.length === 0 && standsAlone(entry) ? localCall(entry, file.file) : null;
  return {
    file: path,
    attrs,
    sure: true,
    scope: call?.scope ?? attr.slice(0, -1),
    builder: builderOf(file),
    ...written(call),
    local,
  };
}

async function throughByName(file: string): Promise<Found | null> {
  const [, top, name] = byName.exec(file) ?? [];
  if (top === undefined || name === undefined) return null;
  const entry = join(top, 'default.nix');
  if ((await stat(entry).catch(() => null))?.isFile() !== true) return null;
  return { file: entry, attrs: [[name]], sure: true, scope: [], args: null, local: null, open: false };
}

/** A file on the way up, and what the one in hand is called there. */
interface Reached {
  readonly file: string;
  readonly attr: readonly string[] | null;
  readonly call: FileCall;
  readonly steps: number;
}

async function throughCallers(
  file: FileTree,
  { files, trees }: EntrySearch,
  signal: AbortSignal,
): Promise<Found | null> {
  const namers = await files.namers(signal);
  const namersOf = (path: string): readonly string[] =>
    [path, ...(basename(path) === 'default.nix' ? [dirname(path)] : [])].flatMap(
      (name) => namers.get(name) ?? [],
    );
  const waiting: Reached[] = [];
  for (const caller of namersOf(file.file)) {
    const tree = caller === file.file ? null : await trees.read(caller);
    const call = tree === null ? undefined : callsOfFile(tree, file.file).find(isCalled);
    if (call !== undefined) waiting.push({ file: caller, attr: call.attr, call, steps: 0 });
  }
  const seen = new Set([file.file, ...waiting.map((each) => each.file)]);
  const ready: Reached[] = [];
  for (const reached of waiting) {
    if (signal.aborted || seen.size > mostLooked) break;
    const tree = await trees.read(reached.file);
    if (tree === null) continue;
    if (standsAlone(tree) || isFlake(tree)) {
      ready.push(reached);
      continue;
    }
    for (const above of namersOf(reached.file)) {
      if (seen.has(above)) continue;
      seen.add(above);
      const next = await trees.read(above);
      if (next === null) continue;
      waiting.push({
        ...reached,
        file: above,
        attr: attrAbove(next, tree, reached.attr),
        steps: reached.steps + 1,
      });
    }
  }
  const [best] = ready.sort((a, b) => rank(a, file.file) - rank(b, file.file));
  if (best === undefined) return null;
  const { call, attr, steps } = best;
  if (basename(best.file) === 'flake.nix') return calledFromFlake(file.file, best);
  const caller = attr === null && steps === 0 ? await trees.read(best.file) : null;
  return {
    file: best.file,
    attrs: attr === null ? [] : [attr],
    guesses: attr === null ? guessesOf(file.file) : [],
    sure: true,
    scope: call.scope,
    ...written(call),
    local: caller === null ? null : localCall(caller, file.file),
  };
}

function isFlake({ file, tree }: FileTree): boolean {
  return basename(file) === 'flake.nix' && tree.root !== null && fileKind(tree.root).kind === 'flake';
}

/** Outputs that hold packages by their system. */
const kindsBySystem = ['packages', 'legacyPackages', 'devShells'];

/** What its outputs call a file with is not theirs to tell: what `override` does not hand on is known when the file is saved. */
function ofFlake(file: string, attrs: EntryPoint['attrs']): Found {
  return { file, attrs, sure: true, scope: null, args: null, local: null, open: true };
}

/** Most flakes make the same for each system: what their text does not tell is looked for where it usually is. */
function calledFromFlake(file: string, { file: flake, attr, steps }: Reached): Found {
  const isWritten = steps === 0 && attr?.[0] === 'outputs';
  const last = attr?.at(-1);
  const names = [...(last === undefined ? [] : [last]), ...namesOfFile(file)];
  const attrs = attrsOfFlake(isWritten ? attr : null, names);
  return { ...ofFlake(flake, attrs), sure: isWritten };
}

function attrsOfFlake(attr: readonly string[] | null, names: readonly string[]): EntryPoint['attrs'] {
  if (attr?.[0] === 'outputs' && attr.length > 1) return [attr.slice(1)];
  return kindsBySystem.flatMap((kind) => [...names, 'default'].map((name) => [kind, thisSystem, name]));
}

/** As `nix build .#NAME` finds it. */
function shortened(attr: readonly string[]): EntryPoint['attrs'] {
  return [attr, ...kindsBySystem.map((kind) => [kind, thisSystem, ...attr])];
}

function isCalled({ by }: FileCall): boolean {
  return by === 'callPackage';
}

function written(call: FileCall | undefined): Pick<EntryPoint, 'args' | 'open'> {
  const args = call?.args ?? null;
  if (args === null || typeof args === 'string') return { args, open: false };
  return { args: null, open: true };
}

/** An overlay's attributes are the set's; what is imported at an attribute is below it. */
function attrAbove(
  above: FileTree,
  below: FileTree,
  attr: readonly string[] | null,
): readonly string[] | null {
  const { root } = below.tree;
  if (attr === null || root === null || fileKind(root).kind === 'overlay') return attr;
  const [call] = callsOfFile(above, below.file);
  return [...(call?.attr ?? []), ...attr];
}

/** The set of a folder around the file comes before that of a test or an example. */
function rank({ file, steps }: Reached, target: string): number {
  const isAround = target.startsWith(`${dirname(file)}/`);
  const kind = isAround ? (basename(file) === 'default.nix' ? 0 : 1) : 2;
  return kind * 1000 + steps;
}

/** Whether it can be evaluated with nothing given. */
function standsAlone({ tree }: FileTree): boolean {
  if (tree.root === null) return false;
  const kind = fileKind(tree.root);
  if (!('required' in kind) || kind.kind === 'overlay' || kind.required.length > 0) return false;
  const top = unwrapped(tree.root);
  return top.kind !== 'function' || top.formals !== null;
}

function guessesOf(file: string): EntryPoint['attrs'] {
  return namesOfFile(file).flatMap((name) => knownScopes.map((scope) => [...scope, name]));
}

/** What a package is called by the folder or the file that it is in. */
function namesOfFile(file: string): readonly string[] {
  const own = basename(file, '.nix');
  const ofFolder = basename(dirname(file));
  return own === 'default' || own === 'package' ? [ofFolder] : [own, ofFolder];
}

/** A `default.nix` around it that finds packages by their folders: whether this one is among them, Nix is asked. */
async function throughFolders(file: string, { trees, top }: EntrySearch): Promise<Found | null> {
  if (top === null) return null;
  for (const folder of foldersUpTo(top, file)) {
    const path = join(folder, 'default.nix');
    const tree = path === file ? null : await trees.read(path);
    if (tree === null || tree.file !== path || !standsAlone(tree)) continue;
    return {
      file: path,
      attrs: guessesOf(file),
      sure: false,
      scope: null,
      args: null,
      local: null,
      open: false,
    };
  }
  return null;
}
