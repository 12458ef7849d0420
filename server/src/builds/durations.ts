/** How long builds and their phases took, by the name of the derivation and phase, kept in one small file: what the next one will take is estimated from it. */
import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '../environment';

export interface Estimate {
  /** Seconds of each phase. */
  readonly phases: Readonly<Record<string, number>>;
  /** Seconds of the whole build; null when only phases of it were run. */
  readonly seconds: number | null;
}

interface TimedPhase {
  readonly name: string;
  readonly seconds: number;
}

interface Kept {
  /** Seconds of whole builds, the last ones, oldest first. */
  readonly total: readonly number[];
  readonly phases: Readonly<Record<string, readonly number[]>>;
}

const keptRuns = 5;
const keptNames = 500;
const keptPhases = 40;

export class Durations {
  private kept: Map<string, Kept> | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly file: string,
    private readonly logger: Logger,
  ) {}

  /** What building a derivation of this name (`hello-2.12`) will take; null when none of that name, of whatever version, was built. */
  estimate(name: string): Estimate | null {
    const kept = this.read().get(withoutVersion(name));
    if (kept === undefined) return null;
    const phases = Object.entries(kept.phases).map(([phase, seconds]) => [phase, middle(seconds)] as const);
    return {
      seconds: kept.total.length === 0 ? null : middle(kept.total),
      phases: Object.fromEntries(phases),
    };
  }

  /** Keeps what a build that ended well took, or with null what phases that were run alone did. Resolves when it is written, or could not be. */
  record(name: string, seconds: number | null, phases: readonly TimedPhase[]): Promise<void> {
    this.writing = this.writing.then(() => {
      // Another window may have written meanwhile.
      this.kept = null;
      const all = this.read();
      addRun(all, withoutVersion(name), seconds, phases);
      return this.write(`${JSON.stringify(Object.fromEntries(all))}\n`);
    });
    return this.writing;
  }

  private read(): Map<string, Kept> {
    this.kept ??= parse(this.file);
    return this.kept;
  }

  private async write(text: string): Promise<void> {
    const draft = `${this.file}.${process.pid}`;
    try {
      await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
      await writeFile(draft, text, { mode: 0o600 });
      await rename(draft, this.file);
    } catch (error) {
      this.logger.warn(`How long builds take is not kept in ${this.file}: ${String(error)}`);
    }
  }
}

function addRun(
  all: Map<string, Kept>,
  name: string,
  seconds: number | null,
  phases: readonly TimedPhase[],
): void {
  const before = all.get(name) ?? { total: [], phases: {} };
  const times = new Map(Object.entries(before.phases));
  for (const phase of phases.slice(0, keptPhases))
    times.set(phase.name, withLast(times.get(phase.name) ?? [], phase.seconds));
  all.delete(name);
  all.set(name, {
    total: seconds === null ? before.total : withLast(before.total, seconds),
    phases: Object.fromEntries([...times].slice(-keptPhases)),
  });
  const [oldest] = all.keys();
  if (all.size > keptNames && oldest !== undefined) all.delete(oldest);
}

/** `hello` of `hello-2.12`, as Nix's `parseDrvName` has it. */
function withoutVersion(name: string): string {
  return name.replace(/-[^a-zA-Z].*$/, '');
}

function withLast(before: readonly number[], seconds: number): readonly number[] {
  return [...before, Math.round(seconds * 1000) / 1000].slice(-keptRuns);
}

function middle(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

/** A file that is missing or is not what we write counts as empty. */
function parse(file: string): Map<string, Kept> {
  const all = new Map<string, Kept>();
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return all;
  }
  if (typeof json !== 'object' || json === null) return all;
  for (const [name, kept] of Object.entries(json)) {
    if (typeof kept !== 'object' || kept === null) continue;
    const { total, phases } = kept as { readonly total?: unknown; readonly phases?: unknown };
    if (!isTimes(total) || typeof phases !== 'object' || phases === null) continue;
    const times = Object.entries(phases).filter((entry): entry is [string, number[]] => isTimes(entry[1]));
    all.set(name, { total, phases: Object.fromEntries(times) });
  }
  return all;
}

function isTimes(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.every((seconds) => typeof seconds === 'number' && Number.isFinite(seconds))
  );
}
