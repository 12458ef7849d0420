/** Settings as the client sends them (anything at all) made into settings that the server can rely on. */
import { defaultSettings } from './protocol/settings';
import type { Settings } from './protocol/settings';
import { isJsonObject } from './json';

export interface ParsedSettings {
  readonly settings: Settings;
  /** Names, as the user writes them, of settings whose value had the wrong type and was replaced by its default. */
  readonly rejected: readonly string[];
}

/** Settings that hold records of records of strings. */
const nested: ReadonlySet<string> = new Set(['evaluation.arguments']);

/**
 * Takes the value of `phasewise` in the user's settings, or an object that holds it under that name; gives complete
 * settings. Never fails: what is absent or of the wrong type falls back to its default.
 */
export function parseSettings(value: unknown): ParsedSettings {
  const rejected: string[] = [];
  const sections = isJsonObject(value) ? (isJsonObject(value['phasewise']) ? value['phasewise'] : value) : {};
  const read = <T extends object>(section: string, defaults: T): T =>
    readSection(section, defaults, sections[section], rejected);
  const settings = {
    nix: read('nix', defaultSettings.nix),
    evaluation: read('evaluation', defaultSettings.evaluation),
    checks: read('checks', defaultSettings.checks),
    formatting: read('formatting', defaultSettings.formatting),
    shellcheck: read('shellcheck', defaultSettings.shellcheck),
    codeLens: read('codeLens', defaultSettings.codeLens),
    inlayHints: read('inlayHints', defaultSettings.inlayHints),
    builds: read('builds', defaultSettings.builds),
    phases: read('phases', defaultSettings.phases),
    build: read('build', defaultSettings.build),
    sessions: read('sessions', defaultSettings.sessions),
  };
  return { settings, rejected };
}

function readSection<T extends object>(section: string, defaults: T, given: unknown, rejected: string[]): T {
  if (given === undefined || given === null) return defaults;
  if (!isJsonObject(given)) {
    rejected.push(`phasewise.${section}`);
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
    else rejected.push(`phasewise.${section}.${name}`);
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
