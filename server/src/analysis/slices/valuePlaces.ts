/** Where the value of an expression is to be found: an attribute of a closed text, so that Nix can tell where it is written. Pure. */
import { isGlobalName } from '../../knowledge/builtins';
import type { Expression } from '../../syntax/ast';
import { unwrapped } from '../../syntax/walk';
import { namesIn } from '../across/calls';
import { lookUp, type Frame } from './frames';
import { interpreterOf, isCalled, placesOfArgument, placesOfFormal, type SetPlace } from './packageSets';
import { sliceOf, type Framed, type SlicedText } from './slice';

/** Names that lead to names; texts may go round in circles. */
const farthest = 20;
/** Sets of `with` that are asked for a name. */
const mostPlaces = 16;

/** The first that has a value counts; none when the text does not tell. */
export function placesOf(of: SlicedText, framed: Framed, steps = farthest): readonly SetPlace[] {
  return steps <= 0 ? [] : found(of, framed, steps).slice(0, mostPlaces);
}

function found(of: SlicedText, { expression, frames }: Framed, steps: number): readonly SetPlace[] {
  const inner = unwrapped(expression);
  if (inner.kind === 'variable') return placesOfName(of, inner.name, frames, steps);
  if (inner.kind === 'select' && inner.default === null) {
    const names = namesIn(inner).filter((name) => name !== null);
    if (names.length === inner.path.names.length) {
      return below(placesOf(of, { expression: inner.expression, frames }, steps - 1), names);
    }
  }
  return sliced(of, { expression: inner, frames });
}

function sliced(of: SlicedText, framed: Framed): readonly SetPlace[] {
  if (framed.expression.kind === 'missing') return [];
  const text = sliceOf(of, framed);
  return text === null ? [] : [{ text, path: [] }];
}

function below(places: readonly SetPlace[], names: readonly string[]): readonly SetPlace[] {
  return places.map(({ text, path }) => ({ text, path: [...path, ...names] }));
}

/** Of a name that is used in these frames. */
export function placesOfName(
  of: SlicedText,
  name: string,
  frames: readonly Frame[],
  steps = farthest,
): readonly SetPlace[] {
  if (steps <= 0) return [];
  const known = lookUp(frames, name);
  if (known === null) {
    if (name === 'builtins') return [{ text: name, path: [] }];
    return isGlobalName(name) ? [] : fromWiths(of, name, frames, steps);
  }
  const { index, bound } = known;
  const frame = frames[index];
  if (frame === undefined) return [];
  const [inside, outside] = [frames.slice(0, index + 1), frames.slice(0, index)];
  if (bound.kind === 'bindings') {
    const [only, ...more] = bound.bindings;
    if (only?.kind === 'inherit') {
      return only.from === null
        ? placesOfName(of, name, outside, steps - 1)
        : below(placesOf(of, { expression: only.from, frames: inside }, steps - 1), [name]);
    }
    if (only !== undefined && more.length === 0 && only.path.names.length === 1) {
      return placesOf(of, { expression: only.value, frames: inside }, steps - 1);
    }
    return sliced(of, { expression: variable(name), frames: inside });
  }
  if (frame.kind !== 'function') return [];
  if (bound.kind === 'argument') {
    const interpreter = interpreterOf(frame);
    if (interpreter === null) return placesOfArgument(frame, of.sets);
    return below(placesOf(of, { expression: interpreter, frames: outside }, steps - 1), ['pkgs']);
  }
  const { default: otherwise } = bound.formal;
  const given = otherwise === null || isCalled(frame, of.sets) ? placesOfFormal(frame, name, of.sets) : [];
  const own = otherwise === null ? [] : placesOf(of, { expression: otherwise, frames: inside }, steps - 1);
  return [...given, ...own];
}

/** The innermost that has it gives it. */
function fromWiths(
  of: SlicedText,
  name: string,
  frames: readonly Frame[],
  steps: number,
): readonly SetPlace[] {
  return frames
    .flatMap((frame, index) => (frame.kind === 'with' ? [{ frame, outside: frames.slice(0, index) }] : []))
    .reverse()
    .flatMap(({ frame, outside }) =>
      below(placesOf(of, { expression: frame.environment, frames: outside }, steps - 1), [name]),
    );
}

/** A name as an expression of its own, which stands nowhere. */
function variable(name: string): Expression & { readonly kind: 'variable' } {
  return { kind: 'variable', name, span: { start: 0, end: 0 } };
}
