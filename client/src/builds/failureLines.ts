/** The lines of a failure's log that are shown of it. Pure. */
import type { Failure } from '../../../server/src/protocol/model';
import { isBashNoise } from './bashNoise';

const shortestEnd = 4;
/** How stdenv announces a phase. */
const heading = /^Running phase: \S+$/;

/** The decisive lines and about so many last ones, with a line of dots where some are left out between them. */
export function failureLines({ decisive = [], tail }: Failure, most: number): readonly string[] {
  const end = tail.filter((line) => !isBashNoise(line) && !heading.test(line)).slice(-most);
  const before = decisive.map(({ text }) => text).filter((text) => !end.includes(text));
  if (before.length === 0) return end;
  return [...before, '⋯', ...end.slice(-Math.max(shortestEnd, most - before.length))];
}

/** The decisive lines when they are not among the last so many, which whoever watched still sees; else none. */
export function decisiveBefore({ decisive = [], tail }: Failure, seen: number): readonly string[] {
  const end = tail.slice(-seen);
  return decisive.every(({ text }) => end.includes(text)) ? [] : decisive.map(({ text }) => text);
}
