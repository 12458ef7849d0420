/** Terminal colours, or none: only on a terminal, and never when `NO_COLOR` is set (https://no-color.org). */

export interface Colours {
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  bold(text: string): string;
  dim(text: string): string;
}

export function coloursFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Colours {
  const enabled = isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const style = (code: number, end: number) => (text: string) =>
    enabled ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  return {
    red: style(31, 39),
    yellow: style(33, 39),
    green: style(32, 39),
    bold: style(1, 22),
    dim: style(2, 22),
  };
}
