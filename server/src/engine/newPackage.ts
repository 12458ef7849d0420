/** A new package from the address of a source or a folder: fetched, looked at, and written. */
import { statSync } from 'node:fs';
import { basename, isAbsolute, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readHash } from '../derivation/hashText';
import { readOrigin, type Origin } from '../derivation/newPackage/origin';
import type { NewPackage } from '../protocol/packageMessages';
import { packageSkeleton } from '../derivation/newPackage/skeleton';
import { stringText } from '../derivation/newPackage/source';
import type { Nix, NixProbe } from '../nix/nix';
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

/** Problems: `no-such-source`, `wrong-url`, `no-tag`, `not-fetched`, those of the probe, `cancelled`. */
export async function newPackage(
  nix: (signal: AbortSignal) => Promise<NixProbe>,
  { source, folder, onProgress }: PackageWish,
  signal: AbortSignal,
): Promise<Result<NewPackage>> {
  const kind = isAbsolute(source) ? kindOf(source) : 'address';
  if (kind === null) return failure(noSuchSource(source));
  if (kind === 'folder') {
    const path = pathText(relative(folder, source));
    return success(packageSkeleton({ kind, path, name: basename(source) }, unpackedSource(source)));
  }
  const origin = readOrigin(kind === 'file' ? pathToFileURL(source).href : source);
  if (!origin.ok) return origin;
  const probe = await nix(signal);
  if (!probe.ok) return probe;
  onProgress(`Fetching ${origin.value.address}`);
  const fetched = await fetchOrigin(probe.value, origin.value, signal);
  if (!fetched.ok) return fetched;
  const { hash, folder: unpacked } = fetched.value;
  return success(packageSkeleton({ kind: 'fetched', origin: origin.value, hash }, unpackedSource(unpacked)));
}

/** The archive is fetched once; where its own hash counts, it is unpacked from the store. */
async function fetchOrigin(
  nix: Nix,
  { address, isTree, storeName }: Origin,
  signal: AbortSignal,
): Promise<Result<{ readonly hash: string; readonly folder: string }>> {
  const got = await nix.prefetch({ address, unpack: isTree, name: storeName }, signal);
  if (!got.ok) return got;
  const hash = `sha256-${readHash(got.value.hash)?.digest.toString('base64') ?? ''}`;
  if (isTree) return success({ hash, folder: got.value.path });
  const archive = pathToFileURL(got.value.path).href;
  const tree = await nix.prefetch({ address: archive, unpack: true, name: 'source' }, signal);
  return tree.ok ? success({ hash, folder: tree.value.path }) : tree;
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

function noSuchSource(source: string): Problem {
  return {
    code: 'no-such-source',
    message: `${source} does not exist.`,
    advice: 'Name a folder or an archive that is there, or give a URL.',
  };
}
