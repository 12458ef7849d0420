/**
 * The part of a text that one of its values depends on, as a text of its own that is closed (a program slice): the bindings around
 * that it needs, and what functions are given. It stays the same while something else in the text is edited. Pure.
 */
import { isGlobalName } from '../../knowledge/builtins';
import type { Binding, Expression, Formal } from '../../syntax/ast';
import { NameSearch } from '../nameSearch';
import { boundIn, lookUp, type Frame } from './frames';
import {
  interpreterOf,
  isCalled,
  placesOfArgument,
  placesOfFormal,
  type FunctionFrame,
  type PackageSets,
  type SetPlace,
} from './packageSets';
import { nixString } from '../../nixString';
import { withReplaced, type Replacement as Moved } from '../../syntax/relocation';

/** Values that are written in longer texts are not asked for. */
const limits = { names: 400, characters: 200_000 } as const;

/** The text that is sliced. */
export interface SlicedText {
  readonly text: string;
  readonly sets: PackageSets;
  /** What is written otherwise where the slice is read elsewhere: its path literals, in order. */
  readonly moved?: readonly Moved[];
}

/** An expression with the frames that it stands in. */
export interface Framed {
  readonly expression: Expression;
  readonly frames: readonly Frame[];
}

/**
 * A Nix text whose value is the expression's; null when that needs more than can be told, or too much. `make` writes another expression, of
 * the same one and its parts.
 */
export function sliceOf(
  of: SlicedText,
  { expression, frames }: Framed,
  make = (write: (part: Expression) => string) => write(expression),
): string | null {
  const needed = new Needed(of, frames);
  if (!needed.take(expression, frames.length)) return null;
  const heads = frames.map((_, index) => needed.headOf(index));
  const made = `${heads.join('')}${make((part) => written(of, part))}`;
  return made.length > limits.characters ? null : made;
}

function written({ text, moved = [] }: SlicedText, part: Expression | Binding): string {
  if (part.kind === 'variable') return part.name;
  const { span } = part;
  const inside = moved.filter(({ start, end }) => span.start <= start && end <= span.end);
  return withReplaced(text, inside, span);
}

/** Which names of which frames an expression needs, and those that these need. */
class Needed {
  private readonly names = new Map<number, Set<string>>();
  private readonly withs = new Set<number>();
  private count = 0;

  constructor(
    private readonly of: SlicedText,
    private readonly frames: readonly Frame[],
  ) {}

