/** Compares the logs of two runs phase by phase, reading them through once. */
import { open } from 'node:fs/promises';
import { differingParts, lineHash, type HashedLines, type PartLimits } from '../builds/logs/lineDifferences';
import { normalised as withoutNoise } from '../builds/logs/normalised';
import { stretchesOf } from '../builds/logs/logStretches';
import { TerminalLines } from '../builds/logs/terminalLine';
import type { ComparedPhase } from '../protocol/logMessages';
import { numberedLines } from './logLines';
import type { OpenedLog } from './logReading';

/** What an editor compares in a moment. */
const partLimits: PartLimits = { lines: 50_000, units: 5_000_000 };

/**
 * Every phase of both, in the order of the newer with those that only the older has behind them; what comes before the first phase has
 * an empty name. Rejects when a file is gone or the signal is aborted.
 */
export async function comparePhases(
  older: OpenedLog,
  newer: OpenedLog,
  normalised: boolean,
  signal: AbortSignal,
  limits = partLimits,
): Promise<readonly ComparedPhase[]> {
  const inOlder = new Set(older.index.sections.map(({ phase }) => phase));
  const inNewer = new Set(newer.index.sections.map(({ phase }) => phase));
  const compared: ComparedPhase[] = [];
  for (const phase of new Set([...inNewer, ...inOlder])) {
    const before = await hashedLines(older, phase, normalised, signal);
    const after = await hashedLines(newer, phase, normalised, signal);
    const lines = { older: before.hashes.length, newer: after.hashes.length };
    const state = !inOlder.has(phase) ? 'newer' : !inNewer.has(phase) ? 'older' : 'both';
    const parts = state === 'both' ? differingParts(before, after, limits) : [];
    compared.push({ phase, state: state === 'both' && parts.length === 0 ? 'same' : state, lines, parts });
  }
  return compared;
}

/** The lines of a phase as they are shown. */
async function hashedLines(
  log: OpenedLog,
  phase: string,
  normalised: boolean,
  signal: AbortSignal,
): Promise<HashedLines> {
  const hashes: number[] = [];
  const units: number[] = [];
  const terminal = new TerminalLines();
  const file = await open(log.path);
  try {
    for (const stretch of stretchesOf(log.index, phase)) {
      for await (const lines of numberedLines(file, stretch, signal)) {
        for (const { line, raw } of lines) {
          const { text } = terminal.read(raw);
          const said = normalised ? withoutNoise(text) : text;
          hashes[line] = lineHash(said);
          units[line] = said.length;
        }
      }
    }
    return { hashes, units };
  } finally {
    await file.close();
  }
}
