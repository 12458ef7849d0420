/** The files by which the controller tells a driver what it is for. Everything that came from a user is quoted. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import type { BuilderEnvironment } from './builderEnvironment';
import type { BuilderScript } from './builderScript';
import type { DriverCommand } from './driver';
import { writePrivateFile } from './driver';
import { quoteForShell } from './structuredAttrs';

export interface DriverSettings {
  readonly controlFolder: string;
  readonly driverFolder: string;
  readonly terminalPath: string;
  /** Unguessable word by which marks in the output are known. */
  readonly token: string;
  readonly script: BuilderScript;
  /** When this process is gone the driver ends itself. */
  readonly controller: number;
  /** The position that `restore.sh` brings back; null: the builder's own beginning. */
  readonly begin: number | null;
}

/** Writes `settings.sh` and `prelude.sh`. */
export async function writeDriverFiles(settings: DriverSettings): Promise<void> {
  const { controlFolder, script } = settings;
  const variables = {
    driver: settings.driverFolder,
    terminal: settings.terminalPath,
    mark: settings.token,
    controller: String(settings.controller),
    script: script.script,
    structure: script.structure,
    begin: settings.begin === null ? '' : String(settings.begin),
  };
  const lines = Object.entries(variables).map(
    ([name, value]) => `__phasewise_${name}=${quoteForShell(value)}\n`,
  );
  await writePrivateFile(join(controlFolder, 'settings.sh'), lines.join(''));
  await writePrivateFile(join(controlFolder, 'prelude.sh'), `${script.prelude}\n`);
}

/** Writes what Nix puts into the build directory, which is this `folder`, before the builder starts. */
export async function writeBuilderFiles(builder: BuilderEnvironment, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path, content } of builder.files) {
    const file = join(folder, relative(builder.cwd, path));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: 0o644 });
  }
}

/** The derivation's own builder, with its own options, running one of our scripts. */
export function driverCommand(
  derivation: StoreDerivation,
  builder: BuilderEnvironment,
  script: BuilderScript,
  ourScript: string,
): DriverCommand {
  return {
    program: derivation.builder,
    argv0: builder.argv0,
    args: [...script.options, ourScript, ...script.parameters],
    env: builder.env,
    cwd: builder.cwd,
  };
}
