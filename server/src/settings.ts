/** Settings as the client sends them (anything at all) made into settings that the server can rely on. */
import { defaultSettings } from './protocol/settings';
import type { Settings } from './protocol/settings';
import { isJsonObject } from './json';

export interface ParsedSettings {
  readonly settings: Settings;
  /** Those of single folders of the workspace, by their URIs as they were given. */
  readonly folders: ReadonlyMap<string, Settings>;
  /** Names, as the user writes them, of settings whose value had the wrong type and was replaced by its default. */
  readonly rejected: readonly string[];
}

/** Settings that hold records of records of strings. */
const nested: ReadonlySet<string> = new Set(['evaluation.arguments']);

/**
 * Takes the value of `phasewise` in the user's settings, or an object that holds it under that name; gives complete
 * settings. Below `folders` may stand other values for folders of the workspace, by their URIs. Never fails: what is absent or of the
 * wrong type falls back to its default, in a folder to what the workspace has.
 */
export function parseSettings(value: unknown): ParsedSettings {
  const rejected = new Set<string>();
  const sections = isJsonObject(value) ? (isJsonObject(value['phasewise']) ? value['phasewise'] : value) : {};
  const settings = readSections(sections, defaultSettings, rejected);
  const folders = new Map<string, Settings>();
  const { folders: given = {} } = sections;
  if (!isJsonObject(given)) rejected.add('phasewise.folders');
  else
    for (const [uri, own] of Object.entries(given))
      if (isJsonObject(own)) folders.set(uri, readSections(own, settings, rejected));
      else rejected.add('phasewise.folders');
  return { settings, folders, rejected: [...rejected] };
}

function readSections(
  sections: Readonly<Record<string, unknown>>,
  defaults: Settings,
  rejected: Set<string>,
): Settings {
  const read = <T extends object>(section: string, standard: T): T =>
    readSection(section, standard, sections[section], rejected);
  return {
    nix: read('nix', defaults.nix),
    evaluation: read('evaluation', defaults.evaluation),
    checks: read('checks', defaults.checks),
    formatting: read('formatting', defaults.formatting),
    shellcheck: read('shellcheck', defaults.shellcheck),
    codeLens: read('codeLens', defaults.codeLens),
    inlayHints: read('inlayHints', defaults.inlayHints),
    builds: read('builds', defaults.builds),
    phases: read('phases', defaults.phases),
    build: read('build', defaults.build),
    sessions: read('sessions', defaults.sessions),
  };
}

function readSection<T extends object>(
  section: string,
  defaults: T,
  given: unknown,
  rejected: Set<string>,
): T {
  if (given === undefined || given === null) return defaults;
  if (!isJsonObject(given)) {
    rejected.add(`phasewise.${section}`);
    return defaults;
  }
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(defaults));
  for (const [name, standard] of Object.entries(defaults)) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    const fits = nested.has(`${section}.${name}`)
      ? isJsonObject(value) && Object.values(value).every(isRecordOfStrings)
      : sameType(standard, value);
    if (fits) result[name] = value;
    else rejected.add(`phasewise.${section}.${name}`);
  }
  return result as T;
}

/** Whether a value may stand for this default: lists and records hold strings only, numbers are finite and not negative. */
function sameType(standard: unknown, value: unknown): boolean {
  if (Array.isArray(standard)) return Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (isJsonObject(standard)) return isRecordOfStrings(value);
  if (typeof standard === 'number') return typeof value === 'number' && Number.isFinite(value) && value >= 0;
  return typeof value === typeof standard;
}

function isRecordOfStrings(value: unknown): boolean {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === 'string');
}

/** The same for settings by which the same Nix is called in the same way. */
export function nixName({ path, store, options, searchPath }: Settings['nix']): string {
  return JSON.stringify([path, store, Object.entries(options), searchPath]);
}
