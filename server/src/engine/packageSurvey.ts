/**
 * Looks through a whole package set for what its packages say that they bring. Each attribute is printed as it is known, so what ends
 * an evaluation (`abort`, an endless recursion, too much memory) costs itself alone: the next evaluation goes on after it.
 */
import { randomUUID } from 'node:crypto';
import type { EvaluationOptions } from '../nix/nix';
import { parsePackage, type CollectedPackage, type Collection } from './packageCollections';
import { question, type Ask } from './packageQuestions';

export interface SurveyLimits extends Pick<EvaluationOptions, 'timeoutMs' | 'memoryLimitMb'> {
  /** How long it may take in all. */
  readonly patienceMs: number;
  /** What is evaluated by one process, whose memory grows with it. */
  readonly pieceSize?: number;
}

const defaultPieceSize = 1000;

/** Goes on after what was collected before; comes to the end of the set, or as far as the limits or the signal let it. */
export async function surveyed(
  ask: Ask,
  { before, total }: { readonly before: Collection; readonly total: number },
  limits: SurveyLimits,
  onProgress: (next: number) => void,
  signal: AbortSignal,
): Promise<Collection> {
  const { pieceSize = defaultPieceSize, timeoutMs, memoryLimitMb } = limits;
  const both = AbortSignal.any([signal, AbortSignal.timeout(limits.patienceMs)]);
  const packages = [...before.packages];
  let { next } = before;
  while (next < total && !both.aborted) {
    const from = next;
    const to = Math.min(total, from + pieceSize);
    const listener = new PieceListener(from, (told, at) => {
      if (told !== null) packages.push(told);
      next = at + 1;
      onProgress(next);
    });
    const asking = { ...question({ kind: 'command', name: '' }), from, to, tag: listener.tag };
    const background = { onLine: (line: string) => listener.take(line) };
    const options = { callPackage: true, timeoutMs, memoryLimitMb, args: [], background };
    const { answer, ended } = await ask(asking, both, options);
    // What ended before the first attribute was begun will do so again.
    if (!listener.hasBegun || ended === 'cancelled') break;
    if (answer !== null) next = to;
    // What all took together was too much for the last.
    else if (next === from || (ended !== 'timeout' && ended !== 'memory')) next += 1;
  }
  return { next, packages };
}

/** Reads what packages.nix prints of one piece. */
class PieceListener {
  /** No evaluated text can guess it. */
  readonly tag = `phasewise-${randomUUID()}`;
  hasBegun = false;

  constructor(
    private expected: number,
    private readonly onPackage: (told: CollectedPackage | null, index: number) => void,
  ) {}

  take(line: string): void {
    const start = `trace: ${this.tag} `;
    if (!line.startsWith(start)) return;
    const said = line.slice(start.length);
    if (said === 'begin') this.hasBegun = true;
    const [, index = '', row = ''] = /^(\d+) (.*)$/s.exec(said) ?? [];
    if (Number(index) !== this.expected || index === '') return;
    this.onPackage(packageOf(row), this.expected);
    this.expected += 1;
  }
}

function packageOf(row: string): CollectedPackage | null {
  try {
    return parsePackage(JSON.parse(row));
  } catch {
    return null;
  }
}
