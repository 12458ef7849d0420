/** Where the programs of Nix are. */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { NixInstallation } from './installation';

/** Where installers put Nix without always putting it on the PATH of a program started from a desktop. */
function usualFolders(home: string | undefined): readonly string[] {
  return [
    ...(home === undefined || home === ''
      ? []
      : [join(home, '.nix-profile/bin'), join(home, '.local/state/nix/profile/bin')]),
    '/nix/var/nix/profiles/default/bin',
    '/run/current-system/sw/bin',
  ];
}

/**
 * The programs below `setting` (a folder, one that has a `bin`, or the `nix` program itself); with no setting those
 * first on PATH, else in the usual places. Null when there are none.
 */
export function findPrograms(
  setting: string,
  environment: Readonly<Record<string, string>>,
): NixInstallation['programs'] | null {
  const home = environment['HOME'];
  const folders =
    setting === ''
      ? [...(environment['PATH'] ?? '').split(':').filter(isAbsolute), ...usualFolders(home)]
      : settingFolders(setting.replace(/^~(?=\/|$)/, home ?? '~'));
  for (const folder of folders) {
    const programs = {
      nix: join(folder, 'nix'),
      nixInstantiate: join(folder, 'nix-instantiate'),
      nixStore: join(folder, 'nix-store'),
      nixBuild: join(folder, 'nix-build'),
    };
    if (isProgram(programs.nixInstantiate) && isProgram(programs.nixStore)) return programs;
  }
  return null;
}

function settingFolders(setting: string): readonly string[] {
  if (!isAbsolute(setting)) return [];
  if (!isProgram(setting)) return [setting, join(setting, 'bin')];
  // A link to `nix` alone, as in a wrapper's folder, leads to where its siblings are.
  return [dirname(setting), dirname(realpathSync(setting))];
}

/** Whether this file is there and may be run by this user. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Missing, or not for this user: no program either way.
    return false;
  }
}
