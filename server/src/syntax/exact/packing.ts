/** Tables of the parser as a short text, and back: most of their entries are empty. */
import type { Tables } from './tables';

type Packed = Pick<Tables, 'actions' | 'defaults'>;

/** For each state its default, then pairs of symbol and action. */
export function packed({ actions, defaults }: Packed, width: number): string {
  return [...defaults]
    .map((production, state) => {
      const row = [...actions.subarray(state * width, (state + 1) * width)];
      const entries = row.flatMap((action, symbol) => (action === 0 ? [] : [`${symbol} ${action}`]));
      return [production, ...entries].join(' ');
    })
    .join('\n');
}

export function unpacked(text: string, width: number): Packed {
  const rows = text.split('\n').map((row) => row.split(' ').map(Number));
  const actions = new Int16Array(rows.length * width);
  const defaults = new Int16Array(rows.length);
  rows.forEach(([production = -1, ...entries], state) => {
    defaults[state] = production;
    for (let index = 0; index + 1 < entries.length; index += 2) {
      actions[state * width + (entries[index] ?? 0)] = entries[index + 1] ?? 0;
    }
  });
  return { actions, defaults };
}
