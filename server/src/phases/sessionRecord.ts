/** `session.json`: all that another process must know to go on with a session. Read with care: anyone may have edited it. */
import { createHash } from 'node:crypto';
import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import type { PhaseStatus } from '../protocol/model';
import type { SessionPhase } from './chain';
import type { SessionEdit } from './sessionEdits';
import type { SessionPhaseResult } from './sessionResults';
import { isJsonObject } from '../json';

export interface SessionRecord {
  readonly version: 2;
  readonly id: string;
  /** What the session is for (file and attribute); null when nothing finds it again. */
  readonly key: string | null;
  /** The derivation that the phases done are of, whole: its file may be collected meanwhile. */
  readonly derivation: StoreDerivation;
  readonly storeDir: string;
  readonly work: string;
  /** Identifies the work directory, so that another one of that name is not taken for it. */
  readonly workInode: string;
  /** Hash of the bash side; a state is for the same one only. */
  readonly driver: string;
  readonly structure: 'phases' | 'buildCommand' | 'builder';
  readonly phases: readonly SessionPhase[];
  /** Of the phases done, in order: their number is the position. */
  readonly results: readonly SessionPhaseResult[];
  /** The phase that failed or was cancelled last, if none ran since; while one runs, that one. */
  readonly failed: EndedPhase | null;
  /** Whether a phase began and did not end well since the files were those of the position. */
  readonly dirty: boolean;
  /** Where the builder runs; null before it first did. */
  readonly view: RecordedView | null;
  /** What the builder was told its outputs are; kept over edits. */
  readonly outputPaths: Readonly<Record<string, string>>;
  /** Edits of the derivation since the session began. */
  readonly edits: readonly SessionEdit[];
  /** For each kept state, by position, how many of the edits it holds. */
  readonly states: readonly (number | null)[];
  /** For each kept copy of the directory, by position, the number it is kept under. */
  readonly snapshots: readonly (number | null)[];
  /** By position, the number of the copy of the directory as the phase before it left it. */
  readonly ends: readonly (number | null)[];
  /** The number of the copy of the directory as it was last left by us; null while a phase runs, and when none was kept. */
  readonly left: number | null;
  /** Whether the build's shell did what it does at its end. */
  readonly finished: boolean;
  /** Phases that ran, and that something since may have made another result of, in order. */
  readonly stale: readonly StalePhase[];
  /** Milliseconds since the epoch. */
  readonly used: number;
}

/** What of a `SessionView` is in the shells and files that were kept. */
export interface RecordedView {
  readonly isolation: 'namespace' | 'none';
  readonly isolationNote: string | null;
  readonly seesMachine: boolean;
  readonly buildTop: string;
  readonly redirect: string | null;
  readonly outputFolder: string;
  readonly mountPoints: readonly string[];
}

export interface EndedPhase {
  readonly name: string;
  readonly status: PhaseStatus;
  /** Null when it did not end while somebody looked. */
  readonly seconds: number | null;
}

/** A phase whose result is doubtful; it runs again before anything after it. */
export interface StalePhase extends EndedPhase {
  /** What happened since it ran, in sentences. */
  readonly reason: string;
}

export const recordFile = 'session.json';

/** Writes it so that there is the old one or the new one at any moment. Rejects when it cannot be written. */
export async function writeRecord(folder: string, record: SessionRecord): Promise<void> {
  const temporary = join(folder, `${recordFile}.${process.pid}`);
  try {
    await writeFile(temporary, JSON.stringify(record, null, 1) + '\n', { mode: 0o600 });
    await rename(temporary, join(folder, recordFile));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** `absent`: there is none; `unreadable`: it is damaged or of another version. */
export async function readRecord(folder: string): Promise<SessionRecord | 'absent' | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(join(folder, recordFile), 'utf8');
  } catch {
    return 'absent';
  }
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isNumber: Check = (value) => typeof value === 'number';
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    isJsonObject(value) && Object.values(value).every(check);
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isJsonObject(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const status: Check = (value) => ['ok', 'failed', 'skipped', 'cancelled'].includes(String(value));

const checkRecord = fields({
  version: (value) => value === 2,
  id: isText,
  key: orNull(isText),
  derivation: fields({
    path: isText,
    name: isText,
    outputs: mapOf(fields({ path: isText, hashAlgo: isText, hash: isText })),
    inputDerivations: mapOf(listOf(isText)),
    inputSources: listOf(isText),
    system: isText,
    builder: isText,
    args: listOf(isText),
    env: mapOf(isText),
  }),
  storeDir: isText,
  // What is removed and restored there must never be another place.
  work: (value) => /^\/tmp\/[a-z0-9]+$/.test(String(value)),
  workInode: isText,
  driver: isText,
  structure: (value) => ['phases', 'buildCommand', 'builder'].includes(String(value)),
  phases: listOf(fields({ name: isText, runs: isFlag })),
  results: listOf(
    fields({
      name: isText,
      status,
      reused: isFlag,
      exitCode: orNull(isNumber),
      seconds: isNumber,
      lines: isNumber,
      logFile: isText,
      message: orNull(isText),
      tail: listOf(isText),
    }),
  ),
  failed: orNull(fields({ name: isText, status, seconds: orNull(isNumber) })),
  dirty: isFlag,
  view: orNull(
    fields({
      isolation: (value) => value === 'namespace' || value === 'none',
      isolationNote: orNull(isText),
      seesMachine: isFlag,
      buildTop: isText,
      redirect: orNull(isText),
      outputFolder: isText,
      mountPoints: listOf(isText),
    }),
  ),
  outputPaths: mapOf(isText),
  edits: listOf(
    fields({
      variables: listOf(isText),
      script: isText,
      files: listOf(fields({ path: isText, content: isText })),
    }),
  ),
  states: listOf(orNull(isNumber)),
  snapshots: listOf(orNull(isNumber)),
  ends: listOf(orNull(isNumber)),
  left: orNull(isNumber),
  finished: isFlag,
  stale: listOf(fields({ name: isText, status, seconds: orNull(isNumber), reason: isText })),
  used: isNumber,
});

function isRecord(value: unknown): value is SessionRecord {
  if (!checkRecord(value)) return false;
  const { phases, results } = value as SessionRecord;
  return results.length <= phases.length && results.every(({ name }, index) => phases[index]?.name === name);
}

/** A hash of the bash side: a state saved by another one may not fit it. */
export async function driverHash(driverFolder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(driverFolder)).filter((file) => file.endsWith('.sh')).sort()) {
    hash.update(`${name}\0`).update(await readFile(join(driverFolder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
