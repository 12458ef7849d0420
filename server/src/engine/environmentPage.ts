/** An environment as a page for people; made so that two of them can be compared line by line. Pure. */
import type { EnvironmentVariable, PhaseEnvironment } from '../protocol/environmentMessages';

/** The page; `name` is the derivation's. */
export function environmentPage(name: string | null, environment: PhaseEnvironment): string {
  const { variables, options, functions, directory, umask } = environment;
  const plain = variables.filter(({ kind }) => kind === 'string');
  const sections = [
    section('Place', directory === null ? [] : [`  directory = ${directory}`, `  umask = ${umask ?? ''}`]),
    section('Exported variables', plain.filter(({ exported }) => exported).flatMap(variableLines)),
    section('Variables', plain.filter(({ exported }) => !exported).flatMap(variableLines)),
    section('Arrays', variables.filter(({ kind }) => kind === 'array').flatMap(entryLines)),
    section('Associative arrays', variables.filter(({ kind }) => kind === 'map').flatMap(entryLines)),
    section(
      'Shell options that are on',
      options.map((option) => `  ${option}`),
    ),
    section(
      'Functions',
      functions.map((one) => `  ${one}`),
    ),
  ];
  return `${[title(name, environment), ...sections.flat()].join('\n')}\n`;
}

export function title(name: string | null, { phase, at }: PhaseEnvironment): string {
  const words = {
    entry: `before ${phase ?? ''}`,
    failure: `where ${phase ?? ''} failed`,
    end: 'after the last phase',
    terminal: 'Your terminal',
  }[at];
  return name === null ? words : `${name}, ${words}`;
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines];
}

function variableLines(variable: EnvironmentVariable): readonly string[] {
  const { value } = variable;
  const label = `  ${variable.name}${attributeWords(variable)}`;
  return typeof value === 'string' ? valueLines(label, '    ', value) : [`${label} (no value)`];
}

function entryLines(variable: EnvironmentVariable): readonly string[] {
  const { name, value } = variable;
  const label = `  ${name}${attributeWords(variable)}`;
  if (value === null || typeof value === 'string') return [`${label} (no value)`];
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${label} (empty)`];
  return [label, ...entries.flatMap(([key, entry]) => valueLines(`    [${oneLine(key)}]`, '      ', entry))];
}

const attributeNames: Readonly<Record<string, string>> = {
  i: 'integer',
  l: 'lower case',
  n: 'reference',
  r: 'readonly',
  t: 'traced',
  u: 'upper case',
};

function attributeWords({ attributes, exported, kind }: EnvironmentVariable): string {
  const words = Array.from(attributes, (letter) => attributeNames[letter] ?? letter);
  const all = exported && kind !== 'string' ? ['exported', ...words] : words;
  return all.length === 0 ? '' : ` (${all.join(', ')})`;
}

/** `label = value`, or the label and the value's lines below it. */
function valueLines(label: string, indent: string, value: string): readonly string[] {
  const lines = value.split('\n').map(visible);
  if (lines.length === 1) return [`${label} = ${lines[0] ?? ''}`.trimEnd()];
  if (lines.at(-1) === '') lines.pop();
  return [`${label} =`, ...lines.map((line) => (line === '' ? '' : indent + line))];
}

function oneLine(text: string): string {
  return visible(text.replaceAll('\n', '\\n'));
}

/** Control characters would end a line, or hide what stands there. */
function visible(line: string): string {
  // eslint-disable-next-line no-control-regex -- those are what is meant
  return line.replaceAll(/[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, '0');
    return `\\x${code}`;
  });
}
