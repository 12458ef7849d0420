/**
 * What an evaluation of a flake where it is reads although git does not know it: Nix's own commands take of a git repository only the
 * files that git knows. Git is asked when a saved text is evaluated; what is typed after that is told the same.
 */
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { NixContext } from './commandLine';
import { usesFlakes } from './entryFiles';
import { pathsNamed, type ReadPath } from './filesRead';
import { repositoryAround, untrackedIn } from './git';
import type { EvaluatedFile, EvaluationFailure, EvaluationSource, UntrackedRead } from './nix';
import { realPath } from './realPath';
import type { Result } from '../result';

type Answer = Result<EvaluatedFile, EvaluationFailure>;

const most = { documents: 50, textsLookedAt: 500 } as const;

export class UntrackedReads {
  /** By what was evaluated, in its last state that was saved. */
  private readonly known = new Map<string, readonly UntrackedRead[]>();

  constructor(private readonly context: NixContext) {}

  /** The answer of a cold evaluation, with what git does not know of what it read. */
  async byCold(
    source: EvaluationSource,
    answer: Answer,
    reads: readonly ReadPath[],
    signal: AbortSignal,
  ): Promise<Answer> {
    if (!isFlakeInPlace(source)) return answer;
    const found = signal.aborted ? null : await untrackedReads(this.context, source, reads, signal);
    if (found === null) return answer;
    this.keep(source.file, found);
    return withReads(answer, found);
  }

  byKept(source: EvaluationSource, answer: Answer): Answer {
    return isFlakeInPlace(source) ? withReads(answer, this.known.get(source.file) ?? []) : answer;
  }

  private keep(file: string, found: readonly UntrackedRead[]): void {
    this.known.delete(file);
    if (found.length > 0) this.known.set(file, found);
    const [oldest] = this.known.keys();
    if (this.known.size > most.documents && oldest !== undefined) this.known.delete(oldest);
  }
}

/** Whether it is called through a flake of which nothing is copied to the store. */
export function isFlakeInPlace(source: Pick<EvaluationSource, 'kind' | 'entry'>): boolean {
  return source.kind === 'file' && usesFlakes(source);
}

function withReads(answer: Answer, untracked: readonly UntrackedRead[]): Answer {
  if (untracked.length === 0) return answer;
  return answer.ok
    ? { ...answer, value: { ...answer.value, untracked } }
    : { ...answer, error: { ...answer.error, untracked } };
}

interface Reads {
  readonly evaluated: readonly string[];
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

/** Null where there is no repository, or git does not answer. */
async function untrackedReads(
  context: NixContext,
  source: EvaluationSource,
  reads: readonly ReadPath[],
  signal: AbortSignal,
): Promise<readonly UntrackedRead[] | null> {
  const repository = source.entry === undefined ? null : repositoryAround(dirname(source.entry.file));
  if (repository === null) return null;
  const relative = relativeTo(repository, context);
  const told = sorted(reads, relative);
  // Nix does not tell of `readFile`.
  const named = pathsNamed(source.typed?.text ?? '').paths.flatMap((path) => {
    const file = resolve(dirname(source.file), path);
    return isFile(file) ? (relative(file) ?? []) : [];
  });
  const own = relative(source.file);
  const files = new Set([...told.files, ...named, ...(own === null ? [] : [own])]);
  const asked = { folder: repository, files: [...files], folders: [...told.folders] };
  const untracked = await untrackedIn(context.runner, context.environment, asked, signal);
  if (untracked === null) return null;
  const found = untracked.map((file): UntrackedRead => {
    const isTold = told.files.has(file.path) || file.path === own;
    const folder = isTold || files.has(file.path) ? undefined : around(file.path, told.folders);
    const copiedWith = folder === undefined ? null : join(repository, folder);
    return { ...file, copiedWith, told: isTold || folder !== undefined, namedIn: null };
  });
  return Promise.all(found.map((one) => withPlace(one, repository, told.evaluated)));
}

function sorted(reads: readonly ReadPath[], relative: (path: string) => string | null): Reads {
  const evaluated = new Set<string>();
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const { kind, path, filtered } of reads) {
    const inside = relative(path);
    if (inside === null) continue;
    if (kind === 'evaluated') evaluated.add(inside);
    if (kind === 'evaluated' || isFile(path)) files.add(inside);
    else if (!filtered) folders.add(inside);
  }
  return { evaluated: [...evaluated], files, folders };
}

function around(path: string, folders: ReadonlySet<string>): string | undefined {
  return [...folders].find((folder) => folder === '.' || path.startsWith(`${folder}/`));
}

/** Gives a path below the repository relative to it; null for another, and for what is the store's or ours. */
function relativeTo(
  repository: string,
  { installation, expressionsFolder }: NixContext,
): (path: string) => string | null {
  const tops = [...new Set([repository, realPath(repository)])];
  const { storeDir, physicalStoreDir } = installation;
  const others = [storeDir, physicalStoreDir, expressionsFolder];
  return (path) => {
    if (others.some((other) => path === other || path.startsWith(`${other}/`))) return null;
    for (const top of tops) {
      if (path === top) return '.';
      if (path.startsWith(`${top}/`)) return path.slice(top.length + 1);
    }
    return null;
  };
}

/** With the file that Nix evaluated and that names it or the folder with which it is copied. */
async function withPlace(
  read: UntrackedRead,
  repository: string,
  evaluated: readonly string[],
): Promise<UntrackedRead> {
  if (!read.told) return read;
  const wanted = read.copiedWith ?? join(repository, read.path);
  for (const inside of evaluated.slice(0, most.textsLookedAt)) {
    const file = join(repository, inside);
    const text = await readFile(file, 'utf8').catch(() => '');
    const isNamed = pathsNamed(text).paths.some((path) => leadsTo(resolve(dirname(file), path), wanted));
    if (isNamed && file !== wanted) return { ...read, namedIn: file };
  }
  return read;
}

/** Whether what is read when this path is imported or copied is the wanted one. */
export function leadsTo(path: string, wanted: string): boolean {
  return path === wanted || join(path, 'default.nix') === wanted;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
