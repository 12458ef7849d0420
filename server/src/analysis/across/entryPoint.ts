/** In an entry's attributes, what stands for the system that Nix evaluates for. */
export const thisSystem = '<system>';

/** The set that a file's function is called from, and what its value is called there. */
export interface EntryPoint {
  /** Absolute path of the file that gives the set. */
  readonly file: string;
  /** Attribute paths that the file's value may have, the likeliest first; empty: only the set is known. */
  readonly attrs: readonly (readonly string[])[];
  /** More attribute paths, where none of those is known: each counts only where Nix says that it is written in this file. */
  readonly guesses?: readonly (readonly string[])[];
  /** False: the attribute counts only where Nix says that it is written in this file. */
  readonly sure: boolean;
  /** Below the set, whose `callPackage` calls the file; null: the set that holds the attribute. */
  readonly scope: readonly string[] | null;
  /** A Nix function from the set to the call's arguments; null for none. */
  readonly args: string | null;
  /** The arguments depend on more than the set. */
  readonly open: boolean;
  /** Where no attribute is the call: a Nix text of it (`analysis/slices/localCall.ts`). Null where there is none. */
  readonly local: string | null;
  /** The argument that the file ends in calling, as `stdenv.mkDerivation` and `buildGoModule`; null when it ends otherwise. */
  readonly builder: { readonly name: string; readonly member: string | null } | null;
}
