/** What is not the same in two environments. Pure. */
import type {
  EnvironmentChange,
  EnvironmentVariable,
  PhaseEnvironment,
} from '../protocol/environmentMessages';

type What = EnvironmentChange['what'];

/** In the order of the page: place, variables, options, functions. What the user's terminal does not tell is left out. */
export function environmentChanges(
  from: PhaseEnvironment,
  to: PhaseEnvironment,
): readonly EnvironmentChange[] {
  const terminal = from.at === 'terminal' || to.at === 'terminal';
  const variables = changes('variable', valuesOf(from, terminal), valuesOf(to, terminal));
  if (terminal) return variables;
  return [
    ...place('directory', from.directory, to.directory),
    ...place('umask', from.umask, to.umask),
    ...variables,
    ...changes('option', named(from.options), named(to.options)),
    ...changes('function', named(from.functions), named(to.functions)),
  ];
}

function place(what: 'directory' | 'umask', from: string | null, to: string | null): EnvironmentChange[] {
  return from === to ? [] : [{ what, name: what, from, to }];
}

function changes(
  what: What,
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): readonly EnvironmentChange[] {
  const names = [...new Set([...from.keys(), ...to.keys()])].sort();
  return names
    .map((name) => ({ what, name, from: from.get(name) ?? null, to: to.get(name) ?? null }))
    .filter((change) => change.from !== change.to);
}

function named(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name, 'on']));
}

function valuesOf({ variables }: PhaseEnvironment, exportedOnly: boolean): ReadonlyMap<string, string> {
  const shown = exportedOnly ? variables.filter(({ exported }) => exported) : variables;
  return new Map(shown.map((variable) => [variable.name, inWords(variable)]));
}

/** As bash writes it, with what it is. */
function inWords({ kind, exported, attributes, value }: EnvironmentVariable): string {
  const letters = [kind === 'array' ? 'a' : kind === 'map' ? 'A' : '', attributes, exported ? 'x' : ''].join(
    '',
  );
  const written =
    value === null
      ? '(no value)'
      : typeof value === 'string'
        ? value
        : `(${Object.entries(value)
            .map(([key, entry]) => `[${key}]=${entry}`)
            .join(' ')})`;
  return letters === '' || letters === 'x'
    ? `${letters === 'x' ? 'exported ' : ''}${written}`
    : `-${letters} ${written}`;
}
