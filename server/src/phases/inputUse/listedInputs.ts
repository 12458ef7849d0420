/** The inputs that a derivation lists, each with the store paths that come with it. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreDerivation } from '../../nix/derivationFile';
import { parseDerivation } from '../../nix/derivationFile';
import { physicalPath, type StorePlace } from '../../nix/storePlace';
import { listAttribute } from '../builderEnvironment';
import { hashPart } from '../../protocol/storePath';
import { parseJsonObject } from '../../json';

export interface ListedInput {
  /** The list that names it: what is in `propagated…` lists is meant for others, and not among these. */
  readonly list: 'nativeBuildInputs' | 'buildInputs';
  readonly path: string;
  /** Itself, the other outputs of its derivation, and what these propagate. */
  readonly group: readonly string[];
  /** Why it is used whatever the phases do, e.g. "it has a setup hook"; null when nothing says so. */
  readonly always: string | null;
}

const lists = ['nativeBuildInputs', 'buildInputs'] as const;
/** What stdenv reads of `nix-support` to learn of more inputs; all else there changes how tools work. */
const propagation = /^propagated-/;

/** Those of which all can be known: the store's files and derivations are there. */
export async function listedInputs(
  derivation: StoreDerivation,
  place: StorePlace,
): Promise<readonly ListedInput[]> {
  const owners = await outputsByPath(derivation, place);
  const found: ListedInput[] = [];
  for (const list of lists) {
    for (const path of pathsOf(derivation, list, place.storeDir)) {
      const siblings = owners.get(path);
      if (siblings === undefined) continue;
      const come = await whatComesWith(siblings, place);
      if (come === null) continue;
      const elsewhere = mentionedElsewhere(derivation, come.group);
      found.push({ list, path, group: come.group, always: come.always ?? elsewhere });
    }
  }
  return found;
}

/** The store paths of a list, in its order, as Nix gives it to the builder. */
export function pathsOf(derivation: StoreDerivation, list: string, storeDir: string): readonly string[] {
  return listAttribute(derivation, list).filter(
    (one) => one.startsWith(`${storeDir}/`) && !one.slice(storeDir.length + 1).includes('/'),
  );
}

/** Of each output of the inputs' derivations, all outputs of its derivation. */
async function outputsByPath(
  derivation: StoreDerivation,
  place: StorePlace,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const owners = new Map<string, readonly string[]>();
  for (const drvPath of Object.keys(derivation.inputDerivations)) {
    const bytes = await readFile(physicalPath(drvPath, place)).catch(() => null);
    const read = bytes === null ? null : parseDerivation(drvPath, bytes);
    if (read?.ok !== true) continue;
    const outputs = Object.values(read.value.outputs).map(({ path }) => path);
    for (const output of outputs) if (output !== '') owners.set(output, outputs);
  }
  return owners;
}

async function whatComesWith(
  outputs: readonly string[],
  place: StorePlace,
): Promise<Pick<ListedInput, 'group' | 'always'> | null> {
  const group = new Set(outputs);
  let always: string | null = null;
  for (const path of group) {
    const support = join(physicalPath(path, place), 'nix-support');
    for (const name of await readdir(support).catch(() => [])) {
      if (propagation.test(name)) {
        const text = await readFile(join(support, name), 'utf8').catch(() => null);
        if (text === null) return null;
        for (const more of text.split(/\s+/)) if (more.startsWith(`${place.storeDir}/`)) group.add(more);
      } else always ??= /^setup-hooks?$/.test(name) ? 'it has a setup hook' : `it has nix-support/${name}`;
    }
  }
  return { group: [...group], always };
}

/** Attributes other than lists of inputs name it for a purpose of their own. */
function mentionedElsewhere({ env }: StoreDerivation, group: readonly string[]): string | null {
  for (const [name, value] of Object.entries(withoutLists(env))) {
    if (group.some((path) => value.includes(hashPart(path)))) return `${name} names it`;
  }
  return null;
}

const isList = /^(?:propagated)?(?:[nN]ativeB|b|B)uildInputs$|^deps[A-Z]\w+$/;

function withoutLists(env: StoreDerivation['env']): Readonly<Record<string, string>> {
  const json = env['__json'];
  const all = json === undefined ? env : { ...env, ...structuredTexts(json), __json: '' };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !isList.test(name)));
}

function structuredTexts(json: string): Readonly<Record<string, string>> {
  const attributes = Object.entries(parseJsonObject(json) ?? {});
  return Object.fromEntries(attributes.map(([name, value]) => [name, JSON.stringify(value)]));
}
