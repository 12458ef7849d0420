/** What a package is called at a place of the text: the words that an author of this file would write. Pure. */
import { printAttrPath } from '../nix/attrPath';
import type { Binding, Expression, FunctionExpression } from '../syntax/ast';
import type { Replacement } from '../syntax/replacement';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { expressionsAt, unwrapped } from '../syntax/walk';
import { addFormal } from '../syntax/formalsEdit';
import type { FoundDerivation } from './foundDerivation';

export interface NamedPackage {
  /** e.g. `cmake`, `pkgs.cmake`. */
  readonly name: string;
  /** What has to be written elsewhere for the name to be known: another argument of the function. */
  readonly edits: readonly Replacement[];
}

/**
 * @param offset where the name will stand.
 * @param path attribute path in the package set, e.g. `['python3Packages', 'numpy']`.
 * @returns null when no package set is at hand there.
 */
export function packageName(
  tree: SyntaxTree,
  derivation: FoundDerivation,
  offset: number,
  path: readonly string[],
): NamedPackage | null {
  const [first] = path;
  if (tree.root === null || first === undefined) return null;
  const around = expressionsAt(tree.root, offset).reverse();
  const name = printAttrPath(path);
  const plain = lookedUp(around, first);
  if (plain === 'package') return { name, edits: [] };
  const isPlainFree = plain === null && isIdentifier(first);
  if (isPlainFree && around.some(opensPackages)) return { name, edits: [] };
  const root = rootOf(tree.text.slice(derivation.head.start, derivation.head.end));
  for (const expression of around) {
    if (binds(expression, 'pkgs') !== null) return { name: `pkgs.${name}`, edits: [] };
    const formals = expression.kind === 'function' ? expression.formals : null;
    if (formals?.formals.some((formal) => formal.name.name === root) !== true) continue;
    const set = setOfHead(tree, derivation);
    if (set !== null) return { name: `${set}.${name}`, edits: [] };
    return isPlainFree ? { name, edits: [addFormal(tree.text, formals, first)] } : null;
  }
  const set = setOfHead(tree, derivation);
  return set === null ? null : { name: `${set}.${name}`, edits: [] };
}

/** The package set, as Nix text at the place of the derivation's call: what a callPackage fills from when none is named there. */
export function packageSet(tree: SyntaxTree, derivation: FoundDerivation): string {
  const around = tree.root === null ? [] : expressionsAt(tree.root, derivation.call.start).reverse();
  if (around.some((expression) => binds(expression, 'pkgs') !== null)) return 'pkgs';
  const opened = around.find(opensPackages);
  if (opened?.kind === 'with') return `(${textOf(tree, opened.environment)})`;
  return setOfHead(tree, derivation) ?? '(import <nixpkgs> { })';
}

function textOf({ text }: SyntaxTree, { span }: Expression): string {
  return text.slice(span.start, span.end);
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][\w'-]*$/.test(name);
}

function rootOf(head: string): string {
  return /^[A-Za-z_][\w'-]*/.exec(head)?.[0] ?? '';
}

/** What the innermost binding of a name is: a package, something else of that name, or nothing. */
function lookedUp(around: readonly Expression[], name: string): 'package' | 'other' | null {
  for (const expression of around) {
    const found = binds(expression, name);
    if (found !== null) return found;
  }
  return null;
}

function binds(expression: Expression, name: string): 'package' | 'other' | null {
  if (expression.kind === 'function') return bindsArgument(expression, name);
  const isScope = expression.kind === 'letIn' || (expression.kind === 'set' && expression.form !== 'plain');
  if (!isScope) return null;
  for (const binding of expression.bindings) {
    const found = bindsIn(binding, name);
    if (found !== null) return found;
  }
  return null;
}

function bindsArgument({ argument, formals }: FunctionExpression, name: string): 'package' | 'other' | null {
  if (formals?.formals.some((formal) => formal.name.name === name) === true) return 'package';
  return argument?.name === name ? 'other' : null;
}

function bindsIn(binding: Binding, name: string): 'package' | 'other' | null {
  if (binding.kind === 'inherit') {
    const isThere = binding.from !== null && binding.names.some((inherited) => inherited.name === name);
    return isThere ? 'package' : null;
  }
  if (binding.path.names[0]?.name !== name) return null;
  const value = unwrapped(binding.value);
  return value.kind === 'select' && value.path.names.at(-1)?.name === name ? 'package' : 'other';
}

/** `with pkgs;`, `with import <nixpkgs> { };` */
function opensPackages(expression: Expression): boolean {
  if (expression.kind !== 'with') return false;
  const environment = unwrapped(expression.environment);
  if (environment.kind === 'variable') return /^(pkgs|nixpkgs|final|prev|self|super)$/.test(environment.name);
  if (environment.kind === 'select')
    return environment.path.names.some(({ name }) => name === 'legacyPackages');
  return isImport(environment);
}

function isImport(expression: Expression): boolean {
  let at = unwrapped(expression);
  while (at.kind === 'apply') at = unwrapped(at.function);
  return at.kind === 'variable' && at.name === 'import';
}

/** Sets inside the package set from which functions are taken, e.g. `pkgs.rustPlatform.buildRustPackage`. */
const innerSet =
  /^(?:pkgs|(?!legacyPackages$|packages$).*(?:[sS]tdenv(?:NoCC)?|Packages|Platform|python3?\d*))$/;

/** The package set that the derivation's own function is taken from: `pkgs` of `pkgs.stdenv.mkDerivation`; null when it is none's attribute. */
function setOfHead({ root, text }: SyntaxTree, { head }: FoundDerivation): string | null {
  if (root === null) return null;
  const select = expressionsAt(root, head.start).find(
    ({ kind, span }) => kind === 'select' && span.start === head.start && span.end === head.end,
  );
  if (select?.kind !== 'select') return null;
  const base = unwrapped(select.expression);
  if (base.kind === 'variable' ? innerSet.test(base.name) && base.name !== 'pkgs' : !isImport(base))
    return null;
  const { names } = select.path;
  const last = names.at(-1)?.name ?? '';
  const end = last.startsWith('override') ? names.length - 2 : names.length - 1;
  if (end < 0) return null;
  const inner = names.findIndex(({ name }) => name !== null && innerSet.test(name));
  const kept = inner >= 0 && inner < end ? inner : end;
  const stop = names[kept - 1]?.span.end ?? select.expression.span.end;
  return text.slice(head.start, stop);
}
