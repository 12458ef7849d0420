/**
 * What Nix gives a builder: environment, files in the build directory, command. Source: Nix's
 * `DerivationBuilder`/`LocalDerivationGoal::initEnv` as measured on 2.8, 2.26 and 2.34 (identical but for the build
 * directory's own name).
 */
import { basename } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import { passedFileName, placeholder, standInHash } from './nix32';
import type { JsonValue } from './structuredAttrs';
import { parseJson, printJson, printShellDeclarations } from './structuredAttrs';

export interface BuilderPlace {
  /** Absolute path of NIX_BUILD_TOP. */
  readonly buildTop: string;
  /** Logical store directory, e.g. `/nix/store`. */
  readonly storeDir: string;
  /** Folder that stands for the store directory for this derivation's own outputs; null: their true paths. */
  readonly outputFolder: string | null;
  /** NIX_BUILD_CORES. */
  readonly cores: number;
  /** The caller's environment, from which a fixed-output derivation takes its `impureEnvVars`. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

export interface BuilderFile {
  /** Absolute path, in the build directory. */
  readonly path: string;
  readonly content: string;
}

export interface BuilderEnvironment {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly BuilderFile[];
  readonly builder: string;
  /** The builder's own name for itself (`argv[0]`). */
  readonly argv0: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Output name to the path that the builder is told. */
  readonly outputPaths: Readonly<Record<string, string>>;
}

/** The builder's surroundings. Throws nothing: a `__json` that is no JSON is treated as an empty set. */
export function builderEnvironment(derivation: StoreDerivation, place: BuilderPlace): BuilderEnvironment {
  const outputPaths = pathsForOutputs(derivation, place);
  const rewrite = outputRewriter(derivation, outputPaths);
  const structured = structuredValue(derivation);
  const own =
    structured === null
      ? plainVariables(derivation, place)
      : structuredFiles(structured, place.buildTop, outputPaths);
  const env: Record<string, string> = {
    PATH: '/path-not-set',
    HOME: '/homeless-shelter',
    NIX_STORE: place.storeDir,
    NIX_BUILD_CORES: String(place.cores),
    ...own.env,
    ...directoryVariables(place.buildTop),
    ...fixedOutputVariables(derivation, place.inherited),
    NIX_LOG_FD: '2',
    TERM: 'xterm-256color',
  };
  return {
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, rewrite(value)])),
    files: own.files.map(({ path, content }) => ({ path, content: rewrite(content) })),
    builder: derivation.builder,
    argv0: basename(derivation.builder),
    args: derivation.args.map(rewrite),
    cwd: place.buildTop,
    outputPaths,
  };
}

/** The derivation's attributes when it has `__structuredAttrs`, else null. */
export function structuredValue(derivation: StoreDerivation): JsonValue | null {
  const json = derivation.env['__json'];
  return json === undefined ? null : (parseJson(json) ?? { kind: 'object', members: new Map() });
}

/** A string attribute, structured or not; null when absent or no string. */
export function stringAttribute(derivation: StoreDerivation, name: string): string | null {
  const structured = structuredValue(derivation);
  if (structured === null) return derivation.env[name] ?? null;
  const member = structured.kind === 'object' ? structured.members.get(name) : undefined;
  return member?.kind === 'string' ? member.value : null;
}

/** Whether a boolean attribute is true, structured or not. */
export function isSet(derivation: StoreDerivation, name: string): boolean {
  const structured = structuredValue(derivation);
  if (structured === null) return derivation.env[name] === '1';
  const member = structured.kind === 'object' ? structured.members.get(name) : undefined;
  return member?.kind === 'boolean' && member.value;
}

/** The strings of a list attribute, structured or not; none when absent. */
export function listAttribute(derivation: StoreDerivation, name: string): readonly string[] {
  const structured = structuredValue(derivation);
  if (structured === null) return words(derivation.env[name] ?? '');
  const member = structured.kind === 'object' ? structured.members.get(name) : undefined;
  const items = member?.kind === 'array' ? member.items : [];
  return items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
}

