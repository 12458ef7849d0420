/** The programs in a derivation's outputs. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import { physicalPath } from '../nix/storePlace';
import type { ProgramsAnswer } from '../protocol/storeMessages';
import { variablesOf } from './derivationVariables';

/** Those of outputs that are not built are not among them. */
export async function programsOf(nix: Nix, store: StoreDerivation): Promise<ProgramsAnswer> {
  const programs: ProgramsAnswer['programs'][number][] = [];
  for (const [output, { path }] of Object.entries(store.outputs)) {
    const folder = path === '' ? null : join(physicalPath(path, nix.installation), 'bin');
    const names = folder === null ? [] : await readdir(folder).catch(() => []);
    for (const name of names.sort()) {
      // What `wrapProgram` put aside is not for users.
      if (folder === null || /^\..*-wrapped_*$/.test(name)) continue;
      if (await isProgram(join(folder, name))) programs.push({ name, path: join(folder, name), output });
    }
  }
  return { programs, main: mainProgram(store, new Set(programs.map(({ name }) => name))) };
}

async function isProgram(file: string): Promise<boolean> {
  try {
    const found = await stat(file);
    return found.isFile() && (found.mode & 0o111) !== 0;
  } catch {
    // A link that leads nowhere.
    return false;
  }
}

/** nixpkgs tells the builder of `meta.mainProgram` in NIX_MAIN_PROGRAM (since 23.11); `lib.getExe` takes the package's name without it. */
function mainProgram(store: StoreDerivation, names: ReadonlySet<string>): string | null {
  const variables = variablesOf(store);
  const told =
    variables['NIX_MAIN_PROGRAM'] ?? /"NIX_MAIN_PROGRAM": "([^"\\]+)"/.exec(variables['env'] ?? '')?.[1];
  const wanted = [told, variables['pname']];
  return wanted.find((name) => name !== undefined && names.has(name)) ?? null;
}
