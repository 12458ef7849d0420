/**
 * Which packages have a file, as an installed index of nixpkgs says: `nix-locate` (nix-index), and for programs `command-not-found`
 * (nixpkgs' reader of `programs.sqlite`). Sources: nix-index's README, nixpkgs' `command-not-found.pl`.
 */
import { isAbsolute, join } from 'node:path';
import type { ProcessRunner } from './process';
import { isProgram } from './programs';

/** What is wanted, in the kinds that have a place in a package. */
export type IndexedKind = 'command' | 'header' | 'pkgConfig' | 'library' | 'cmakePackage' | 'pythonModule';

const timeoutMs = 15_000;
const most = 20;

/** Attribute paths, the likeliest first; empty when no index is installed, or none knows. */
export async function indexedPackages(
  runner: ProcessRunner,
  environment: Readonly<Record<string, string>>,
  wanted: { readonly kind: IndexedKind; readonly name: string },
  signal: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  const { kind, name } = wanted;
  // A name that a shell or the index would read as more than one is no file's.
  if (!/^[\w.+@-][\w./+@-]*$/.test(name) || name.startsWith('-')) return [];
  const env = withoutAutoRun(environment);
  const run = async (program: string, args: readonly string[]) => {
    const path = findProgram(program, env);
    return path === null ? null : runner.run(path, args, { env, cwd: '/', timeoutMs, signal });
  };
  const found: string[] = [];
  for (const file of filesOf(kind, name)) {
    const types = kind === 'command' ? ['x', 's'] : ['r', 's'];
    const options = [...types.flatMap((type) => ['--type', type]), '--whole-name', '--at-root'];
    const located = await run('nix-locate', ['--minimal', ...options, file]);
    if (located?.exitCode === 0) found.push(...locatedPackages(located.stdout));
  }
  if (found.length === 0 && kind === 'command') {
    const told = await run('command-not-found', [name]);
    if (told !== null) found.push(...suggestedPackages(told.stderr + told.stdout));
  }
  return likeliestFirst(found, name)
    .slice(0, most)
    .map((path) => path.split('.'));
}

/** Where packages have it, from their roots. */
function filesOf(kind: IndexedKind, name: string): readonly string[] {
  switch (kind) {
    case 'command':
      return [`/bin/${name}`];
    case 'header':
      return [`/include/${name}`];
    case 'pkgConfig':
      return [`/lib/pkgconfig/${name}.pc`, `/share/pkgconfig/${name}.pc`];
    case 'library':
      return [`/lib/lib${name}.so`, `/lib/lib${name}.a`];
    case 'cmakePackage':
      return [
        `/lib/cmake/${name}/${name}Config.cmake`,
        `/lib/cmake/${name}/${name.toLowerCase()}-config.cmake`,
      ];
    case 'pythonModule':
      return [];
  }
}

/** What `nix-locate --minimal` prints: `ATTRIBUTE.OUTPUT` a line, in parentheses what no attribute leads to. */
export function locatedPackages(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[\w+-]+(?:\.[\w+-]+)+$/.test(line))
    .map((line) => line.slice(0, line.lastIndexOf('.')));
}

/** What `command-not-found` suggests: `nix-shell -p PACKAGE` a line, before 21.05 `nix-env -iA nixos.PACKAGE`. */
export function suggestedPackages(text: string): readonly string[] {
  return [...text.matchAll(/^\s+nix-(?:shell -p|env -iA nixos\.)\s*([\w+.-]+)$/gm)].map(
    ([, name = '']) => name,
  );
}

/** Those named as what is wanted, then those directly in the set, the shortest first. */
function likeliestFirst(found: readonly string[], name: string): readonly string[] {
  const rank = (path: string): readonly number[] => [
    path === name ? 0 : 1,
    path.split('.').length,
    path.length,
  ];
  return [...new Set(found)].sort((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    const at = one.findIndex((value, index) => value !== other[index]);
    return at < 0 ? (a < b ? -1 : 1) : (one[at] ?? 0) - (other[at] ?? 0);
  });
}

/** With these it would install or run what it finds. */
function withoutAutoRun(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('NIX_AUTO_')));
}

function findProgram(name: string, env: Readonly<Record<string, string>>): string | null {
  const home = env['HOME'] ?? '';
  const folders = [
    ...(env['PATH'] ?? '').split(':').filter(isAbsolute),
    ...(home === '' ? [] : [join(home, '.nix-profile/bin')]),
    '/run/current-system/sw/bin',
  ];
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}
