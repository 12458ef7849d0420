import type { StoreDerivation } from '../nix/derivationFile';
import type { Derivation } from '../protocol/model';
import { parseJsonObject } from '../json';

/**
 * The variables that the builder's shell sees, structured attributes (`__json`) included: true is `1`, false and null
 * are empty, lists are their words. Nested values have no variable, but for those in `env`, which nixpkgs' setup exports.
 */
export function builderEnvironment(store: StoreDerivation): Readonly<Record<string, string>> {
  const json = store.env['__json'];
  if (json === undefined) return store.env;
  const attributes = new Map<string, unknown>(Object.entries(parseJsonObject(json) ?? {}));
  const exported = attributes.get('env');
  const variables: Record<string, string> = {};
  for (const [name, value] of [
    ...attributes,
    ...Object.entries(typeof exported === 'object' ? (exported ?? {}) : {}),
  ]) {
    const text = variableText(value);
    if (text !== null) variables[name] = text;
  }
  const rest = Object.entries(store.env).filter(([name]) => name !== '__json');
  return { ...variables, ...Object.fromEntries(rest) };
}

function variableText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (value === true) return '1';
  if (value === false || value === null) return '';
  if (!Array.isArray(value)) return null;
  return value
    .flatMap((element: unknown) => variableText(element) ?? [])
    .filter((word) => word !== '')
    .join(' ');
}

/** The last argument of a builder that is stdenv's, by the file names nixpkgs has given it. */
const stdenvBuilder = /(^|[-/])(default-builder|source-stdenv|builder)\.sh$/;

/**
 * How the builder works: stdenv's phases, one script, or a program of its own. Told by the arguments (nixpkgs'
 * `pkgs/stdenv/generic/make-derivation.nix` gives stdenv's builder script) and the variables alone.
 */
export function structureOf(store: StoreDerivation): Derivation['structure'] {
  const env = builderEnvironment(store);
  const last = store.args.at(-1) ?? '';
  const asksSetup = store.args.some((arg) => /\bgenericBuild\b|\$\{?stdenv\}?\/setup/.test(arg));
  const usesStdenv = env['stdenv'] !== undefined && stdenvBuilder.test(last);
  if (!asksSetup && !usesStdenv) return 'builder';
  const has = (name: string): boolean => (env[name] ?? '') !== '';
  return has('buildCommand') || has('buildCommandPath') ? 'buildCommand' : 'phases';
}
