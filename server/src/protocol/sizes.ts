/** How sizes are said to the user, wherever that is. Pure. */

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** e.g. `12 kB`, `3.4 MB`, `1.2 GB`: in powers of 1000, as the limit of the settings counts. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0);
  return `${digits} ${units[unit] ?? ''}`;
}

/** e.g. `1 000 000`, with narrow spaces that do not break. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
