/** What an edit of a derivation changes for a session that goes on: variables in its shells, files in its build directory. Pure. */
import { basename } from 'node:path';
import type { BuilderEnvironment, BuilderFile } from './builderEnvironment';
import type { ShellDeclaration, ShellValue } from './shellDeclarations';
import { valueAfterName, valueOf } from './shellDeclarations';
import type { JsonValue } from './structuredAttrs';
import { parseJson, printJson, printShellDeclarations, quoteForShell } from './structuredAttrs';

export interface SessionEdit {
  /** Names of the variables that it sets or unsets. */
  readonly variables: readonly string[];
  /** Bash that does so, also inside a function. */
  readonly script: string;
  /** Files whose content changes. */
  readonly files: readonly BuilderFile[];
}

/** One variable of the builder before and after the edit. */
interface VariableChange {
  readonly name: string;
  /** As a shell that did not touch it holds it; undefined: it is not there. */
  readonly before: { readonly value: ShellValue; readonly attributes: string } | undefined;
  /** Bash that gives it its new value. */
  readonly script: string;
}

export interface PlannedEdit {
  readonly edit: SessionEdit;
  readonly changes: readonly VariableChange[];
}

/** The edit between two builder environments, which name the same outputs; a sentence why there is none. */
export function planEdit(before: BuilderEnvironment, after: BuilderEnvironment): PlannedEdit | string {
  const environment = environmentChanges(before.env, after.env);
  const structured = structuredChanges(before, after);
  if (typeof structured === 'string') return structured;
  const changes = [...environment, ...structured];
  const odd = changes.find(({ name }) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (odd !== undefined) return `${odd.name} is no name that a running shell can set`;
  const known = new Map(before.files.map(({ path, content }) => [path, content]));
  return {
    changes,
    edit: {
      variables: changes.map(({ name }) => name),
      script: changes.map(({ script }) => script).join(''),
      files: after.files.filter(({ path, content }) => known.get(path) !== content),
    },
  };
}

function environmentChanges(
  before: BuilderEnvironment['env'],
  after: BuilderEnvironment['env'],
): readonly VariableChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name] && name !== 'NIX_BUILD_CORES')
    .map((name) => ({
      name,
      before: expected(before[name], 'x'),
      script: exporting(name, after[name]),
    }));
}

function exporting(name: string, value: string | undefined): string {
  return value === undefined ? `unset -v ${name}\n` : `declare -gx ${name}=${quoteForShell(value)}\n`;
}

function expected(value: ShellValue | undefined, attributes: string): VariableChange['before'] {
  if (value === undefined) return undefined;
  // States are read as bytes.
  return { value: typeof value === 'string' ? bytesOf(value) : value, attributes };
}

function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Changes of what stdenv declares from `.attrs.sh`; those of `env` it exports one by one. */
function structuredChanges(
  before: BuilderEnvironment,
  after: BuilderEnvironment,
): readonly VariableChange[] | string {
  const [old, next] = [membersOf(before), membersOf(after)];
  if ((old === null) !== (next === null)) return 'structured attributes were turned on or off';
  if (old === null || next === null) return [];
  const names = [...new Set([...old.keys(), ...next.keys()])].sort();
  const changed = names.filter((name) => print(old.get(name)) !== print(next.get(name)));
  return changed.flatMap((name) => [
    ...declaredChange(name, old.get(name), next.get(name)),
    ...(name === 'env' ? exportedChanges(old.get(name), next.get(name)) : []),
  ]);
}

function membersOf({ files }: BuilderEnvironment): ReadonlyMap<string, JsonValue> | null {
  const json = files.find(({ path }) => basename(path) === '.attrs.json');
  const value = json === undefined ? null : parseJson(json.content);
  return value?.kind === 'object' ? value.members : null;
}

function print(value: JsonValue | undefined): string | null {
  return value === undefined ? null : printJson(value);
}

/** None when neither value is one that bash can hold: such ones are in `.attrs.json` only. */
function declaredChange(
  name: string,
  old: JsonValue | undefined,
  next: JsonValue | undefined,
): readonly VariableChange[] {
  const [was, is] = [declarationOf(name, old), declarationOf(name, next)];
  if (was === is) return [];
  const before = was === '' ? undefined : readDeclaration(name, was);
  return [
    { name, before, script: `unset -v ${name}\n${is.replace(/^declare (?:-([aA]) )?/, 'declare -g$1 ')}` },
  ];
}

function declarationOf(name: string, value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return printShellDeclarations({ kind: 'object', members: new Map([[name, value]]) });
}

function readDeclaration(name: string, text: string): VariableChange['before'] {
  const match = /^declare (?:-([aA]) )?/.exec(text);
  const attributes = match?.[1] ?? '';
  const written = bytesOf(text.slice((match?.[0].length ?? 0) + name.length).replace(/\n$/, ''));
  return { value: valueAfterName(written, attributes), attributes };
}

function exportedChanges(old: JsonValue | undefined, next: JsonValue | undefined): readonly VariableChange[] {
  const [was, is] = [textsOf(old), textsOf(next)];
  return environmentChanges(was, is);
}

function textsOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
  if (value?.kind !== 'object') return {};
  return Object.fromEntries(
    [...value.members].flatMap(([name, member]) =>
      member.kind === 'string' ? [[name, member.value] as const] : [],
    ),
  );
}

/**
 * The first of the changed variables that a state holds otherwise than the builder was given it (setup, a hook or a phase
 * changed it), so that giving it the new value would lose that; null when there is none. `already`: those that earlier
 * edits set after the state was written.
 */
export function touchedVariable(
  changes: readonly VariableChange[],
  state: readonly ShellDeclaration[],
  already: ReadonlySet<string>,
): string | null {
  const declared = new Map(state.map((declaration) => [declaration.name, declaration]));
  for (const { name, before } of changes) {
    if (already.has(name)) continue;
    const held = declared.get(name);
    if (before === undefined) {
      if (held !== undefined) return name;
    } else if (held?.attributes !== before.attributes || !same(valueOf(held), before.value)) return name;
  }
  return null;
}

function same(a: ShellValue, b: ShellValue): boolean {
  if (!(a instanceof Map) || !(b instanceof Map)) return a === b;
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

/** The environment as a session tells it that keeps its first output paths. */
export function withOutputPaths(
  builder: BuilderEnvironment,
  outputPaths: Readonly<Record<string, string>>,
): BuilderEnvironment {
  const pairs = Object.entries(builder.outputPaths).map(
    ([name, path]) => [path, outputPaths[name] ?? path] as const,
  );
  const rewrite = (text: string) => pairs.reduce((all, [from, to]) => all.replaceAll(from, () => to), text);
  return {
    ...builder,
    env: Object.fromEntries(Object.entries(builder.env).map(([name, value]) => [name, rewrite(value)])),
    files: builder.files.map(({ path, content }) => ({ path, content: rewrite(content) })),
    args: builder.args.map(rewrite),
    outputPaths: { ...builder.outputPaths, ...outputPaths },
  };
}
