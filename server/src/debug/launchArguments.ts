/** What a client launches: raw JSON checked and completed. Pure. */
import type { DebugSettings, LaunchArguments } from '../protocol/debug';
import { defaultSettings } from '../protocol/settings';
import { failure, success, type Result } from '../result';

export interface Launch {
  readonly program: string;
  readonly attr: string;
  readonly stopOnEntry: boolean;
  readonly stopOnFailure: boolean;
  readonly from: string | null;
  readonly until: string | null;
  readonly skipStdenv: boolean;
  /** Debug the evaluation, not the phases. */
  readonly evaluate: boolean;
  /** The program's text as its editor has it; null as it is on the disk. */
  readonly unsaved: string | null;
  /** Run all phases, but stop nowhere. */
  readonly noDebug: boolean;
  readonly settings: DebugSettings;
}

const defaults: DebugSettings = {
  nix: defaultSettings.nix,
  callPackage: defaultSettings.evaluation.callPackage,
  isolation: defaultSettings.phases.isolation,
};

/** Refuses what has the wrong type, with the name of the argument. */
export function parseLaunch(raw: Readonly<Record<string, unknown>>): Result<Launch> {
  const bad = (name: string, wanted: string): Result<never> =>
    failure({
      code: 'usage',
      message: `"${name}" in the launch configuration has to be ${wanted}.`,
      advice: null,
    });
  if (typeof raw['program'] !== 'string' || raw['program'] === '') return bad('program', 'a file');
  for (const name of ['attr', 'from', 'until', 'unsaved'] satisfies (keyof LaunchArguments)[]) {
    if (raw[name] !== undefined && typeof raw[name] !== 'string') return bad(name, 'text');
  }
  for (const name of [
    'evaluate',
    'stopOnEntry',
    'stopOnFailure',
    'skipStdenv',
  ] satisfies (keyof LaunchArguments)[]) {
    if (raw[name] !== undefined && typeof raw[name] !== 'boolean') return bad(name, 'true or false');
  }
  const launch = raw as unknown as LaunchArguments;
  return success({
    program: launch.program,
    attr: launch.attr ?? '',
    stopOnEntry: launch.stopOnEntry === true,
    stopOnFailure: launch.stopOnFailure !== false,
    from: launch.from ?? null,
    until: launch.until ?? null,
    skipStdenv: launch.skipStdenv !== false,
    evaluate: launch.evaluate === true,
    unsaved: launch.unsaved ?? null,
    noDebug: raw['noDebug'] === true,
    settings: { ...defaults, ...launch.settings },
  });
}
