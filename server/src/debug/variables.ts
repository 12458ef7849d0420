/** The variables of a stopped shell, as scopes of a frame. Pure but for the numbers that it gives out. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { isDriverName } from '../phases/driverNames';
import type { ShellStop } from '../phases/phaseDebugger';
import type { ShellDeclaration, ShellValue } from '../phases/shellDeclarations';
import { parseDeclarations, valueOf } from '../phases/shellDeclarations';
import { quoteForShell } from '../phases/structuredAttrs';

/** What a stopped shell is asked for its variables: sections ended by NUL. */
export const variablesScript = `builtin local -p 2> /dev/null
builtin printf '\\0'
builtin declare -p
builtin printf '\\0'
builtin printf '%s\\0' "$@"
`;

export interface ShellVariables {
  /** Of the innermost function. */
  readonly locals: readonly ShellDeclaration[];
  readonly all: readonly ShellDeclaration[];
  /** `$1`, `$2`, … */
  readonly parameters: readonly string[];
}

export function parseVariables(output: Buffer): ShellVariables {
  const [locals = '', all = '', ...rest] = output.toString('latin1').split('\0');
  const declarations = withoutOurs(parseDeclarations(all.replace(/\n$/, '')) ?? []);
  const names = new Set(
    [...locals.matchAll(/^(?:declare -\S+ |local )?([A-Za-z_]\w*)(?:=|$)/gm)].map((match) => match[1] ?? ''),
  );
  return {
    locals: declarations.filter(({ name }) => names.has(name)),
    all: declarations,
    parameters: rest.slice(0, -1).map(utf8),
  };
}

function withoutOurs(declarations: readonly ShellDeclaration[]): readonly ShellDeclaration[] {
  return declarations.filter(({ name }) => !isDriverName(name));
}

export const scopeNames = [
  'Locals',
  'Phase flags',
  'Outputs',
  'Environment',
  'Arrays',
  'Shell',
  'Special',
] as const;
export type ScopeName = (typeof scopeNames)[number];

/** Bash's own, shown apart. */
const special =
  /^(?:BASH.*|_|COMP_WORDBREAKS|DIRSTACK|EPOCH\w+|EUID|FUNCNAME|GROUPS|HISTCMD|HOST(?:NAME|TYPE)|IFS|LINENO|MACHTYPE|OPT(?:ARG|ERR|IND)|OSTYPE|PIPESTATUS|PPID|PS[0-4]|RANDOM|SECONDS|SHELLOPTS|SHLVL|SRANDOM|UID|OLDPWD|PWD)$/;
const flag =
  /(?:Flags(?:Array)?|Phases?|^dont\w+|^do[A-Z]\w*|Targets?|^makefile|^patches|^src(?:s|Root)?|^sourceRoot|^enableParallel\w+|Hooks?)$/;

/** Which variables a scope shows. `outputs` are names of outputs. */
export function variablesOfScope(
  scope: ScopeName,
  shell: ShellVariables,
  outputs: ReadonlySet<string>,
): readonly ShellDeclaration[] {
  if (scope === 'Locals') return shell.locals;
  const theirs = shell.all.filter(({ name }) => scope === 'Special' || !special.test(name));
  switch (scope) {
    case 'Phase flags':
      return theirs.filter(({ name }) => flag.test(name));
    case 'Outputs':
      return theirs.filter(({ name }) => outputs.has(name));
    case 'Environment':
      return theirs.filter(({ attributes }) => attributes.includes('x'));
    case 'Arrays':
      return theirs.filter(({ attributes }) => /[aA]/.test(attributes));
    case 'Shell':
      return theirs.filter(({ attributes }) => !/[aAx]/.test(attributes));
    case 'Special':
      return theirs.filter(({ name }) => special.test(name));
  }
}

/** `$?` and what else has no name. */
export function specialValues(
  stop: ShellStop,
  { parameters }: ShellVariables,
): readonly (readonly [string, string])[] {
  return [
    ['$?', String(stop.exitCode)],
    ['$-', stop.options],
    ['$#', String(parameters.length)],
    ...parameters.map((value, index) => [`$${index + 1}`, value] as const),
    ['working directory', stop.directory],
  ];
}

const longestShown = 1000;

export function shownValue(value: string): string {
  return value.length <= longestShown
    ? value
    : `${value.slice(0, longestShown)}… (${value.length} characters)`;
}

/** `reference` gives a number for an array's entries. */
export function toVariable(
  declaration: ShellDeclaration,
  reference: (declaration: ShellDeclaration) => number,
): DebugProtocol.Variable {
  const { name, attributes } = declaration;
  const value = valueOf(declaration);
  const type = [
    attributes.includes('A') ? 'map' : attributes.includes('a') ? 'array' : 'string',
    ...(attributes.includes('x') ? ['exported'] : []),
    ...(attributes.includes('r') ? ['readonly'] : []),
  ].join(', ');
  const hint = { attributes: attributes.includes('r') ? ['readOnly'] : [] };
  const plain = { name, type, evaluateName: name, presentationHint: hint };
  if (value === null || typeof value === 'string') {
    return { ...plain, value: value === null ? 'not set' : shownValue(utf8(value)), variablesReference: 0 };
  }
  const counts = attributes.includes('A') ? { namedVariables: value.size } : { indexedVariables: value.size };
  const summary = `(${[...value.values()].slice(0, 5).map(utf8).join(' ')}${value.size > 5 ? ' …' : ''})`;
  const variablesReference = value.size === 0 ? 0 : reference(declaration);
  return { ...plain, ...counts, value: `${value.size} ${shownValue(summary)}`, variablesReference };
}

/** The entries of an array, from `start` on. */
export function entriesOf(
  declaration: ShellDeclaration,
  start: number,
  count: number,
): readonly DebugProtocol.Variable[] {
  const value: ShellValue = valueOf(declaration);
  if (value === null || typeof value === 'string') return [];
  return [...value].slice(start, start + count).map(([key, entry]) => ({
    name: utf8(key),
    value: shownValue(utf8(entry)),
    evaluateName: `\${${declaration.name}[${utf8(key)}]}`,
    variablesReference: 0,
  }));
}

/** Assigns to a variable, or to an entry of one, in the stopped frame. */
export function assignmentScript(name: string, key: string | null, value: string): string {
  const index = key !== null && /^\d+$/.test(key) ? key : quoteForShell(key ?? '');
  const target = key === null ? name : `${name}[${index}]`;
  return `${target}=${quoteForShell(value)}\n`;
}

/** The whole value of a plain variable; null when it has none. */
export function plainValue(declaration: ShellDeclaration): string | null {
  const value = valueOf(declaration);
  return typeof value === 'string' ? utf8(value) : null;
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
