/** Reads what `driver/inspect.sh` left. Pure. */
import type { InspectedFunction, InspectedPhase } from '../derivation/inspection';
import type { ShellVariable } from './declarations';
import { parseDeclarations, textOfVariable } from './declarations';
import { isHookArray, isShellsOwn } from './sourcedHooks';

export interface InspectionAnswers {
  readonly functions: readonly InspectedFunction[];
  readonly variables: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>;
  readonly hookArrays: Readonly<Record<string, readonly string[]>>;
}

/** Null when the answers are not complete (the shell ended early). */
export function parseInspectionAnswers(content: string): InspectionAnswers | null {
  const fields = content.split('\0');
  if (fields.at(-2) !== 'complete') return null;
  const bodies: [string, string][] = [];
  let declared: ReadonlyMap<string, ShellVariable> = new Map();
  let places = new Map<string, FunctionPlace>();
  let at = 0;
  const next = () => fields[at++] ?? '';
  while (at < fields.length) {
    switch (next()) {
      case 'places':
        places = parsePlaces(next());
        break;
      case 'function':
        bodies.push([next(), withoutAliases(next().trimEnd())]);
        break;
      case 'variables':
        declared = parseDeclarations(next());
        break;
    }
  }
  const functions = bodies.map(([name, body]) => ({ name, body, ...(places.get(name) ?? unknownPlace) }));
  return { functions, ...toldVariables(declared) };
}

function toldVariables(
  declared: ReadonlyMap<string, ShellVariable>,
): Pick<InspectionAnswers, 'variables' | 'values' | 'hookArrays'> {
  const variables: Record<string, string> = {};
  const values: Record<string, string> = {};
  const hookArrays: Record<string, readonly string[]> = {};
  // A phase may have any name; so may its text.
  const phases = new Set(textOfVariable(declared.get('phases'))?.split(/\s+/));
  for (const [name, variable] of declared) {
    const text = textOfVariable(variable);
    if (text === null || isShellsOwn(name)) continue;
    if (isHookArray(name)) hookArrays[name] = variable.entries ?? [text];
    else {
      values[name] = text;
      if (decidesWhatRuns(name) || phases.has(name)) variables[name] = text;
    }
  }
  return { variables, values, hookArrays };
}

function decidesWhatRuns(name: string): boolean {
  return /(?:Phase|Phases|Hook)$|^(?:phases|stdenv)$|^(?:pre|post|do|dont)[A-Z]|^buildCommand/.test(name);
}

/** What `inspect.sh` has as aliases stands in functions as it was expanded. */
function withoutAliases(body: string): string {
  return body.replaceAll(' "$__phasewise_source" "$#" "$@"', '');
}

interface FunctionPlace {
  readonly file: string | null;
  readonly line: number | null;
}
const unknownPlace: FunctionPlace = { file: null, line: null };

/** Lines `NAME LINE FILE`, as `declare -F` prints them under extdebug. */
function parsePlaces(listing: string): Map<string, FunctionPlace> {
  const places = new Map<string, FunctionPlace>();
  for (const line of listing.split('\n')) {
    const match = /^(\S+) (\d+) (\/.*)$/.exec(line);
    if (match) places.set(match[1] ?? '', { line: Number(match[2]), file: match[3] ?? null });
  }
  return places;
}

/**
 * The flags that stdenv's own text tests before it runs a phase: `curPhase = X` and `-n` or `-z` of a variable, in
 * runPhase (or, in an older stdenv, in genericBuild).
 */
export function flagsOf(phase: string, functions: readonly InspectedFunction[]): InspectedPhase['flags'] {
  const texts = ['runPhase', 'genericBuild'].map(
    (name) => functions.find((one) => one.name === name)?.body ?? '',
  );
  const test =
    /\$\{?curPhase\}?"?\s*==?\s*"?([\w-]+)"?\s*(?:\]+\s*)?(?:&&|-a)\s*(?:\[+\s*)?-([nz])\s+"?\$\{?(\w+)/g;
  const flags: { name: string; runsWhen: 'set' | 'unset' }[] = [];
  for (const match of texts.join('\n').matchAll(test)) {
    if (match[1] !== phase || match[3] === undefined) continue;
    flags.push({ name: match[3], runsWhen: match[2] === 'n' ? 'unset' : 'set' });
  }
  return flags;
}

/** The 1-based line of each function that a bash script defines at the beginning of a line. */
export function functionLines(script: string): Readonly<Record<string, number>> {
  const lines: Record<string, number> = {};
  script.split('\n').forEach((line, index) => {
    const name = /^(?:function\s+)?([A-Za-z_][\w-]*)\s*\(\)/.exec(line)?.[1];
    if (name !== undefined) lines[name] = index + 1;
  });
  return lines;
}
