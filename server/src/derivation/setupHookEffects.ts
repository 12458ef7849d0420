/** What the setup hooks of inputs did to a build, from what was seen of them. Pure. */
import { usualPhases } from '../knowledge/stdenvPhases';
import type { SetupHook } from '../protocol/model';
import type { InspectedSetupHook, StdenvInspection } from './inspection';
import { storePathName } from '../protocol/storePath';

/** One entry a script, in the order in which stdenv first sourced them (by function files alone when that was not seen). */
export function setupHookEffects(inspection: StdenvInspection): readonly SetupHook[] {
  return onceEach(sourcedHooks(inspection)).map((hook) => effectsOf(hook, inspection));
}

/** A builder's script that sources the setup script a second time has each hook do its work again. */
function onceEach(hooks: readonly InspectedSetupHook[]): readonly InspectedSetupHook[] {
  const merged = new Map<string, InspectedSetupHook>();
  for (const hook of hooks) {
    const first = merged.get(hook.file);
    const entries = [...(first?.entries ?? []), ...hook.entries];
    const variables = new Map(first?.variables.map((one) => [one.name, one]));
    for (const { name, before, after } of hook.variables) {
      const known = variables.get(name);
      variables.set(name, { name, before: known === undefined ? before : known.before, after });
    }
    const told = new Map(entries.map((one) => [`${one.array}\0${one.entry}`, one]));
    merged.set(hook.file, { ...hook, entries: [...told.values()], variables: [...variables.values()] });
  }
  return [...merged.values()];
}

function sourcedHooks({
  setupHooks,
  functions,
  setupFile,
  hookArrays,
}: StdenvInspection): InspectedSetupHook[] {
  if (setupHooks !== null) return [...setupHooks];
  const files = functions.flatMap(({ file }) => (file === null || file === setupFile ? [] : [file]));
  return [...new Set(files)].map((file) => {
    const own = new Set(functions.flatMap((one) => (one.file === file ? [one.name] : [])));
    const entries = Object.entries(hookArrays).flatMap(([array, all]) =>
      all.filter((entry) => own.has(firstWord(entry))).map((entry) => ({ array, entry })),
    );
    return { file, entries, variables: [] };
  });
}

function effectsOf(hook: InspectedSetupHook, inspection: StdenvInspection): SetupHook {
  const { phases, functions, variables, setupFunctions } = inspection;
  const { file, entries } = hook;
  const own = (name: string): boolean => functions.some((one) => one.name === name && one.file === file);
  const changed = new Map(hook.variables.map((one) => [one.name, one]));
  const given = phases.flatMap(({ name }) => {
    const text = variables[name] ?? '';
    if (text === '') return own(name) ? [name] : [];
    return changed.get(name)?.after === text || own(text.trim()) ? [name] : [];
  });
  const implicit = functions
    .filter((one) => one.file === file && /^(?:pre|post)[A-Z]|Hook$/.test(one.name))
    .filter(({ name }) => !entries.some(({ entry }) => firstWord(entry) === name))
    .map(({ name }) => ({ array: name, entry: name }));
  const isStdenvs = (name: string): boolean =>
    Object.hasOwn(setupFunctions, name) || usualPhases.some((phase) => phase.name === name);
  const input = storePathOf(file);
  return {
    input,
    name: hookName(file),
    file,
    phasesReplaced: given.filter(isStdenvs),
    phasesAdded: given.filter((name) => !isStdenvs(name)),
    hooksAdded: [...entries, ...implicit],
    variables: hook.variables.filter(({ name }) => !given.includes(name)),
  };
}

function firstWord(entry: string): string {
  return entry.trim().split(/\s/)[0] ?? '';
}

/** The store path that a file belongs to; null for a file outside of any store. */
export function storePathOf(file: string): string | null {
  return /^.*?\/[0-9a-z]{32}-[^/]+/.exec(file)?.[0] ?? null;
}

/** The input's name without the hash; of a file outside of any store the file's. */
function hookName(file: string): string {
  return storePathName(storePathOf(file) ?? file);
}

/** Who put something where it is: the last hook that gave a variable the value it has, or that added an entry. */
export class SetupHookAuthors {
  constructor(private readonly hooks: readonly InspectedSetupHook[]) {}

  ofVariable(name: string, value: string): string | null {
    const author = this.hooks.findLast(({ variables }) =>
      variables.some((one) => one.name === name && one.after === value),
    );
    return author?.file ?? null;
  }

  ofEntry(array: string, entry: string): string | null {
    const author = this.hooks.find(({ entries }) =>
      entries.some((one) => one.array === array && one.entry === entry),
    );
    return author?.file ?? null;
  }

  /** Names of all variables that any hook changed. */
  changedNames(): readonly string[] {
    return this.hooks.flatMap(({ variables }) => variables.map(({ name }) => name));
  }
}
