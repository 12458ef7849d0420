/** What changed from one store derivation to another, in plain words. Pure. */
import type { StoreDerivation } from '../nix/derivationFile';
import { variablesOf } from './derivationVariables';
import { derivationName } from '../protocol/storePath';

export interface DerivationChange {
  /** e.g. `builder`, `argument`, `input`, `source`, `output`, `environment buildPhase`. */
  readonly what: string;
  /** Null when it was not there before. */
  readonly from: string | null;
  /** Null when it is no longer there. */
  readonly to: string | null;
  /** One sentence. */
  readonly words: string;
}

/** `from` is the older one. Output paths follow from everything else: they are named only when nothing else changed. */
export function derivationChanges(from: StoreDerivation, to: StoreDerivation): readonly DerivationChange[] {
  const changes = [
    ...scalar('name', from.name, to.name),
    ...scalar('system', from.system, to.system),
    ...scalar('builder', from.builder, to.builder),
    ...scalar('arguments', from.args.join(' '), to.args.join(' ')),
    ...outputs(from, to),
    ...inputs(from, to),
    ...sources(from, to),
    ...environment(from, to),
  ];
  if (changes.length > 0 || from.path === to.path) return changes;
  return [
    {
      what: 'path',
      from: from.path,
      to: to.path,
      words: 'Only store paths changed, through what it depends on.',
    },
  ];
}

function scalar(what: string, from: string, to: string): DerivationChange[] {
  return from === to
    ? []
    : [{ what, from, to, words: `The ${what} changed from ${shown(from)} to ${shown(to)}.` }];
}

function outputs(from: StoreDerivation, to: StoreDerivation): DerivationChange[] {
  return keysOf(from.outputs, to.outputs).flatMap((name) => {
    const [before, after] = [from.outputs[name], to.outputs[name]];
    if (before === undefined) return [change('output', null, name, `The output ${name} is new.`)];
    if (after === undefined) return [change('output', name, null, `The output ${name} is gone.`)];
    if (before.hash === after.hash && before.hashAlgo === after.hashAlgo) return [];
    const [old, now] = [`${before.hashAlgo}:${before.hash}`, `${after.hashAlgo}:${after.hash}`];
    return [
      change('output', old, now, `The fixed hash of the output ${name} changed from ${old} to ${now}.`),
    ];
  });
}

/** Inputs are paired by name: another store path under the same name is the same input changed. */
function inputs(from: StoreDerivation, to: StoreDerivation): DerivationChange[] {
  const changes = paired(Object.keys(from.inputDerivations), Object.keys(to.inputDerivations)).map(
    ([before, after]) => {
      if (before === null) return change('input', null, after, `The input ${derivationName(after)} is new.`);
      if (after === null)
        return change('input', before, null, `The input ${derivationName(before)} is gone.`);
      const [name, newName] = [derivationName(before), derivationName(after)];
      const words = name === newName ? `The input ${name} changed.` : `The input ${name} became ${newName}.`;
      return change('input', before, after, words);
    },
  );
  for (const [path, names] of Object.entries(from.inputDerivations)) {
    const now = to.inputDerivations[path];
    const [old, used] = [names.join(', '), now?.join(', ')];
    if (used === undefined || used === old) continue;
    changes.push(
      change('input', old, used, `Of the input ${derivationName(path)} it uses ${used} instead of ${old}.`),
    );
  }
  return changes;
}

function sources(from: StoreDerivation, to: StoreDerivation): DerivationChange[] {
  return paired(from.inputSources, to.inputSources).map(([before, after]) => {
    if (before === null) return change('source', null, after, `The source ${derivationName(after)} is new.`);
    if (after === null)
      return change('source', before, null, `The source ${derivationName(before)} is gone.`);
    const [name, newName] = [derivationName(before), derivationName(after)];
    const words =
      name === newName
        ? `The content of the source ${name} changed.`
        : `The source ${name} became ${newName}.`;
    return change('source', before, after, words);
  });
}

function environment(from: StoreDerivation, to: StoreDerivation): DerivationChange[] {
  const outputNames = new Set([...Object.keys(from.outputs), ...Object.keys(to.outputs)]);
  const [old, now] = [variablesOf(from), variablesOf(to)];
  return keysOf(old, now).flatMap((name) => {
    const [before, after] = [old[name], now[name]];
    if (before === after || outputNames.has(name)) return [];
    const what = `environment ${name}`;
    if (before === undefined)
      return [change(what, null, after ?? '', `${name} is new: ${shown(after ?? '')}.`)];
    if (after === undefined) return [change(what, before, null, `${name} is gone; it was ${shown(before)}.`)];
    if (withoutHashes(before, from) === withoutHashes(after, to)) {
      return [change(what, before, after, `${name} names other store paths.`)];
    }
    return [change(what, before, after, changedText(name, before, after))];
  });
}

function changedText(name: string, before: string, after: string): string {
  if (!before.includes('\n') && !after.includes('\n')) {
    return `${name} changed from ${shown(before)} to ${shown(after)}.`;
  }
  const [old, now] = [before.split('\n'), after.split('\n')];
  const removed = old.filter((line) => !now.includes(line)).length;
  const added = now.filter((line) => !old.includes(line)).length;
  return `The text of ${name} changed: ${count(removed)} gone, ${count(added)} new.`;
}

function count(lines: number): string {
  return lines === 1 ? '1 line' : `${lines} lines`;
}

function change(what: string, from: string | null, to: string | null, words: string): DerivationChange {
  return { what, from, to, words };
}

/** Pairs what is only before with what is only after: the same name first, then the same name without its version. */
function paired(
  before: readonly string[],
  after: readonly string[],
): readonly (readonly [string, null] | readonly [null, string] | readonly [string, string])[] {
  const gone = before.filter((path) => !after.includes(path)).sort(byName);
  const added = after.filter((path) => !before.includes(path)).sort(byName);
  const pairs: (readonly [string, null] | readonly [null, string] | readonly [string, string])[] = [];
  for (const same of [derivationName, (path: string) => withoutVersion(derivationName(path))]) {
    for (const path of [...gone]) {
      const match = added.find((candidate) => same(candidate) === same(path));
      if (match === undefined) continue;
      pairs.push([path, match]);
      gone.splice(gone.indexOf(path), 1);
      added.splice(added.indexOf(match), 1);
    }
  }
  return [
    ...pairs,
    ...gone.map((path) => [path, null] as const),
    ...added.map((path) => [null, path] as const),
  ];
}

/** Nix's own split of a name: the version begins at the first dash that no letter follows. */
function withoutVersion(name: string): string {
  return name.replace(/-[^A-Za-z].*$/, '');
}

function byName(a: string, b: string): number {
  return derivationName(a) < derivationName(b) ? -1 : 1;
}

/** The value with the hash part of every store path left out. */
function withoutHashes(value: string, derivation: StoreDerivation): string {
  const storeDir = derivation.path.slice(0, derivation.path.lastIndexOf('/') + 1);
  return value
    .split(storeDir)
    .map((part, index) => (index === 0 ? part : part.replace(/^[0-9a-z]{32}-/, '')))
    .join(storeDir);
}

function keysOf(a: object, b: object): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

function shown(value: string): string {
  if (value === '') return 'nothing';
  return value.length > 80 ? `"${value.slice(0, 77)}…"` : `"${value}"`;
}
