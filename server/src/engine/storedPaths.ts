/** The store paths of derivations, with what depends on them and what keeps them; and their end. */
import { lstat, readlink, unlink } from 'node:fs/promises';
import type { StoreDerivation } from '../nix/derivationFile';
import type { StoreRoot } from '../nix/gcRoots';
import type { Nix } from '../nix/nix';
import type { PathInfo } from '../nix/pathInfo';
import type { DeletePathsAnswer, DeletePathsParams, GcRoot, StoredPath } from '../protocol/storeMessages';
import { success, type Result } from '../result';
import { derivationName } from '../protocol/storePath';

export interface OwnedDerivation {
  readonly attr: string;
  readonly store: StoreDerivation;
}

/** More than these depend on a path that nobody wants to delete with them. */
const mostDependents = 50;

/** Valid outputs, in the order of the derivations; then what depends on them. */
export async function storedPaths(
  nix: Nix,
  derivations: readonly OwnedDerivation[],
  signal: AbortSignal,
): Promise<Result<readonly StoredPath[]>> {
  const outputs = derivations.flatMap(({ attr, store }) =>
    Object.entries(store.outputs).flatMap(([output, { path }]) =>
      path === '' ? [] : [{ path, output, attr, package: derivationName(store.path) }],
    ),
  );
  const infos =
    (await nix.pathInfos(
      outputs.map(({ path }) => path),
      signal,
    )) ?? new Map<string, PathInfo>();
  const valid = outputs.filter(({ path }) => infos.has(path));
  if (valid.length === 0) return success([]);
  const needing = new Map<string, readonly string[]>();
  const closureOf = async (path: string): Promise<Result<readonly string[]>> => {
    const closure = await nix.referrersClosure(path, signal);
    if (closure.ok) needing.set(path, closure.value);
    return closure;
  };
  const dependents = new Set<string>();
  for (const { path } of valid) {
    const closure = await closureOf(path);
    if (!closure.ok) return closure;
    for (const one of closure.value) if (!infos.has(one)) dependents.add(one);
  }
  const others = [...dependents].slice(0, mostDependents).map((path) => ({
    ...{ path, output: null, attr: null },
    package: derivationName(path),
  }));
  for (const { path } of others) {
    const closure = await closureOf(path);
    if (!closure.ok) return closure;
  }
  const more = await nix.pathInfos(
    others.map(({ path }) => path),
    signal,
  );
  const roots = await nix.roots(
    valid.map(({ path }) => path),
    signal,
  );
  if (!roots.ok) return roots;
  return success(
    [...valid, ...others].map((one): StoredPath => {
      const info = infos.get(one.path) ?? more?.get(one.path);
      const since = info?.registered == null ? null : new Date(info.registered * 1000).toISOString();
      const keeping = roots.value.filter(({ target }) => needing.get(one.path)?.includes(target) === true);
      return { ...one, bytes: info?.bytes ?? null, since, roots: keeping.map(toRoot) };
    }),
  );
}

function toRoot({ name, kind, words }: StoreRoot): GcRoot {
  return { name, kind, words };
}

/** Removes the links, then deletes the paths. A link that leads anywhere but into the store stays. */
export async function deleteStored(
  nix: Nix,
  { paths, links, ignoreLiveness }: DeletePathsParams,
  signal: AbortSignal,
): Promise<DeletePathsAnswer> {
  const kept: { path: string; message: string; advice: string | null }[] = [];
  const removedLinks: string[] = [];
  for (const link of links) {
    const refused = await removeLink(link, nix.installation.storeDir);
    if (refused === null) removedLinks.push(link);
    else kept.push({ path: link, message: refused, advice: null });
  }
  if (paths.length === 0) return { deleted: [], removedLinks, kept };
  const { storeDir } = nix.installation;
  const own = paths.filter((path) => path.startsWith(`${storeDir}/`));
  for (const path of paths)
    if (!own.includes(path)) kept.push({ path, message: `${path} is no store path.`, advice: null });
  const deletion = await nix.deletePaths(own, ignoreLiveness, signal);
  for (const { path, problem } of deletion.kept)
    kept.push({ path, message: problem.message, advice: problem.advice });
  return { deleted: deletion.deleted, removedLinks, kept };
}

/** Null when it is removed; else why not. */
async function removeLink(link: string, storeDir: string): Promise<string | null> {
  try {
    if (!(await lstat(link)).isSymbolicLink()) return `${link} is no link.`;
    if (!(await readlink(link)).startsWith(`${storeDir}/`)) return `${link} does not lead into the store.`;
    await unlink(link);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === 'ENOENT' ? null : `${link} cannot be removed (${code}).`;
  }
}
