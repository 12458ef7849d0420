/**
 * Which package of nixpkgs has a program, a header, a library, a `.pc` file, a CMake package or a Python module, where
 * the names differ. Source: the attribute names of nixpkgs 24.11 (`pkgs/top-level/all-packages.nix`, `pkgs/by-name`,
 * `pkgs/top-level/python-packages.nix`) and what those packages install. A name that is not here is tried as it is.
 * These are guesses to be verified in the user's own set, where that can be asked.
 */
import { cmakePackages } from './providers/cmakePackages';
import { commands } from './providers/commands';
import { headers } from './providers/headers';
import { libraries } from './providers/libraries';
import type { ProviderTable } from './providers/providerTable';
import { pythonModules } from './providers/pythonModules';

export type Provided = 'command' | 'header' | 'pkgConfig' | 'library' | 'cmakePackage' | 'pythonModule';

const tables: Readonly<Record<Provided, ProviderTable>> = {
  command: commands,
  header: headers,
  pkgConfig: libraries,
  library: libraries,
  cmakePackage: cmakePackages,
  pythonModule: pythonModules,
};

/** A package that may have it. */
export interface Provider {
  /** Attribute path in the package set. */
  readonly path: readonly string[];
  /** Whether it is told by the table, rather than guessed from the name. */
  readonly isKnown: boolean;
}

/** Packages that may have it, the likeliest first. */
export function providersOf(kind: Provided, name: string): readonly Provider[] {
  const known = knownProvider(tables[kind], kind, name);
  const guesses = guessedNames(kind, name).map((path) => ({ path, isKnown: false }));
  const first = known === null ? [] : [{ path: inSet(kind, known), isKnown: true }];
  const all: readonly Provider[] = [...first, ...guesses];
  return all.filter(({ path }, index) => all.findIndex((other) => samePath(other.path, path)) === index);
}

function knownProvider(table: ProviderTable, kind: Provided, name: string): string | null {
  let best: string | null = null;
  let length = 0;
  for (const [attribute, names] of Object.entries(table)) {
    for (const candidate of names.split(' ')) {
      const isFolder = kind === 'header' && candidate.endsWith('/') && name.startsWith(candidate);
      if ((candidate === name || isFolder) && candidate.length > length) {
        [best, length] = [attribute, candidate.length];
      }
    }
  }
  return best;
}

function inSet(kind: Provided, attribute: string): readonly string[] {
  return kind === 'pythonModule' ? ['python3Packages', attribute] : attribute.split('.');
}

function guessedNames(kind: Provided, name: string): readonly (readonly string[])[] {
  switch (kind) {
    case 'command':
      return [[name]];
    case 'header': {
      const base = name.replace(/\/.*$/, '').replace(/\.h(?:pp|xx)?$/, '');
      return [[base], [`lib${base}`], [base.toLowerCase()]];
    }
    case 'pkgConfig': {
      const bare = name.replace(/-?\d+(?:\.\d+)*$/, '');
      return [[name], [bare], [name.replace(/^lib/, '')], [`lib${bare}`]];
    }
    case 'library':
      return [[name], [`lib${name}`], [name.toLowerCase()]];
    case 'cmakePackage':
      return [[name], [name.toLowerCase()], [`lib${name.toLowerCase()}`]];
    case 'pythonModule':
      return [name, name.replaceAll('_', '-'), name.toLowerCase()].map((module) => [
        'python3Packages',
        module,
      ]);
  }
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
