/** The outputs of a session whose phases are all done. */
import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Result } from '../result';
import { failure, success } from '../result';
import { storePathsOfOutputs } from './builderEnvironment';
import type { SessionOptions } from './openChain';
import { copyOutput } from './outputs';
import type { SessionKeeper } from './sessionKeeper';
import { outputMissing, phasesLeft } from './sessionProblems';
import { removeTree } from './snapshots/snapshots';
import { hashPart } from '../protocol/storePath';

/** Copies them, with the paths that a real build of the session's present derivation gives. */
export async function collectOutputs(
  { nix, runner }: SessionOptions,
  { record, folder: place, position }: SessionKeeper,
  folder: string | null,
  signal: AbortSignal,
): Promise<Result<Readonly<Record<string, string>>>> {
  if (position < record.phases.length || record.dirty) return failure(phasesLeft);
  const target = folder ?? place.outputs;
  await runner.run('mkdir', ['-p', '--', target], { signal });
  const paths = storePathsOfOutputs(record.derivation, nix.storeDir);
  const { redirect, outputFolder } = record.view ?? { redirect: place.work, outputFolder: place.work };
  const prefix = {
    redirect: redirect === null ? null : { work: redirect, store: nix.storeDir },
    hashes: changedHashes(record.outputPaths, paths),
  };
  const copies: Record<string, string> = {};
  for (const name of Object.keys(paths)) {
    const source = join(outputFolder, basename(record.outputPaths[name] ?? ''));
    if ((await lstat(source).catch(() => null)) === null) return failure(outputMissing(name));
    copies[name] = join(target, name);
    await removeTree(copies[name], runner);
    const copied = await copyOutput(source, copies[name], prefix, signal);
    if (!copied.ok) return copied;
  }
  return success(copies);
}

/** The hash parts of the paths that the builder was told, and of those that a real build gives now. */
function changedHashes(
  told: Readonly<Record<string, string>>,
  real: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  return Object.entries(real).flatMap(([name, path]) => {
    const pair = [hashPart(told[name] ?? path), hashPart(path)] as const;
    return pair[0] === pair[1] ? [] : [pair];
  });
}
