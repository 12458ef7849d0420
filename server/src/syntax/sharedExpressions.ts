/**
 * Calls like `import <nixpkgs> { }` that depend on nothing but what is written: an evaluator that is kept evaluates them once and
 * lets every later version of the text have the same value. Found by the syntax alone, so what is not seen to be closed is not shared.
 */
import type { Binding, Expression } from './ast';
import type { Scope } from './lexicalScope';
import { lookUp, scopeBelow, scopeOfDefaults } from './lexicalScope';
import { pathReplacements } from './pathLiterals';
import { acrossLines, relocated, relocatedPart, type RelocatedText, type Replacement } from './relocation';
import type { Span, SyntaxTree } from './syntaxTree';
import { childrenOf } from './walk';
import { nixString } from '../nixString';

export interface SharingText extends RelocatedText {
  /** What it shares: texts that are to be found under the names that were given. */
  readonly shared: readonly SharedExpression[];
}

export interface SharedExpression extends RelocatedText {
  /** What stands for it. */
  readonly name: string;
}

export interface SharingOptions {
  /** Absolute folder of the file, and its name there. */
  readonly folder: string;
  readonly fileName: string;
  /** Whether the file's function is called without arguments, so that its formals are their defaults. */
  readonly calledBare: boolean;
  /** An expression without line endings that stands for this text; the same for the same text. */
  readonly nameOf: (text: string) => string;
}

/** As `absolutePaths`, with each closed call of `import` replaced by a name. */
export function sharingText(tree: SyntaxTree, options: SharingOptions): SharingText {
  const sharing = new Sharing(tree, options);
  const calls = tree.root === null ? [] : closedCalls(tree.root, options.calledBare);
  const names = calls.map(({ span, uses }) => ({ span, name: sharing.share(span, uses) }));
  const replacements = sharing.replacements(names, { start: 0, end: tree.text.length });
  return { ...relocated(tree, replacements), shared: sharing.shared };
}

/** A place where a name of the text is used that stands for a closed value. */
interface Use {
  /** What is replaced. */
  readonly span: Span;
  readonly values: readonly UsedValue[];
}

interface UsedValue {
  /** Null for a variable; the attribute that an `inherit` makes of it. */
  readonly attribute: string | null;
  readonly span: Span;
  readonly uses: readonly Use[];
}

interface ClosedCall {
  readonly span: Span;
  readonly uses: readonly Use[];
}

class Sharing {
  readonly shared: SharedExpression[] = [];
  private readonly paths: readonly Replacement[];

  constructor(
    private readonly tree: SyntaxTree,
    private readonly options: SharingOptions,
  ) {
    this.paths = pathReplacements(tree, options.folder, options.fileName);
  }

  /** The name that stands for a part of the text. */
  share(span: Span, uses: readonly Use[]): string {
    const inner = uses.map((use) => ({ span: use.span, name: this.written(use) }));
    const part = relocatedPart(this.tree, span, this.replacements(inner, span));
    const name = this.options.nameOf(part.text);
    if (!this.shared.some((known) => known.name === name)) this.shared.push({ ...part, name });
    return name;
  }

  private written({ values }: Use): string {
    const parts = values.map(({ attribute, span, uses }) => {
      const name = this.share(span, uses);
      return attribute === null ? name : `${nixString(attribute)} = ${name};`;
    });
    return parts.join(' ');
  }

  replacements(
    named: readonly { readonly span: Span; readonly name: string }[],
    within: Span,
  ): Replacement[] {
    const covered = named.map(({ span }) => span);
    const paths = this.paths.filter(
      (path) => isIn(path, within) && !covered.some((span) => isIn(path, span)),
    );
    const pieces = named.flatMap(({ span, name }) => acrossLines(this.tree, span, name));
    return [...paths, ...pieces].sort((a, b) => a.start - b.start || a.end - b.end);
  }
}

