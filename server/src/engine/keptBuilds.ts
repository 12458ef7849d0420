/** What a failed build left (`--keep-failed`), found for a session to go on with: its directory, its phase, its half-made outputs. */
import { lstat } from 'node:fs/promises';
import { createPhaseLogReader } from '../builds/phaseLog';
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import { physicalPath } from '../nix/storePlace';
import { storePathsOfOutputs } from '../phases/builderEnvironment';
import {
  cutPhases,
  isLeftBy,
  otherDerivation,
  readKeptDirectory,
  type KeptDirectory,
} from '../phases/keptDirectory';
import type { KeptBuild } from '../phases/sessionFromKept';
import type { AdoptedBuild } from '../protocol/messages';
import { failure, success, type Result } from '../result';
import type { BuildRecords } from './buildRecords';
import { cutAfter } from './buildUntil';

/** Problems: `no-kept-directory`, `other-derivation`. */
export async function findKept(
  nix: Nix,
  records: BuildRecords,
  store: StoreDerivation,
  { folder, phase }: AdoptedBuild,
  signal: AbortSignal,
): Promise<Result<KeptBuild>> {
  const directory = await readKeptDirectory(folder);
  if (!directory.ok) return directory;
  const built = await builtIn(nix, directory.value, store, signal);
  if (built === null) return failure(otherDerivation(folder, store.name));
  const known = await knownPhases(nix, records, built.path, signal);
  const outputs = await leftOutputs(nix, built, signal);
  return success({
    directory: directory.value,
    phase: phase ?? known.failed,
    outputs,
    seconds: known.seconds,
  });
}

/** The derivation itself, or as it was made again to end after a phase; null when another one was built there. */
async function builtIn(
  nix: Nix,
  directory: KeptDirectory,
  store: StoreDerivation,
  signal: AbortSignal,
): Promise<StoreDerivation | null> {
  const { storeDir } = nix.installation;
  if (isLeftBy(directory, store, storeDir)) return store;
  const phases = cutPhases(directory);
  const path = phases === null ? null : await cutAfter(nix, store, phases, signal);
  const cut = path?.ok === true ? await nix.readDerivation(path.value) : null;
  return cut?.ok === true && isLeftBy(directory, cut.value, storeDir) ? cut.value : null;
}

/** From our own record of the build where there is one, else from the log that Nix kept. */
async function knownPhases(
  nix: Nix,
  { kept }: BuildRecords,
  drvPath: string,
  signal: AbortSignal,
): Promise<{ readonly failed: string | null; readonly seconds: Readonly<Record<string, number>> }> {
  const logs = await kept.list({ drvPath });
  const last = logs.find(({ record }) => record.kind === 'build' && record.status === 'failed')?.record;
  const seconds = Object.fromEntries((last?.phases ?? []).map((phase) => [phase.name, phase.seconds]));
  if (last?.failedPhase != null) return { failed: last.failedPhase, seconds };
  const told: { failed: string | null } = { failed: null };
  const reader = createPhaseLogReader({ phase: (name) => (told.failed = name), line: () => undefined });
  const decoder = new TextDecoder();
  await nix.log(drvPath, (chunk) => reader.write(decoder.decode(chunk, { stream: true })), signal);
  reader.end();
  return { failed: told.failed, seconds };
}

/** What lies at the outputs' paths and is not valid is the failed build's. */
async function leftOutputs(
  nix: Nix,
  store: StoreDerivation,
  signal: AbortSignal,
): Promise<KeptBuild['outputs']> {
  const outputs: Record<string, KeptBuild['outputs'][string]> = {};
  const { installation } = nix;
  for (const [name, path] of Object.entries(storePathsOfOutputs(store, installation.storeDir))) {
    const source = physicalPath(path, installation);
    const isThere = (await lstat(source).catch(() => null)) !== null;
    const isLeft = isThere && !(await nix.areValid([path], signal));
    outputs[name] = { path, source: isLeft ? source : null };
  }
  return outputs;
}
