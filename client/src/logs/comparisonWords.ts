/** How two long logs differ, as a list to choose from. Pure. */
import type { ComparedPhase } from '../../../server/src/protocol/logMessages';
import type { LineSpan } from '../../../server/src/protocol/logUri';
import { countText } from '../../../server/src/protocol/sizes';

/** Lines of a phase in each of two logs; null: in one of them there are none. */
export interface ComparedPart {
  readonly phase: string;
  readonly older: LineSpan | null;
  readonly newer: LineSpan | null;
}

export interface ComparisonItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** Null for a phase in which there is nothing to compare. */
  readonly part: ComparedPart | null;
}

/** The lines of one log alone that are shown at once. */
const mostLines = 50_000;

/** All phases, in their order: each part that differs, and the phases that are the same. */
export function comparisonItems(phases: readonly ComparedPhase[]): readonly ComparisonItem[] {
  return phases.flatMap(itemsOf);
}

/** What stands above a comparison. */
export function partTitle({ phase, older, newer }: ComparedPart): string {
  const [before, after] = [older, newer].map((span) => (span === null ? 'nothing' : spanWords(span)));
  return `${nameOf(phase)}: ${before ?? ''} ↔ ${after ?? ''}`;
}

function itemsOf({ phase, state, lines, parts }: ComparedPhase): readonly ComparisonItem[] {
  const label = nameOf(phase);
  const counts = `${countText(lines.older)} ↔ ${countText(lines.newer)} lines`;
  if (state === 'same')
    return [{ label: `$(check) ${label}`, description: 'the same', detail: counts, part: null }];
  if (state !== 'both') return [onlyIn(state, phase, lines[state])];
  return parts.map((part, index) => ({
    label: `$(diff) ${label}`,
    description: parts.length === 1 ? 'differs' : `differs, part ${index + 1} of ${parts.length}`,
    detail: `lines ${spanWords(part.older)} ↔ ${spanWords(part.newer)}, of ${counts}; ${restWords(parts.length)}`,
    part: { phase, ...part },
  }));
}

function onlyIn(state: 'older' | 'newer', phase: string, lines: number): ComparisonItem {
  const span = { first: 0, end: Math.min(lines, mostLines) };
  const cut = lines > mostLines ? `, of which the first ${countText(mostLines)} are shown` : '';
  return {
    label: `$(diff-${state === 'newer' ? 'added' : 'removed'}) ${nameOf(phase)}`,
    description: `only in the ${state} log`,
    detail: `${countText(lines)} lines${cut}`,
    part: { phase, older: state === 'older' ? span : null, newer: state === 'newer' ? span : null },
  };
}

function restWords(parts: number): string {
  return parts === 1 ? 'all others are the same' : 'what is in no part is the same';
}

function nameOf(phase: string): string {
  return phase === '' ? 'before the first phase' : phase;
}

function spanWords({ first, end }: LineSpan): string {
  return end === first ? 'none' : `${countText(first + 1)}–${countText(end)}`;
}
