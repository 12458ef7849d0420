/** Names of functions that make derivations, or pass on what they are given; known from nixpkgs' manual and Nix's. */

/** What a function's arguments mean. */
export type Maker =
  /** A set (or a function of itself) of attributes for stdenv. */
  | { readonly kind: 'attributes'; readonly structure: 'phases' | 'builder' }
  /** Name, attributes and script. */
  | { readonly kind: 'command' }
  /** `x.overrideAttrs f`: x with some attributes written anew. */
  | { readonly kind: 'override' }
  /** The derivations are those of the argument with this index (from the end when negative), a function's result included. */
  | { readonly kind: 'passes'; readonly argument: number }
  /** The derivations are those of what it is selected from: `x.override { … }`. */
  | { readonly kind: 'same' };

const named: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['mkDerivation', { kind: 'attributes', structure: 'phases' }],
  ['mkShell', { kind: 'attributes', structure: 'phases' }],
  ['mkShellNoCC', { kind: 'attributes', structure: 'phases' }],
  ['derivation', { kind: 'attributes', structure: 'builder' }],
  ['derivationStrict', { kind: 'attributes', structure: 'builder' }],
  ['runCommand', { kind: 'command' }],
  ['runCommandCC', { kind: 'command' }],
  ['runCommandNoCC', { kind: 'command' }],
  ['runCommandLocal', { kind: 'command' }],
  ['overrideAttrs', { kind: 'override' }],
  ['overrideDerivation', { kind: 'override' }],
  ['overridePythonAttrs', { kind: 'override' }],
  ['override', { kind: 'same' }],
  ['callPackage', { kind: 'passes', argument: 0 }],
  ['callPackages', { kind: 'passes', argument: 0 }],
  ['makeOverridable', { kind: 'passes', argument: 0 }],
  ['recurseIntoAttrs', { kind: 'passes', argument: -1 }],
  ['dontRecurseIntoAttrs', { kind: 'passes', argument: -1 }],
  ['optionalAttrs', { kind: 'passes', argument: -1 }],
  ['makeScope', { kind: 'passes', argument: -1 }],
  ['makeExtensible', { kind: 'passes', argument: -1 }],
  ['fix', { kind: 'passes', argument: -1 }],
  ['addMetaAttrs', { kind: 'passes', argument: -1 }],
  ['hiPrio', { kind: 'passes', argument: -1 }],
  ['lowPrio', { kind: 'passes', argument: -1 }],
]);

/** `buildPythonPackage`, `buildGoModule`, `buildRustCrate`, …: nixpkgs' language builders end in mkDerivation. */
const languageBuilder =
  /^build[A-Z]\w*(Package|Application|Module|Crate|Plugin|Extension|Derivation|Library|Binary|Project|Source|Image)$/;
const makesNoPhases = /^build(Env|FHSEnv|FHSUserEnv|LayeredImage|Image)$/;

/** What calling a function of this name makes; null when nothing is known of it. */
export function makerNamed(name: string): Maker | null {
  const known = named.get(name);
  if (known !== undefined) return known;
  if (!languageBuilder.test(name) || makesNoPhases.test(name)) return null;
  return { kind: 'attributes', structure: 'phases' };
}

/** Phases of makers that do not run stdenv's usual ones; null for the others. Source: nixpkgs' `pkgs/build-support/mkshell`. */
export function phasesOfMaker(name: string): readonly string[] | null {
  return name.startsWith('mkShell') ? ['buildPhase'] : null;
}
