/** What a shell holds at a moment of a session, for reading. Pure. */
import type { EnvironmentVariable, PhaseEnvironment } from '../protocol/environmentMessages';
import { isDriverName } from './driverNames';
import { afterScript, declarationsIn } from './editScript';
import type { SessionMoment } from './sessionMoment';
import type { ShellDeclaration, ShellValue } from './shellDeclarations';
import { valueOf } from './shellDeclarations';
import type { ShellState } from './shellState';
import { ownVariables } from './shellState';

/** Null when the builder is no shell that could be asked. */
export function environmentAt({ kind, phase, state, script }: SessionMoment): PhaseEnvironment | null {
  if (state === null) return null;
  const variables = afterScript(ownVariables(state), declarationsIn(script));
  return {
    phase,
    at: kind,
    directory: utf8(state.directory),
    umask: state.umask.trim(),
    variables: variables
      .filter(({ name }) => !isDriverName(name))
      .map(variableOf)
      .sort(byName),
    options: optionsOf(state),
    functions: functionsOf(state),
  };
}

/** From the lines of `env -0`, or a process's own environment. */
export function environmentOfUser(variables: Readonly<Record<string, string>>): PhaseEnvironment {
  const exported = Object.entries(variables).map(([name, value]): EnvironmentVariable => ({
    name,
    kind: 'string',
    exported: true,
    attributes: '',
    value,
  }));
  const none = { phase: null, directory: null, umask: null, options: [], functions: [] };
  return { ...none, at: 'terminal', variables: exported.sort(byName) };
}

function variableOf(declaration: ShellDeclaration): EnvironmentVariable {
  const { name, attributes } = declaration;
  const kind = attributes.includes('A') ? 'map' : attributes.includes('a') ? 'array' : 'string';
  const others = attributes.replaceAll(/[aAx]/g, '');
  const value = readable(valueOf(declaration));
  return { name, kind, exported: attributes.includes('x'), attributes: others, value };
}

function readable(value: ShellValue): EnvironmentVariable['value'] {
  if (value === null) return null;
  if (typeof value === 'string') return utf8(value);
  return Object.fromEntries([...value].map(([key, entry]) => [utf8(key), utf8(entry)]));
}

/** States are read as bytes. */
function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Between phases the session's shell has these off; a phase begins with what the one before it left. */
const phaseOptions = { e: 'errexit', u: 'nounset', x: 'xtrace' } as const;

function optionsOf(state: ShellState): readonly string[] {
  const on = [...state.options.matchAll(/^(?:shopt -s|set -o) (\S+)$/gm)].map((match) => match[1] ?? '');
  const flags = state.variables.find(({ name }) => name === '__phasewise_flags');
  const value = flags === undefined ? null : valueOf(flags);
  const told = typeof value === 'string' ? value : '';
  const armed = Object.entries(phaseOptions).flatMap(([letter, name]) =>
    told.includes(letter) ? [name] : [],
  );
  // By which the session sees where a phase fails.
  return [...new Set([...on.filter((name) => name !== 'errtrace'), ...armed])].sort();
}

function functionsOf({ functionAttributes }: ShellState): readonly string[] {
  const lines = [...functionAttributes.matchAll(/^declare -(\S+) (.+)$/gm)];
  return lines
    .map(([, letters = '', name = '']) => ({ name, exported: letters.includes('x') }))
    .filter(({ name }) => !isDriverName(name))
    .map(({ name, exported }) => utf8(name) + (exported ? ' (exported)' : ''))
    .sort();
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
