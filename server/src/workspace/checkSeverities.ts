/** The severities that count in a file: the user's, and the rules of nixpkgs where nixpkgs is written. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withRulesOfNixpkgs, type SeveritySettings } from '../analysis/severities';
import type { Settings } from '../protocol/settings';

/** `file`: its absolute path. */
export function checkSeverities(
  file: string,
  { severity, nixpkgs }: Pick<Settings['checks'], 'severity' | 'nixpkgs'>,
): SeveritySettings {
  if (nixpkgs === 'off' || (nixpkgs !== 'on' && !isOfNixpkgs(file))) return severity;
  return withRulesOfNixpkgs(severity);
}

/** Whether a file is a package of nixpkgs, or of a tree that is laid out as it is: all of those are below `pkgs`. */
function isOfNixpkgs(file: string): boolean {
  return [...file.matchAll(/\/pkgs(?=\/)/g)].some(({ index }) =>
    ['top-level', 'by-name'].some((name) => existsSync(join(file.slice(0, index), 'pkgs', name))),
  );
}
