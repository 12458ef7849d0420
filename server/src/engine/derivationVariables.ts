/** The variables that a derivation's builder gets, as the user wrote them. Pure. */
import type { StoreDerivation } from '../nix/derivationFile';
import { parseJsonObject } from '../json';

/**
 * The environment; for structured attributes (`__json`, Nix manual "Advanced attributes") the attributes in it, those
 * that are no strings as indented JSON.
 */
export function variablesOf(derivation: StoreDerivation): Readonly<Record<string, string>> {
  const { __json: json, ...rest } = derivation.env;
  if (json === undefined) return derivation.env;
  const attributes = parseJsonObject(json);
  if (attributes === null) return derivation.env;
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, written(value)])),
  };
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
