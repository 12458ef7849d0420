/** Store derivation files (`.drv`), in the ATerm form that Nix writes. */
import type { Result } from '../result';
import { failure, success } from '../result';
import type { ATerm } from './aterm';
import { parseATerm } from './aterm';
import { derivationName } from '../protocol/storePath';

export interface StoreDerivation {
  readonly path: string;
  /** From the file's name, without `.drv`. */
  readonly name: string;
  /** Output name to its path (empty: content-addressed, not known) and, for fixed outputs, hash algorithm and hash. */
  readonly outputs: Readonly<
    Record<string, { readonly path: string; readonly hashAlgo: string; readonly hash: string }>
  >;
  /** Derivation path to the names of the outputs used. */
  readonly inputDerivations: Readonly<Record<string, readonly string[]>>;
  readonly inputSources: readonly string[];
  readonly system: string;
  readonly builder: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Reads the contents of a `.drv` file; never throws. Bytes that are no UTF-8 are read as latin1, so that nothing is lost.
 * Fails with `derivation-unreadable` (no derivation) or `derivation-version` (a form of a newer Nix: dynamic derivations).
 * Form: Nix's `src/libstore/derivations.cc`, `Derive(outputs,inputDrvs,inputSrcs,platform,builder,args,env)`.
 */
export function parseDerivation(path: string, contents: Uint8Array | string): Result<StoreDerivation> {
  const text = typeof contents === 'string' ? contents : decode(contents);
  const term = parseATerm(text);
  if (!term.ok) return unreadable(path, term.error);
  if (term.value.kind !== 'call') return unreadable(path, 'It does not begin with `Derive(`.');
  if (term.value.name === 'DrvWithVersion') {
    return failure({
      code: 'derivation-version',
      message: `${path} is a dynamic derivation (DrvWithVersion), which is not supported yet.`,
      advice: 'Turn off the experimental feature dynamic-derivations for this derivation.',
    });
  }
  if (term.value.name !== 'Derive') return unreadable(path, `It begins with \`${term.value.name}(\`.`);
  return toDerivation(path, term.value.items);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // A store derivation may hold any bytes (an environment variable in another encoding).
    return Buffer.from(bytes).toString('latin1');
  }
}

function unreadable(path: string, why: string): Result<never> {
  return failure({
    code: 'derivation-unreadable',
    message: `${path} is not a readable store derivation. ${why}`,
    advice: null,
  });
}

function toDerivation(path: string, items: readonly ATerm[]): Result<StoreDerivation> {
  const [outputs, inputDrvs, inputSrcs, system, builder, args, env] = items;
  const outputRows = rows(outputs, 4);
  const inputRows = pairs(inputDrvs);
  const sources = strings(inputSrcs);
  const argList = strings(args);
  const envRows = rows(env, 2);
  if (
    items.length !== 7 ||
    outputRows === null ||
    inputRows === null ||
    sources === null ||
    system?.kind !== 'string' ||
    builder?.kind !== 'string' ||
    argList === null ||
    envRows === null
  ) {
    return unreadable(path, 'Its fields are not those of a derivation.');
  }
  return success({
    path,
    name: derivationName(path),
    outputs: record(
      outputRows.map(([name = '', output = '', hashAlgo = '', hash = '']) => [
        name,
        { path: output, hashAlgo, hash },
      ]),
    ),
    inputDerivations: record(inputRows),
    inputSources: sources,
    system: system.text,
    builder: builder.text,
    args: argList,
    env: record(envRows.map(([name = '', value = '']) => [name, value])),
  });
}

/** `Object.fromEntries` defines own properties, so that a variable named `__proto__` is a variable as any other. */
function record<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries);
}

function strings(term: ATerm | undefined): readonly string[] | null {
  if (term?.kind !== 'list') return null;
  const result: string[] = [];
  for (const item of term.items) {
    if (item.kind !== 'string') return null;
    result.push(item.text);
  }
  return result;
}

function rows(term: ATerm | undefined, width: number): readonly (readonly string[])[] | null {
  if (term?.kind !== 'list') return null;
  const result: (readonly string[])[] = [];
  for (const item of term.items) {
    const row = item.kind === 'tuple' ? strings({ kind: 'list', items: item.items }) : null;
    if (row?.length !== width) return null;
    result.push(row);
  }
  return result;
}

function pairs(term: ATerm | undefined): readonly (readonly [string, readonly string[]])[] | null {
  if (term?.kind !== 'list') return null;
  const result: (readonly [string, readonly string[]])[] = [];
  for (const item of term.items) {
    if (item.kind !== 'tuple' || item.items.length !== 2) return null;
    const [key, value] = item.items;
    const names = strings(value);
    if (key?.kind !== 'string' || names === null) return null;
    result.push([key.text, names]);
  }
  return result;
}

/** The contents of the `.drv` file that Nix writes for this derivation, as text. */
export function printDerivation(derivation: StoreDerivation): string {
  const list = (items: readonly string[]) => `[${items.join(',')}]`;
  const tuple = (items: readonly string[]) => `(${items.join(',')})`;
  return `Derive${tuple([
    list(
      Object.entries(derivation.outputs).map(([name, { path, hashAlgo, hash }]) =>
        tuple([name, path, hashAlgo, hash].map(quote)),
      ),
    ),
    list(
      Object.entries(derivation.inputDerivations).map(([path, names]) =>
        tuple([quote(path), list(names.map(quote))]),
      ),
    ),
    list(derivation.inputSources.map(quote)),
    quote(derivation.system),
    quote(derivation.builder),
    list(derivation.args.map(quote)),
    list(Object.entries(derivation.env).map(([name, value]) => tuple([quote(name), quote(value)]))),
  ])}`;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function quote(text: string): string {
  return `"${text.replace(/["\\\n\r\t]/g, (character) => escapes[character] ?? character)}"`;
}
