/** Which of a derivation's inputs a run of all its phases used, by evidence: a trace of its files, and references in what it made. */
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StorePlace } from '../../nix/storePlace';
import type { InputUse } from '../../protocol/model';
import type { SessionFolder } from '../sessionFolder';
import type { SessionRecord } from '../sessionRecord';
import { FileTrace, foldersNamed } from './fileTrace';
import { listedInputs, type ListedInput } from './listedInputs';
import { hashesIn, hashesInScripts } from './references';
import { hashPart } from '../../protocol/storePath';
import { isJsonObject, parseJsonObject } from '../../json';

/** What is known of the inputs of one store derivation. */
export interface InputEvidence {
  readonly drvPath: string;
  /** How many phases were watched. */
  readonly phases: number;
  readonly inputs: readonly InputUse[];
}

/** Where a session's trace is written while its phases run. */
export function traceFile({ path }: Pick<SessionFolder, 'path'>): string {
  return join(path, 'inputs.trace');
}

/**
 * Of a session all of whose phases ran while they were watched. Null where the evidence has a gap: then nothing is to be said of any input.
 * `events`: see `TraceQuestion`. Rejects when files cannot be read, or the signal was aborted.
 */
export async function gatherInputUse(
  { record, folder }: { readonly record: SessionRecord; readonly folder: SessionFolder },
  place: StorePlace,
  events: string,
  signal: AbortSignal,
): Promise<InputEvidence | null> {
  const { derivation, phases } = record;
  const listed = await listedInputs(derivation, place);
  const doubtful = listed.filter(({ always }) => always === null);
  const paths = new Set(doubtful.flatMap(({ group }) => group));
  const state = await readFile(join(folder.states, '0'), 'latin1');
  const searched = foldersNamed(state, place.storeDir);
  const question = { storeDir: place.storeDir, paths, searched, events, phases: phases.length };
  const traced = await readTrace(new FileTrace(question), traceFile(folder), signal);
  if (traced === null) return null;
  const made = await madeReferences(record, folder, new Set([...paths].map(hashPart)), signal);
  const inputs = listed.map((input) => ({ ...inputOf(input), use: useOf(input, traced, made) }));
  return { drvPath: derivation.path, phases: phases.length, inputs };
}

async function readTrace(
  trace: FileTrace,
  file: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | null> {
  const lines = createInterface({ input: createReadStream(file, { encoding: 'latin1', signal }) });
  for await (const line of lines) trace.read(line);
  return trace.used;
}

interface MadeReferences {
  readonly inOutputs: ReadonlySet<string>;
  readonly inScripts: ReadonlySet<string>;
}

async function madeReferences(
  { outputPaths, view }: SessionRecord,
  folder: SessionFolder,
  hashes: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<MadeReferences> {
  const inOutputs = new Set<string>();
  for (const path of Object.values(outputPaths)) {
    const output = join(view?.outputFolder ?? folder.work, basename(path));
    for (const hash of await hashesIn(output, hashes, signal)) inOutputs.add(hash);
  }
  return { inOutputs, inScripts: await hashesInScripts(folder.buildTop, hashes, signal) };
}

function inputOf({ list, path }: ListedInput): Pick<InputUse, 'list' | 'path'> {
  return { list, path };
}

function useOf(
  { group, always }: ListedInput,
  traced: ReadonlyMap<string, string>,
  { inOutputs, inScripts }: MadeReferences,
): string | null {
  if (always !== null) return always;
  for (const path of group) {
    const call = traced.get(path);
    if (call !== undefined) return `a phase ${call}`;
    if (inOutputs.has(hashPart(path))) return 'an output refers to it';
    if (inScripts.has(hashPart(path))) return 'a script in the build directory is run by it';
  }
  return null;
}

const evidenceFile = 'inputs.json';

/** Keeps it with the session. */
export async function keepInputEvidence(folder: string, evidence: InputEvidence): Promise<void> {
  await writeFile(join(folder, evidenceFile), JSON.stringify(evidence), { mode: 0o600 });
}

/** What is kept in a session's folder; null when there is nothing that can be read. */
export async function readInputEvidence(folder: string): Promise<InputEvidence | null> {
  const text = await readFile(join(folder, evidenceFile), 'utf8').catch(() => null);
  if (text === null) return null;
  const { drvPath, phases, inputs } = parseJsonObject(text) ?? {};
  if (typeof drvPath !== 'string' || typeof phases !== 'number') return null;
  return Array.isArray(inputs) && inputs.every(isUse) ? { drvPath, phases, inputs } : null;
}

function isUse(value: unknown): value is InputUse {
  if (!isJsonObject(value)) return false;
  const { list, path, use } = value;
  return typeof list === 'string' && typeof path === 'string' && (use === null || typeof use === 'string');
}
