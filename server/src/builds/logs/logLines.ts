/**
 * Three ways to count the lines of a log, all from 0: those of its file; those that are shown, without the announcements to Nix by which
 * phases begin; those that are shown of one phase. Pure.
 */
import type { LogIndex } from './logIndex';

interface Section {
  readonly phase: string;
  /** Line of the file. */
  readonly first: number;
  /** Announcements at its begin. */
  readonly marks: number;
  /** Lines that are shown. */
  readonly lines: number;
}

/** How many lines that are shown stand before a line of the file. */
export function shownBefore(index: LogIndex, fileLine: number): number {
  return sectionsOf(index).reduce((sum, { first, marks, lines }) => {
    const inside = Math.min(fileLine - first - marks, lines);
    return sum + Math.max(0, inside);
  }, 0);
}

/** The line of the file at which a line that is shown stands; behind the last when there is none. */
export function fileLineOf(index: LogIndex, shown: number): number {
  let left = shown;
  for (const { first, marks, lines } of sectionsOf(index)) {
    if (left < lines) return first + marks + left;
    left -= lines;
  }
  return index.lines;
}

/** The line, of all that are shown, at which a line of a phase stands (null: of what comes before the first); null when there is none. */
export function shownLineOf(index: LogIndex, phase: string | null, line: number): number | null {
  let before = 0;
  let left = line;
  for (const section of sectionsOf(index)) {
    if (section.phase === (phase ?? '')) {
      if (left < section.lines) return before + left;
      left -= section.lines;
    }
    before += section.lines;
  }
  return null;
}

export interface ShownLines {
  readonly first: number;
  readonly last: number;
}

/** What hooks printed, in lines that are shown: of one phase, or of all (null). */
export function hooksOf({ hooks = [], sections }: LogIndex, phase: string | null): readonly ShownLines[] {
  const before: number[] = [];
  let lines = 0;
  for (const section of sections) {
    before.push(lines);
    if (phase === null || section.phase === phase) lines += section.lines;
  }
  return hooks.flatMap((hook) => {
    const section = sections[hook.section];
    if (section === undefined || (phase !== null && section.phase !== phase)) return [];
    const start = before[hook.section] ?? 0;
    const last = Math.min(hook.last, section.lines - 1);
    return last < hook.first ? [] : [{ first: start + hook.first, last: start + last }];
  });
}

/** The same of one hook in one phase, by the hook's name. */
export function linesOfHook(index: LogIndex, phase: string, hook: string): readonly ShownLines[] {
  const { hooks = [] } = index;
  return hooksOf({ ...index, hooks: hooks.filter(({ name }) => name === hook) }, phase);
}

function sectionsOf({ sections, lines: all }: LogIndex): readonly Section[] {
  return sections.map(({ phase, first, lines }, position) => {
    const end = sections[position + 1]?.first ?? all;
    return { phase, first, lines, marks: end - first - lines };
  });
}
