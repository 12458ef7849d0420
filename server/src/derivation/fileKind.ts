/** What a file is by its shape alone. Pure. */
import type { AttributeSet, Binding, Expression, Formals } from '../syntax/ast';
import { unwrapped } from '../syntax/walk';
import { calledName, callParts } from './callAttributes';
import { isModule } from './moduleShape';
import { makerNamed } from './makers';

export type FileKind =
  | { readonly kind: 'module' }
  | { readonly kind: 'flake'; readonly outputs: Expression }
  | {
      readonly kind: 'package' | 'derivations' | 'overlay' | 'shell' | 'library' | 'expression';
      /** What its first function has to be given; empty for a value and where every argument has a default. */
      readonly required: readonly string[];
    };

type OtherKind = Exclude<FileKind['kind'], 'module' | 'flake'>;

/** How many names and functions are followed. */
const mostSteps = 40;
const overlayNames = /^_*(final|self|pkgs|ufinal|)$/;
const previousNames = /^_*(super|prev|previous|uprev|)$/;
const packageCalls = /^(callPackages?|recurseIntoAttrs|makeScope|newScope)$/;
const usualPackageArguments =
  /^(stdenv|stdenvNoCC|fetch[A-Z]\w*|build[A-Z]\w*|python3?Packages|mkDerivation)$/;

/**
 * What kind of file this is: a flake is a set whose `outputs` is a function; a module takes `config` (and more, `...`) or is a set with
 * `imports`, `options` or `config`; an overlay takes two package sets; a package is a function that has to be given something and
 * makes one derivation; a shell makes one for working in; a set of derivations holds several; a library holds functions.
 */
export function fileKind(root: Expression): FileKind {
  const top = unwrapped(root);
  if (top.kind === 'set') {
    const outputs = attributeValue(top, 'outputs');
    if (outputs !== null && unwrapped(outputs).kind === 'function') return { kind: 'flake', outputs };
  }
  if (isModule(top)) return { kind: 'module' };
  const start = throughLets(top, []);
  const formals = start.expression.kind === 'function' ? start.expression.formals : null;
  const required = requiredNames(formals);
  return { kind: otherKind(start, formals, required.length > 0), required };
}

/** An expression with the names that `let` gives it. */
interface Shaped {
  readonly expression: Expression;
  readonly bindings: readonly Binding[];
}

function otherKind(start: Shaped, formals: Formals | null, takes: boolean): OtherKind {
  if (isOverlay(start.expression)) return 'overlay';
  const result = throughFunctions(start);
  const made = madeBy(result);
  if (made === 'shell') return 'shell';
  if (made === 'package') return takes ? 'package' : 'expression';
  if (made !== 'set') {
    if (made === 'functions' || (start.expression.kind === 'function' && formals === null)) return 'library';
    return takes && isMadeByHelper(result, formals) ? 'package' : 'expression';
  }
  return kindOfSet(result);
}

/** The argument (or a member of it) that a package ends in calling: `stdenv.mkDerivation`, `buildGoModule`; null when it ends otherwise. */
export function finalBuilder(
  root: Expression,
): { readonly name: string; readonly member: string | null } | null {
  const start = throughLets(root, []);
  if (start.expression.kind !== 'function' || start.expression.formals === null) return null;
  const formals = new Set(start.expression.formals.formals.map(({ name }) => name.name));
  const { expression } = throughLets(start.expression.body, start.bindings);
  if (expression.kind !== 'apply') return null;
  const { head, args } = callParts(expression);
  if (args.length !== 1 || makerNamed(calledName(head) ?? '')?.kind !== 'attributes') return null;
  if (head.kind === 'variable') return formals.has(head.name) ? { name: head.name, member: null } : null;
  if (head.kind !== 'select' || head.path.names.length !== 1) return null;
  const from = unwrapped(head.expression);
  if (from.kind !== 'variable' || !formals.has(from.name)) return null;
  return { name: from.name, member: head.path.names[0]?.name ?? null };
}

/** `mkLibrary { … }` of a repository's own, `callPackage ./generic.nix { … }`, and what a function of the file makes of `stdenv`. */
function isMadeByHelper({ expression }: Shaped, formals: Formals | null): boolean {
  if (expression.kind !== 'apply') return false;
  const name = calledName(callParts(expression).head) ?? '';
  const takesUsual = formals?.formals.some((formal) => usualPackageArguments.test(formal.name.name)) === true;
  return takesUsual || /^(mk|make|build)[A-Z]/.test(name);
}

/** `final: prev: { … }`, also behind a function that is given what it is made of. */
function isOverlay(start: Expression): boolean {
  const top =
    start.kind === 'function' && start.formals !== null ? throughLets(start.body, []).expression : start;
  if (top.kind !== 'function' || top.formals !== null) return false;
  const inner = unwrapped(top.body);
  if (inner.kind !== 'function' || inner.formals !== null) return false;
  const [first, second] = [top.argument?.name ?? '', inner.argument?.name ?? ''];
  if (unwrapped(inner.body).kind === 'function') return false;
  return overlayNames.test(first) && previousNames.test(second);
}

