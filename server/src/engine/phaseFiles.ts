/** Questions about the files of a derivation's session. */
import { buildDirectoryOf } from '../phases/sessionFolder';
import type { SessionFiles, SessionPlace } from '../phases/sessionFiles';
import { openSessionFiles, sessionStamp } from '../phases/sessionFiles';
import type { TreeChange } from '../phases/snapshots/snapshots';
import type { BuildDirectory } from '../protocol/buildDirectoryMessages';
import type { FileChange, PhaseFiles } from '../protocol/model';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { SessionSubject, WantedFile } from './engine';
import { sessionKey } from './sessionKey';

/** Larger ones are no reading for a person, and slow in an editor. */
const shownBytes = 5_000_000;

/** Keeps the last session that was asked about open, for a window asks for its files one by one. */
export class PhaseFileReader {
  private last: OpenedFiles | null = null;

  constructor(private readonly parts: Omit<SessionPlace, 'storeDir'>) {}

  /** Problems: `no-session`. */
  async open(storeDir: string, subject: SessionSubject): Promise<Result<SessionFiles>> {
    const key = sessionKey(subject);
    const stamp = await sessionStamp({ ...this.parts, storeDir }, key);
    if (this.last?.key === key && this.last.stamp === stamp) return success(this.last.files);
    const opened = await openSessionFiles({ ...this.parts, storeDir }, key);
    this.last = opened.ok ? { key, stamp, files: opened.value } : null;
    return opened;
  }
}

interface OpenedFiles {
  readonly key: string;
  readonly stamp: string;
  readonly files: SessionFiles;
}

/** See `Engine.buildDirectory`. */
export async function buildDirectory({ record }: SessionFiles): Promise<Result<BuildDirectory>> {
  const folder = await buildDirectoryOf(record);
  return folder === null ? failure(noBuildDirectory) : success({ id: record.id, folder });
}

/** See `Engine.files`. */
export async function phaseFiles(
  files: SessionFiles,
  phase: string,
  signal: AbortSignal,
): Promise<Result<PhaseFiles>> {
  const span = files.span(phase);
  if (!span.ok) return span;
  const { from, to } = span.value;
  const found = await files.changes(from, to, signal);
  if (!found.ok) return found;
  const changes = withoutFullFolders(found.value).flatMap((change) => described(files, change));
  return success({ phase, settled: to !== 'live', changes });
}

/** See `Engine.fileContent`. */
export async function phaseFileContent(
  files: SessionFiles,
  { phase, side, key }: WantedFile,
  signal: AbortSignal,
): Promise<Result<Uint8Array>> {
  const span = files.span(phase);
  if (!span.ok) return span;
  const at = side === 'before' ? span.value.from : span.value.to;
  const read = await files.read(at, Buffer.from(key, 'latin1'), signal);
  return read.ok && read.value.length > shownBytes ? failure(tooLarge(read.value.length)) : read;
}

function described(
  files: SessionFiles,
  { path, bytes, change, from, to }: TreeChange,
): readonly FileChange[] {
  const shown = files.shown(path);
  if (shown === null) return [];
  const key = Buffer.from(bytes).toString('latin1');
  return [{ path: shown, key, change, before: from, after: to }];
}

/** A folder that is new or gone with what is in it goes without saying; so does one that only holds what changed. */
function withoutFullFolders(changes: readonly TreeChange[]): readonly TreeChange[] {
  const keys = changes.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
  const holding = new Set<string>();
  for (const key of keys) {
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      const folder = key.slice(0, end);
      if (holding.has(folder)) break;
      holding.add(folder);
    }
  }
  return changes.filter(({ change, from, to }, index) => {
    if (change !== 'created' && change !== 'deleted') return true;
    return (to ?? from)?.type !== 'directory' || !holding.has(keys[index] ?? '');
  });
}

const noBuildDirectory: Problem = {
  code: 'no-build-directory',
  message: 'The build directory of this derivation is gone.',
  advice: 'Run a phase: it is made again.',
};

function tooLarge(bytes: number): Problem {
  return {
    code: 'file-too-large',
    message: `The file has ${Math.ceil(bytes / 1_000_000)} MB; files of more than ${shownBytes / 1_000_000} MB are not shown.`,
    advice: null,
  };
}
