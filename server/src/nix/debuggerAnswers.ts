/** What Nix's debugger prints, read. Texts are without colours. Pure. */
import type { NixPosition } from './nix';

export interface DebuggerFrame {
  /** Nix's number, by which the frame is chosen. */
  readonly number: number;
  /** `while calling 'f'`; of the innermost after an error `error: …`. */
  readonly message: string;
  /** Null when Nix names none. */
  readonly position: NixPosition | null;
}

/** What `:bt` prints: the innermost frame first. */
export function parseFrames(text: string): readonly DebuggerFrame[] {
  const frames: DebuggerFrame[] = [];
  let lines: string[] = [];
  const close = (): void => {
    const [first, ...rest] = lines;
    const number = first === undefined ? null : /^(\d+): (.*)$/.exec(first);
    if (number === null) return;
    const at = rest.findIndex((line) => place.test(line) || nowhere.test(line));
    const words = [number[2] ?? '', ...(at < 0 ? rest : rest.slice(0, at))];
    const message = words.join('\n').trim();
    frames.push({ number: Number(number[1]), message, position: at < 0 ? null : positionOf(rest[at] ?? '') });
  };
  for (const line of text.split('\n')) {
    if (line.startsWith(`${frames.length + (lines.length > 0 ? 1 : 0)}: `)) {
      close();
      lines = [line];
    } else if (lines.length > 0) lines.push(line);
  }
  close();
  return frames;
}

const place = /^(\/.*|«[^»]*»):(\d+):(\d+)$/;
/** Of 2.26, for a place that it does not know. */
const nowhere = /^«none»:0$/;

function positionOf(line: string): NixPosition | null {
  const [, file = '', row, column] = place.exec(line) ?? [];
  if (row === undefined || column === undefined) return null;
  return { file: file.startsWith('/') ? file : null, line: Number(row), column: Number(column) };
}

export interface DebuggerScope {
  /** `static`: bound by `let`, a function or `rec`; `with`: by a `with`; `builtins`: everywhere. */
  readonly kind: 'static' | 'with' | 'builtins';
  readonly names: readonly string[];
}

/** What `:env` and `:st` print of the names that an expression sees: the innermost scope first. */
export function parseScopes(text: string): readonly DebuggerScope[] {
  const [, ...levels] = text.split(/^Env level \d+$/m);
  return levels.map((level, index) => {
    const line = level.trim().split('\n')[0] ?? '';
    const [, kind, names = ''] = /^(?:(static|with): ?)?(.*)$/.exec(line) ?? [];
    const isLast = kind === undefined && index === levels.length - 1;
    return {
      kind: isLast ? 'builtins' : kind === 'with' ? 'with' : 'static',
      names: names.split(' ').filter((name) => /^[A-Za-z_][\w'-]*$/.test(name)),
    };
  });
}

/** The value of a string that the REPL printed, in its quotes; null when it is none. */
export function printedString(text: string): string | null {
  const inside = /^"((?:[^"\\]|\\[^])*)"$/.exec(text.trim())?.[1];
  return inside === undefined ? null : inside.replaceAll(/\\([^])/g, (_, one: string) => escapes[one] ?? one);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** What was printed without the prompts and what was typed behind them, which the REPL repeats. */
export function withoutPrompts(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^(?:nix-repl>| {8}>)(?: |$)/.test(line))
    .join('\n')
    .replaceAll(/^\n+|\n+$/g, '');
}

/** The error that was said, without `error:` and the places around it; null when there was none. */
export function errorIn(said: string): string | null {
  const at = said.search(/^error:/m);
  if (at < 0) return null;
  const parts = said.slice(at).split(/^\s*error:/m);
  const last = parts.at(-1) ?? '';
  const [first = '', ...lines] = last.split(/\n\s*(?=at \S.*:\d+:\d+:)/)[0]?.split('\n') ?? [];
  // What belongs to it is indented.
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('  '));
  const more = (end < 0 ? lines : lines.slice(0, end)).map((line) => line.replace(/^ {1,7}/, ''));
  return [first.trim(), ...more].join('\n').trim();
}
