/** A session as its folder tells it, without taking it from whoever holds it. */
import { join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import { adoptionRefused, type AdoptionOptions } from './sessionAdoption';
import { findSession, sessionFolderAt } from './sessionFolder';
import { SessionKeeper } from './sessionKeeper';
import { lockHolder } from './sessionLock';
import type { SessionRecord } from './sessionRecord';
import { driverHash, readRecord } from './sessionRecord';

export interface KeptSession {
  readonly id: string;
  readonly path: string;
  readonly record: SessionRecord;
  /** Id of the process that holds it, which may be this one; null when none does. */
  readonly holder: number | null;
}

export interface KeptSessionPlace {
  readonly stateFolder: string;
  readonly driverFolder: string;
  /** The session's own key (file and attribute). */
  readonly key: string;
  readonly storeDir: string;
}

/** Null when there is none that a run could go on with. */
export async function readKeptSession(place: KeptSessionPlace): Promise<KeptSession | null> {
  const { stateFolder, driverFolder, key, storeDir } = place;
  const id = await findSession(stateFolder, key, storeDir);
  if (id === null) return null;
  const path = join(stateFolder, 'sessions', id);
  const record = await readRecord(path);
  if (typeof record !== 'object' || record.driver !== (await driverHash(driverFolder))) return null;
  return { id, path, record, holder: await lockHolder(path) };
}

/** What `PhaseSession.adopt` would answer, told from the folder alone: null, or why the session cannot go on. */
export function adoptionOfKept(
  { id, path, record }: KeptSession,
  options: AdoptionOptions,
  next: StoreDerivation,
  firstPhase: string | null,
): Promise<string | null> {
  const keeper = new SessionKeeper(sessionFolderAt(id, path, record.work), record);
  return adoptionRefused(options, keeper, next, firstPhase);
}
