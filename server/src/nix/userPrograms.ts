/** Programs of the user's that we start: a formatter, shellcheck. */
import { isAbsolute, join } from 'node:path';
import { isProgram } from './programs';

/**
 * The program that a setting names, by name, by absolute path or from `~/`; with an empty setting the first of the usual names. Looked
 * for on PATH, then where profiles put programs. Null when it is not there.
 */
export function findUserProgram(
  setting: string,
  usual: readonly string[],
  environment: Readonly<Record<string, string>>,
): string | null {
  if (isAbsolute(setting)) return isProgram(setting) ? setting : null;
  const home = environment['HOME'] ?? '';
  if (setting.startsWith('~/'))
    return findUserProgram(join(home || '/', setting.slice(2)), usual, environment);
  const folders = [
    ...(environment['PATH'] ?? '').split(':').filter(isAbsolute),
    ...(home === '' ? [] : [join(home, '.nix-profile/bin')]),
    '/run/current-system/sw/bin',
  ];
  for (const name of setting === '' ? usual : [setting]) {
    const found = folders.map((folder) => join(folder, name)).find(isProgram);
    if (found !== undefined) return found;
  }
  return null;
}

/** An environment without what is not set. */
export function definedVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) defined[name] = value;
  return defined;
}
