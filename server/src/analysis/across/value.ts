/** What expressions are known to be, and where they stand. */
import type { Expression, FunctionExpression } from '../../syntax/ast';
import type { FileTree } from './fileTrees';
import type { Layers } from './sets';

/** A function that was applied, and what to; `argument` is null when that is not known. */
export interface Applied {
  readonly function: FunctionExpression;
  readonly argument: Place | null;
  readonly outer: Applied | null;
}

/** An expression where it stands, with the functions around it that were applied. */
export interface Place {
  readonly in: FileTree;
  readonly expression: Expression;
  readonly applied: Applied | null;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly in: FileTree;
  readonly expression: FunctionExpression;
  readonly applied: Applied | null;
}
export interface SetValue {
  readonly kind: 'set';
  readonly layers: Layers;
}
export interface PathValue {
  readonly kind: 'path';
  /** Absolute. */
  readonly path: string;
}
/** A string whose every part the texts tell. */
export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
}
export type Value = FunctionValue | SetValue | PathValue | TextValue;
