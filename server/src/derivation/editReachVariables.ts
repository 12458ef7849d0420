/** A derivation's variables in a form in which two derivations can be compared: what is their own is replaced by marks. */
import type { StoreDerivation } from '../nix/derivationFile';
import { isJsonObject, parseJsonObject } from '../json';

export interface Variable {
  readonly value: string;
  /** Whether programs that a phase starts see it. */
  readonly exported: boolean;
}

/** A text of the derivation with its own output paths, and the hashes in them, as marks that name the output. */
export function withMarks(text: string, derivation: StoreDerivation): string {
  let marked = text;
  for (const [from, mark] of marks(derivation)) marked = marked.replaceAll(from, mark);
  return marked;
}

/** The marks with another derivation's output paths in their places. */
export function withoutMarks(text: string, derivation: StoreDerivation): string {
  let plain = text;
  for (const [from, mark] of marks(derivation)) plain = plain.replaceAll(mark, from);
  return plain;
}

/** Paths first, the hashes alone then. Content-addressed outputs have no path to replace. */
function marks({ outputs }: StoreDerivation): readonly (readonly [string, string])[] {
  const known = Object.entries(outputs).filter(([, { path }]) => path !== '');
  // A longer path may begin with a shorter one: `…-hello` and `…-hello-dev` have different hashes, but who knows.
  known.sort(([, a], [, b]) => b.path.length - a.path.length);
  const paths = known.map(([name, { path }]) => [path, `\u0000path of ${name}\u0000`] as const);
  const hashes = known.flatMap(([name, { path }]) => {
    const hash = /\/([0-9a-z]{32})-[^/]*$/.exec(path)?.[1];
    return hash === undefined ? [] : [[hash, `\u0000hash of ${name}\u0000`] as const];
  });
  return [...paths, ...hashes];
}

/**
 * By name: what the builder's shell gets, with marks. Of structured attributes (Nix manual, "Advanced attributes") those
 * that are no strings are JSON, and those in `env` are the exported ones (nixpkgs' setup exports them).
 */
export function markedVariables(derivation: StoreDerivation): ReadonlyMap<string, Variable> {
  const { __json: json, ...env } = derivation.env;
  const variables = new Map<string, Variable>();
  const add = (name: string, value: string, exported: boolean) =>
    variables.set(name, { value: withMarks(value, derivation), exported });
  const attributes = json === undefined ? null : parseJsonObject(json);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name !== 'env' || !isJsonObject(value)) add(name, written(value), false);
    else for (const [key, text] of Object.entries(value)) add(key, written(text), true);
  }
  if (json !== undefined && attributes === null) add('__json', json, true);
  for (const [name, value] of Object.entries(env)) add(name, value, true);
  for (const name of Object.keys(derivation.outputs)) variables.delete(name);
  return variables;
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