/** What calling it makes: one derivation, a set, functions, or nothing that can be told. */
function madeBy({ expression }: Shaped): 'package' | 'shell' | 'set' | 'functions' | null {
  if (expression.kind === 'set') return 'set';
  if (expression.kind === 'binary' && expression.operator === '//') return 'set';
  if (expression.kind !== 'apply') return null;
  const { head } = callParts(expression);
  const name = calledName(head) ?? '';
  if (/^mk\w*Shell\w*$/.test(name)) return 'shell';
  if (
    /^(makeScope|makeExtensible|recurseIntoAttrs|genAttrs|mapAttrs|fix|makeScopeWithSplicing\w*)$/.test(name)
  )
    return 'set';
  if (makesOne(name)) return 'package';
  return null;
}

function makesOne(name: string): boolean {
  if (/^(callPackages?|makeOverridable)$/.test(name)) return true;
  if (
    /^(write(Shell|Text|Script)\w*|symlinkJoin|buildEnv|linkFarm|stdenvNoCC|buildFHS\w*|wrap\w+)$/.test(name)
  )
    return true;
  const kind = makerNamed(name)?.kind;
  return kind === 'attributes' || kind === 'command' || kind === 'override' || kind === 'same';
}

/** Which of its attributes tell more: derivations or functions. */
function kindOfSet({ expression, bindings }: Shaped): OtherKind {
  const counted = { derivations: 0, functions: 0, others: 0 };
  for (const set of setsOf(expression)) {
    const within = [...bindings, ...(set.form === 'plain' ? [] : set.bindings)];
    for (const binding of set.bindings) countBinding(binding, within, counted);
  }
  const { derivations, functions, others } = counted;
  if (derivations > 0 && derivations >= functions) return 'derivations';
  if (functions > 0 && functions * 2 >= others) return 'library';
  return 'expression';
}

function countBinding(
  binding: Binding,
  within: readonly Binding[],
  counted: { derivations: number; functions: number; others: number },
): void {
  const values =
    binding.kind === 'binding'
      ? [binding.value]
      : binding.names.flatMap(({ name }) =>
          name === null || binding.from !== null ? [] : (boundIn(name, within) ?? []),
        );
  for (const value of values) {
    const shaped = throughLets(value, within);
    if (shaped.expression.kind === 'function' && !isModule(shaped.expression)) counted.functions++;
    else if (isDerivation(shaped)) counted.derivations++;
    else counted.others++;
  }
}

function isDerivation(shaped: Shaped): boolean {
  const { expression } = shaped;
  if (expression.kind !== 'apply') return false;
  const name = calledName(callParts(expression).head) ?? '';
  if (packageCalls.test(name)) return true;
  const made = madeBy(shaped);
  return made === 'package' || made === 'shell';
}

/** The sets that are written in it, `a // b` and what a scope is made of included. */
function setsOf(expression: Expression): readonly AttributeSet[] {
  const found: AttributeSet[] = [];
  const waiting: Expression[] = [expression];
  for (let steps = 0; steps < mostSteps; steps++) {
    const next = waiting.pop();
    if (next === undefined) break;
    const inner = unwrapped(next);
    if (inner.kind === 'set') found.push(inner);
    else if (inner.kind === 'binary' && inner.operator === '//') waiting.push(inner.left, inner.right);
    else if (inner.kind === 'apply') waiting.push(...callParts(inner).args);
    else if (inner.kind === 'function' || isWrapping(inner)) waiting.push(inner.body);
  }
  return found;
}

function isWrapping(expression: Expression): expression is Extract<Expression, { body: Expression }> {
  return expression.kind === 'letIn' || expression.kind === 'with' || expression.kind === 'assert';
}

/** Behind `let`, `with`, `assert`, the first case of an `if`, and names that a `let` around it gives. */
function throughLets(start: Expression, around: readonly Binding[]): Shaped {
  let expression = unwrapped(start);
  let bindings = around;
  for (let steps = 0; steps < mostSteps; steps++) {
    let next: Expression | null = null;
    if (expression.kind === 'letIn') bindings = [...bindings, ...expression.bindings];
    if (isWrapping(expression)) next = expression.body;
    else if (expression.kind === 'if') {
      next =
        calledName(callParts(expression.consequence).head) === 'throw'
          ? expression.alternative
          : expression.consequence;
    } else if (expression.kind === 'variable') next = boundIn(expression.name, bindings);
    if (next === null) break;
    expression = unwrapped(next);
  }
  return { expression, bindings };
}

/** What a function of functions gives in the end. */
function throughFunctions(start: Shaped): Shaped {
  let shaped = start;
  for (let steps = 0; steps < mostSteps && shaped.expression.kind === 'function'; steps++)
    shaped = throughLets(shaped.expression.body, shaped.bindings);
  return shaped;
}

function boundIn(name: string, bindings: readonly Binding[]): Expression | null {
  for (const binding of bindings.toReversed()) {
    if (binding.kind !== 'binding' || binding.path.names.length !== 1) continue;
    if (binding.path.names[0]?.name === name) return binding.value;
  }
  return null;
}

function requiredNames(formals: Formals | null): readonly string[] {
  return (formals?.formals ?? []).flatMap((formal) => (formal.default === null ? [formal.name.name] : []));
}

function attributeValue(set: AttributeSet, name: string): Expression | null {
  return boundIn(name, set.bindings);
}
