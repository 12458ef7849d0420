/** What functions get that a text does not call itself: packages from a set that calls them, overlays and modules the package set. Pure. */
import type { Expression, FunctionExpression } from '../../syntax/ast';
import type { WalkedNode } from '../../syntax/nodes';
import { lastName, withoutLast } from '../across/calls';
import type { Frame } from './frames';

/** An attribute of the value of a Nix text that is closed. */
export interface SetPlace {
  readonly text: string;
  readonly path: readonly string[];
}

/** Sets that are there whatever a text says. */
export interface PackageSets {
  /** Those that give the arguments of the file's own function, by their names; the first that has one counts. Empty: nobody calls it. */
  readonly callers: readonly string[];
  /** The package set of the search path. */
  readonly packages: string;
  /** In a `flake.nix`, what its outputs are called with. */
  readonly flake?: string;
}

/** As `callPackage` without a set of its own takes it. */
export const searchedPackages = '(import <nixpkgs> { })';

const overlayNames = new Set(['final', 'prev', 'self', 'super']);
/** A module gets these besides what only its system knows. */
const moduleNames = new Set(['config', 'options', 'modulesPath']);

export type FunctionFrame = Extract<Frame, { kind: 'function' }>;

/** Where an argument that is taken by name may come from, the likeliest first. */
export function placesOfFormal(frame: FunctionFrame, name: string, sets: PackageSets): readonly SetPlace[] {
  const { callers, packages } = sets;
  const outputs = givenToOutputs(frame, sets);
  if (outputs !== null) return [{ text: outputs, path: [name] }];
  const given = isFilesOwn(frame) ? callers.map((text) => ({ text, path: [name] })) : [];
  const whole: readonly SetPlace[] =
    name === 'pkgs'
      ? [{ text: packages, path: [] }]
      : name === 'lib'
        ? [
            { text: packages, path: ['lib'] },
            { text: '(import <nixpkgs/lib>)', path: [] },
          ]
        : [];
  if (whole.length > 0) return [...given, ...whole];
  const known = isModule(frame.function) ? given : [...given, { text: packages, path: [name] }];
  return name === 'system' ? [...known, thisSystem] : known;
}

/** What a function that is called for each system is taken to be called with. */
const thisSystem: SetPlace = { text: 'builtins.currentSystem', path: [] };

/** The set that a flake's outputs are called with, where this is that function; null elsewhere. */
export function givenToOutputs({ around }: FunctionFrame, { flake }: PackageSets): string | null {
  if (flake === undefined) return null;
  const [set, binding, ...more] = around.filter(({ kind }) => kind !== 'parenthesized');
  const isOutputs =
    binding?.kind === 'binding' && binding.path.names.map(({ name }) => name).join('.') === 'outputs';
  return set?.kind === 'set' && isOutputs && more.length === 0 ? flake : null;
}

/** Whether it is the function that the file is. */
export function isFilesOwn({ around }: FunctionFrame): boolean {
  return around.every(({ kind }) => kind === 'parenthesized');
}

/** Where an argument that is taken whole may come from. */
export function placesOfArgument(frame: FunctionFrame, sets: PackageSets): readonly SetPlace[] {
  const { function: of, around } = frame;
  const { packages } = sets;
  const outputs = givenToOutputs(frame, sets);
  if (outputs !== null) return [{ text: outputs, path: [] }];
  const name = of.argument?.name ?? '';
  if (name === 'pkgs') return [{ text: packages, path: [] }];
  if (name === 'lib') return [{ text: packages, path: ['lib'] }];
  if (name === 'system') return [thisSystem];
  return overlayNames.has(name) && isOfOverlay(of, around) ? [{ text: packages, path: [] }] : [];
}

/** One of the two functions of `final: prev: …`. */
function isOfOverlay(of: FunctionExpression, around: readonly WalkedNode[]): boolean {
  const outer = around.at(-1);
  const other = of.body.kind === 'function' ? of.body : outer?.kind === 'function' ? outer : null;
  return other?.formals === null && overlayNames.has(other.argument?.name ?? '');
}

/** Whether somebody else than a package set calls it: a module system. */
export function isModule({ formals }: FunctionExpression): boolean {
  const names = formals?.formals.map(({ name }) => name.name) ?? [];
  // What takes a flake's `self` is given it by the flake.
  return names.some((name) => moduleNames.has(name) || name === 'self');
}

/** The interpreter whose packages a function of `python3.withPackages (ps: …)` gets. */
export function interpreterOf({ function: of, around }: FunctionFrame): Expression | null {
  if (of.formals !== null) return null;
  const apply = around.findLast(({ kind }) => kind !== 'parenthesized');
  if (apply?.kind !== 'apply' || apply.function.kind !== 'select') return null;
  if (lastName(apply.function) !== 'withPackages') return null;
  const found = withoutLast(apply.function);
  const end = found.kind === 'select' ? found.path.names.at(-1)?.span.end : undefined;
  return end === undefined ? found : { ...found, span: { ...found.span, end } };
}

/** Whether somebody has to call it who gives it something. */
export function isCalled(frame: FunctionFrame, { callers }: PackageSets): boolean {
  const { formals } = frame.function;
  return (
    (callers.length > 0 && isFilesOwn(frame)) ||
    formals?.formals.some((formal) => formal.default === null) === true
  );
}
