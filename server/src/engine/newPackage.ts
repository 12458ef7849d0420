/** A new package from the address of a source or a folder: fetched, looked at, and written. */
import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, isAbsolute, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readHash } from '../derivation/hashText';
import { readOrigin, repositoryAt, type Origin } from '../derivation/newPackage/origin';
import type { NewPackage } from '../protocol/packageMessages';
import { packageSkeleton } from '../derivation/newPackage/skeleton';
import { stringText } from '../derivation/newPackage/source';
import { latestTag } from '../derivation/newPackage/tags';
import { checkOut, tagsAt } from '../nix/git';
import type { Nix, NixProbe } from '../nix/nix';
import { makeOwnFolder } from '../nix/ownFolder';
import type { ProcessRunner } from '../nix/process';
import { failure, success, type Problem, type Result } from '../result';
import { unpackedSource } from './unpackedSource';

export interface PackageWish {
  /** A URL, or the absolute path of a folder or archive. */
  readonly source: string;
  /** The folder that the text will be in; the path of a source folder is written from there. */
  readonly folder: string;
  /** One line on what is done now. */
  readonly onProgress: (line: string) => void;
}

/** Problems: `no-such-source`, `wrong-url`, `no-tag`, `no-git`, `git-refused`, `not-fetched`, `not-added`, those of the probe, `cancelled`. */
export async function newPackage(
  nix: (signal: AbortSignal) => Promise<NixProbe>,
  git: GitParts,
  { source, folder, onProgress }: PackageWish,
  signal: AbortSignal,
): Promise<Result<NewPackage>> {
  const kind = isAbsolute(source) ? kindOf(source) : 'address';
  if (kind === null) return failure(noSuchSource(source));
  if (kind === 'folder') {
    const path = pathText(relative(folder, source));
    return success(packageSkeleton({ kind, path, name: basename(source) }, unpackedSource(source)));
  }
  const probe = await nix(signal);
  if (!probe.ok) return probe;
  const address = kind === 'file' ? pathToFileURL(source).href : source;
  const origin = await originAt(git, address, onProgress, signal);
  if (!origin.ok) return origin;
  onProgress(`Fetching ${origin.value.address}`);
  const fetched = await fetchOrigin(git, probe.value, origin.value, signal);
  if (!fetched.ok) return fetched;
  const { hash, folder: unpacked } = fetched.value;
  return success(packageSkeleton({ kind: 'fetched', origin: origin.value, hash }, unpackedSource(unpacked)));
}

/** How git is run. */
export interface GitParts {
  readonly runner: ProcessRunner;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A repository without a version is asked for its latest. */
async function originAt(
  { runner, environment }: GitParts,
  address: string,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<Result<Origin>> {
  const repository = repositoryAt(address);
  if (repository === null) return readOrigin(address);
  onProgress(`Asking ${repository.address} for its tags`);
  const tags = await tagsAt(runner, environment, repository.address, signal);
  if (!tags.ok) return tags;
  const latest = latestTag(repository.name, tags.value);
  return latest === null ? failure(noVersion(repository.address)) : repository.tagged(latest);
}

interface Fetched {
  readonly hash: string;
  readonly folder: string;
}

/** The archive is fetched once; where its own hash counts, it is unpacked from the store. */
async function fetchOrigin(
  git: GitParts,
  nix: Nix,
  { address, checkout, isTree, storeName }: Origin,
  signal: AbortSignal,
): Promise<Result<Fetched>> {
  if (checkout !== null) return cloned(git, nix, { address, tag: checkout, storeName }, signal);
  const got = await nix.prefetch({ address, unpack: isTree, name: storeName }, signal);
  if (!got.ok) return got;
  const hash = written(got.value.hash);
  if (isTree) return success({ hash, folder: got.value.path });
  const archive = pathToFileURL(got.value.path).href;
  const tree = await nix.prefetch({ address: archive, unpack: true, name: 'source' }, signal);
  return tree.ok ? success({ hash, folder: tree.value.path }) : tree;
}

async function cloned(
  { runner, environment }: GitParts,
  nix: Nix,
  { address, tag, storeName }: { readonly address: string; readonly tag: string; readonly storeName: string },
  signal: AbortSignal,
): Promise<Result<Fetched>> {
  const own = await makeOwnFolder('clone');
  try {
    const folder = join(own, storeName);
    const there = await checkOut(runner, environment, { address, tag, folder }, signal);
    if (!there.ok) return there;
    const added = await nix.addTree(folder, signal);
    return added.ok ? success({ hash: written(added.value.hash), folder: added.value.path }) : added;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** As Nix's hash is written in a text. */
function written(hash: string): string {
  return `sha256-${readHash(hash)?.digest.toString('base64') ?? ''}`;
}

function kindOf(path: string): 'folder' | 'file' | null {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    // It is not there, or not for this user.
    return null;
  }
}

/** A path literal where its letters may stand in one. */
function pathText(path: string): string {
  if (path === '') return './.';
  const written = path.startsWith('..') ? path : `./${path}`;
  if (written === '..') return '../.';
  return /^[\w.+/-]+$/.test(written) ? written : `./. + ${stringText(`/${path}`)}`;
}

function noVersion(address: string): Problem {
  return {
    code: 'no-tag',
    message: `No tag of ${address} is a version.`,
    advice: 'Give the page of a tag, release or commit of the repository.',
  };
}

function noSuchSource(source: string): Problem {
  return {
    code: 'no-such-source',
    message: `${source} does not exist.`,
    advice: 'Name a folder or an archive that is there, or give a URL.',
  };
}