function isIn(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** The outermost ones, in order of the text. */
function closedCalls(root: Expression, calledBare: boolean): readonly ClosedCall[] {
  const found: ClosedCall[] = [];
  const pending: { readonly expression: Expression; readonly scope: Scope | null }[] = [
    { expression: root, scope: null },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { expression, scope } = next;
    const uses = isImportCall(expression, scope) ? usesOf(expression, scope) : null;
    if (uses !== null) {
      found.push({ span: expression.span, uses });
      continue;
    }
    const defaults = calledBare && expression === root ? scopeOfDefaults(expression) : null;
    const below = defaults ?? scopeBelow(expression, scope);
    for (const child of childrenOf(expression)) pending.push({ expression: child, scope: below });
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** `import PATH ARGUMENT…`: with only a path Nix remembers the value itself. */
function isImportCall(expression: Expression, scope: Scope | null): boolean {
  let count = 0;
  let head = expression;
  for (; head.kind === 'apply'; head = head.function) count++;
  return count >= 2 && head.kind === 'variable' && head.name === 'import' && lookUp(scope, 'import') === null;
}

/** Larger ones are seldom, and a text must not make this endless. */
const limits = { depth: 60, looks: 2000 } as const;
/** Names bound by Nix itself; others of its names begin with `__` or are below `builtins`. */
const globals = new Set(
  [
    'abort baseNameOf builtins derivation dirOf false fetchGit fetchMercurial fetchTarball fetchTree import isNull',
    'map null placeholder removeAttrs scopedImport throw toString true',
  ].flatMap((names) => names.split(' ')),
);

/** The names of the text that an expression needs; null when it needs what only evaluation tells. */
function usesOf(expression: Expression, scope: Scope | null): readonly Use[] | null {
  const uses: Use[] = [];
  const budget = { left: limits.looks };
  const closed = isClosed({ expression, scope, inner: new Set(), inWith: false, depth: 0, budget }, uses);
  return closed ? uses : null;
}

interface Looked {
  readonly expression: Expression;
  /** Around the expression that is asked about. */
  readonly scope: Scope | null;
  /** Names that the asked expression binds inside itself. */
  readonly inner: ReadonlySet<string>;
  /** Whether a `with` of a closed set inside it may have what is not known. */
  readonly inWith: boolean;
  readonly depth: number;
  readonly budget: { left: number };
}

function isClosed(at: Looked, uses: Use[]): boolean {
  const { expression, depth, budget } = at;
  if (depth > limits.depth || budget.left-- <= 0 || expression.kind === 'missing') return false;
  if (expression.kind === 'variable') {
    if (at.inner.has(expression.name)) return true;
    if (lookUp(at.scope, expression.name) === null) return at.inWith || isGlobal(expression.name);
    const value = usedValue(at, expression.name, null);
    if (value !== null) uses.push({ span: expression.span, values: [value] });
    return value !== null;
  }
  if (!inheritedAreClosed(at, uses)) return false;
  const inner = namesBelow(expression, at.inner);
  const below = { ...at, inner, inWith: at.inWith || expression.kind === 'with', depth: depth + 1 };
  return childrenOf(expression).every((child) => isClosed({ ...below, expression: child }, uses));
}

function isGlobal(name: string): boolean {
  return globals.has(name) || (name.startsWith('__') && name !== '__curPos');
}

/** Null when the name's value is not known from the text. */
function usedValue(at: Looked, name: string, attribute: string | null): UsedValue | null {
  const bound = lookUp(at.scope, name);
  if (bound === null || bound === 'unknown') return null;
  const uses: Use[] = [];
  const { value, scope } = bound;
  const whole = {
    ...at,
    expression: value,
    scope,
    inner: new Set<string>(),
    inWith: false,
    depth: at.depth + 1,
  };
  return isClosed(whole, uses) ? { attribute, span: value.span, uses } : null;
}

/** `inherit a b;` is written as `a = …; b = …;` of the values around. */
function inheritedAreClosed(at: Looked, uses: Use[]): boolean {
  for (const binding of bindingsOf(at.expression)) {
    if (binding.kind !== 'inherit' || binding.from !== null) continue;
    if (binding.names.every(({ name }) => name !== null && at.inner.has(name))) continue;
    const values = binding.names.map(({ name }) =>
      name === null || at.inner.has(name) ? null : usedValue(at, name, name),
    );
    const known = values.filter((value) => value !== null);
    if (known.length < values.length) return false;
    uses.push({ span: binding.span, values: known });
  }
  return true;
}

function bindingsOf(expression: Expression): readonly Binding[] {
  return expression.kind === 'letIn' || expression.kind === 'set' ? expression.bindings : [];
}

function namesBelow(expression: Expression, inner: ReadonlySet<string>): ReadonlySet<string> {
  const made = scopeBelow(expression, null);
  return made === null ? inner : new Set([...inner, ...made.names.keys()]);
}
