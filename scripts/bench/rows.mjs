// A measured number beside its goal, and how the middle of several is taken.

/** `goal`: at most this; null when the number is only for information. */
export function row(what, value, unit, goal = null) {
  return { what, value, unit, goal };
}

/** The middle of an odd count of numbers. */
export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** What so many of a hundred numbers do not exceed. */
export function percentile(numbers, hundredth) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * hundredth) / 100) - 1)];
}

export function printRow({ what, value, unit, goal }) {
  const measured = `${shown(value)} ${unit}`.trimEnd();
  const judgement = goal === null ? '' : `goal ${shown(goal)}  ${value <= goal ? 'ok' : 'OVER'}`;
  console.log(`${what.padEnd(64)} ${measured.padStart(12)}   ${judgement}`.trimEnd());
}

function shown(value) {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