/** The path in the store of each output; a stand-in for those not known before building. */
export function storePathsOfOutputs(
  derivation: StoreDerivation,
  storeDir: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(derivation.outputs).map(([name, output]) => [
      name,
      output.path ||
        `${storeDir}/${standInHash(derivation.path, name)}-${derivation.name}${name === 'out' ? '' : `-${name}`}`,
    ]),
  );
}

function pathsForOutputs(derivation: StoreDerivation, place: BuilderPlace): Record<string, string> {
  const folder = place.outputFolder;
  const paths = Object.entries(storePathsOfOutputs(derivation, place.storeDir));
  return Object.fromEntries(
    paths.map(([name, path]) => [name, folder === null ? path : `${folder}/${basename(path)}`]),
  );
}

/** Replaces placeholders and true output paths by the paths that the builder is told. */
function outputRewriter(
  derivation: StoreDerivation,
  outputPaths: Readonly<Record<string, string>>,
): (text: string) => string {
  const pairs = Object.entries(derivation.outputs).flatMap(([name, { path }]) => {
    const target = outputPaths[name] ?? '';
    const pair = [placeholder(name), target] as const;
    return path === '' || path === target ? [pair] : [pair, [path, target] as const];
  });
  return (text) => pairs.reduce((rewritten, [from, to]) => rewritten.replaceAll(from, () => to), text);
}

interface OwnVariables {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly BuilderFile[];
}

function plainVariables(derivation: StoreDerivation, place: BuilderPlace): OwnVariables {
  const passed = new Set(words(derivation.env['passAsFile'] ?? ''));
  const env: Record<string, string> = {};
  const files: BuilderFile[] = [];
  for (const [name, value] of Object.entries(derivation.env)) {
    if (passed.has(name)) {
      const path = `${place.buildTop}/${passedFileName(name)}`;
      env[`${name}Path`] = path;
      files.push({ path, content: value });
    } else env[name] = value;
  }
  return { env, files };
}

function structuredFiles(
  attributes: JsonValue,
  buildTop: string,
  outputPaths: Readonly<Record<string, string>>,
): OwnVariables {
  const members = new Map(attributes.kind === 'object' ? attributes.members : []);
  const outputs = Object.entries(outputPaths).map(
    ([name, value]) => [name, { kind: 'string', value }] as const,
  );
  members.set('outputs', { kind: 'object', members: new Map(outputs) });
  const whole: JsonValue = { kind: 'object', members };
  const shell = `${buildTop}/.attrs.sh`;
  const json = `${buildTop}/.attrs.json`;
  return {
    env: { NIX_ATTRS_SH_FILE: shell, NIX_ATTRS_JSON_FILE: json },
    files: [
      { path: shell, content: printShellDeclarations(whole) },
      { path: json, content: printJson(whole) },
    ],
  };
}

function directoryVariables(buildTop: string): Record<string, string> {
  const names = ['NIX_BUILD_TOP', 'TMPDIR', 'TEMPDIR', 'TMP', 'TEMP', 'PWD'];
  return Object.fromEntries(names.map((name) => [name, buildTop]));
}

/** Whether it may use the network: its one output's hash is known beforehand. */
export function isFixedOutput(derivation: StoreDerivation): boolean {
  return Object.values(derivation.outputs).some(({ hash }) => hash !== '');
}

function fixedOutputVariables(
  derivation: StoreDerivation,
  inherited: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (!isFixedOutput(derivation)) return {};
  const names = listAttribute(derivation, 'impureEnvVars');
  return {
    NIX_OUTPUT_CHECKED: '1',
    ...Object.fromEntries(names.map((name) => [name, inherited[name] ?? ''])),
  };
}

function words(text: string): string[] {
  return text.split(/[ \t\n\r]+/).filter((word) => word !== '');
}
