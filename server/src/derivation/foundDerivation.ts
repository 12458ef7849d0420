import type { Expression } from '../syntax/ast';
import type { Span } from '../syntax/syntaxTree';
import type { Bound, Scope } from './scope';

/** An attribute that is written in the call that makes a derivation. */
export interface FoundAttribute {
  readonly name: string;
  /** Where its name is written. */
  readonly nameSpan: Span;
  /** The whole binding with its `;`. */
  readonly span: Span;
  /** Null for a name that is inherited from elsewhere, and where a condition decides. */
  readonly value: Expression | null;
  /** Whether a condition decides if it is there at all. */
  readonly isConditional?: true;
  /** What the names in `value` refer to. */
  readonly scope: Scope;
}

/** A derivation that a text makes, as far as the text alone tells. */
export interface FoundDerivation {
  /** Attribute path in the file's value; empty for the value itself. */
  readonly attr: string;
  /** The function that makes it, e.g. `mkDerivation`, `runCommand`, `buildPythonPackage`. */
  readonly maker: string;
  readonly structure: 'phases' | 'buildCommand' | 'builder';
  /** Where it is made: its attribute's name, else the call's function. */
  readonly place: Span;
  /** The whole call. */
  readonly call: Span;
  /** The function that is called, e.g. `pkgs.stdenv.mkDerivation`. */
  readonly head: Span;
  /** The argument that gives the attributes, with the names that it sees; null when there is none. */
  readonly argument: Bound | null;
  /** From name or pname and version, when they are literal. */
  readonly name: string | null;
  /** By name; a later writing (`//`, overrideAttrs) hides the earlier. */
  readonly attributes: ReadonlyMap<string, FoundAttribute>;
}