  /** The expression stands in this many of the frames. False when it needs too much. */
  take(expression: Expression, depth: number): boolean {
    const waiting: { readonly expression: Expression; readonly depth: number }[] = [{ expression, depth }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const name of freeNames(next.expression)) waiting.push(...this.need(name, next.depth));
      if (this.count > limits.names) return false;
    }
    return true;
  }

  /** What begins the scope of a frame in the slice; empty when nothing of it is needed. */
  headOf(index: number): string {
    const frame = this.frames[index];
    if (frame === undefined) return '';
    if (frame.kind === 'with')
      return this.withs.has(index) ? `with ${written(this.of, frame.environment)}; ` : '';
    const names = [...(this.names.get(index) ?? [])];
    if (names.length === 0) return '';
    const bindings =
      frame.kind === 'bindings'
        ? this.bindingsText(frame.bindings, new Set(names))
        : names.map((name) => this.givenText(frame, name));
    return `let ${bindings.join(' ')} in `;
  }

  /** Notes a name, and gives the expressions that it needs in turn. */
  private need(name: string, depth: number): readonly { expression: Expression; depth: number }[] {
    const found = lookUp(this.frames.slice(0, depth), name);
    if (found === null) return isGlobalName(name) ? [] : this.needWiths(depth);
    const { index, bound } = found;
    const known = this.names.get(index) ?? new Set();
    if (known.has(name)) return [];
    this.names.set(index, known.add(name));
    this.count += 1;
    const inside = index + 1;
    if (bound.kind === 'bindings') {
      return bound.bindings.flatMap((binding) => {
        if (binding.kind === 'binding')
          return partsOf(binding).map((expression) => ({ expression, depth: inside }));
        if (binding.from !== null) return [{ expression: binding.from, depth: inside }];
        return [...this.need(name, index)];
      });
    }
    const frame = this.frames[index];
    if (frame?.kind !== 'function') return [];
    if (bound.kind === 'argument') {
      const interpreter = interpreterOf(frame);
      return interpreter === null ? [] : [{ expression: interpreter, depth: index }];
    }
    const { default: otherwise } = bound.formal;
    return otherwise === null ? [] : [{ expression: otherwise, depth: inside }];
  }

  /** A name that nothing binds may come from any `with` around. */
  private needWiths(depth: number): readonly { expression: Expression; depth: number }[] {
    return this.frames.slice(0, depth).flatMap((frame, index) => {
      if (frame.kind !== 'with' || this.withs.has(index)) return [];
      this.withs.add(index);
      return [{ expression: frame.environment, depth: index }];
    });
  }

  private bindingsText(bindings: readonly Binding[], names: ReadonlySet<string>): readonly string[] {
    return bindings.flatMap((binding) => {
      if (binding.kind === 'binding') {
        return names.has(binding.path.names[0]?.name ?? '') ? [written(this.of, binding)] : [];
      }
      const wanted = binding.names.flatMap(({ name }) => (name !== null && names.has(name) ? [name] : []));
      if (wanted.length === 0) return [];
      const from = binding.from === null ? '' : ` (${written(this.of, binding.from)})`;
      return [`inherit${from} ${wanted.join(' ')};`];
    });
  }

  private givenText(frame: FunctionFrame, name: string): string {
    const bound = boundIn(frame, name);
    if (bound?.kind === 'formal') return `${name} = ${this.formalText(frame, bound.formal)};`;
    const interpreter = interpreterOf(frame);
    if (interpreter !== null) return `${name} = (${written(this.of, interpreter)}).pkgs;`;
    return `${name} = ${alternatives(placesOfArgument(frame, this.of.sets), null)};`;
  }

  private formalText(frame: FunctionFrame, { name, default: otherwise }: Formal): string {
    const { sets } = this.of;
    const own = otherwise === null ? null : `(${written(this.of, otherwise)})`;
    // Called as it stands, by nobody.
    if (own !== null && !isCalled(frame, sets)) return own;
    return alternatives(placesOfFormal(frame, name.name, sets), own);
  }
}

/** `a.b or (c or …)`; what is not known throws, which is caught where it is asked for. */
function alternatives(places: readonly SetPlace[], last: string | null): string {
  const otherwise = last ?? 'throw "not known from the text"';
  return places.reduceRight(
    (rest, { text, path }) => (path.length === 0 ? text : `${attempt(text, path)}(${rest}))`),
    otherwise,
  );
}

function attempt(set: string, path: readonly string[]): string {
  return `(${set}.${path.map(nixString).join('.')} or `;
}

/** Whether a place is in this attribute of a set that texts are given, or hangs on it. */
export function takesFrom({ text, path }: SetPlace, set: string, name: string): boolean {
  return (text === set && path[0] === name) || text.includes(attempt(set, [name]));
}

/** Its value, and expressions in its path. */
function partsOf({ path, value }: Extract<Binding, { kind: 'binding' }>): readonly Expression[] {
  return [value, ...path.names.flatMap(({ expression }) => expression ?? [])];
}

const freeOf = new WeakMap<Expression, ReadonlySet<string>>();

/** Names that an expression uses and does not bind itself. */
export function freeNames(expression: Expression): ReadonlySet<string> {
  const known = freeOf.get(expression);
  if (known !== undefined) return known;
  const search = new NameSearch();
  const { uses } = search.through(expression, search.outermost(expression.span, true));
  const found = new Set(uses.filter(({ definition }) => definition === null).map(({ name }) => name));
  freeOf.set(expression, found);
  return found;
}
