/** Where the options of a module are to be found: closed texts whose values are sets of options. Pure. */
import { nixPath, nixString } from '../../nixString';
import { configurationOutputs, type Configuration } from './flakeConfigurations';
import type { ModuleSystem } from './moduleSystems';

export interface ModuleSurroundings {
  /** Absolute path of the module that brings the one in hand, through others or itself. */
  readonly top: string;
  /** Null where nothing tells. */
  readonly system: ModuleSystem | null;
  /** Absolute path of the tree that the file is a part of, when that is the system's own. */
  readonly tree: string | null;
  /** Modules that stand for files whose texts are not saved. */
  readonly unsaved: readonly UnsavedModule[];
}

export interface UnsavedModule {
  readonly file: string;
  /** A closed text. */
  readonly text: string;
}

/** A set of options, and the same without the user's own modules, for when these have no value. */
export interface OptionSet {
  readonly text: string;
  readonly without: string | null;
}

/** The modules, and that the files which they stand for are none. */
function insteadOf(unsaved: readonly UnsavedModule[]): string {
  return unsaved.map(({ file, text }) => `(${text}) { disabledModules = [ ${nixPath(file)} ]; }`).join(' ');
}

/** Definitions do not matter, only what is declared. */
const lenient = '{ _module.check = false; }';

/** The likeliest first; the first one in which a path leads somewhere counts. */
export function optionSets({ top, system, tree, unsaved }: ModuleSurroundings): readonly OptionSet[] {
  const likely: readonly ModuleSystem[] = system === null ? ['nixos', 'home-manager'] : [system];
  const optionsOf = { nixos: nixosOptions, 'home-manager': homeOptions, 'nix-darwin': darwinOptions };
  const isUnsaved = unsaved.some(({ file }) => file === top);
  const module = `${isUnsaved ? '' : nixPath(top)} ${insteadOf(unsaved)}`;
  return [
    ...likely.map((one) => {
      const modules = optionsOf[one](tree);
      return { text: modules(`${module} ${lenient}`), without: modules(lenient) };
    }),
    { text: ownOptions(`${module} ${lenient}`), without: null },
  ];
}

/** The options of a configuration of a flake, whose outputs the expression gives; of the first one that there is where none is named. */
export function optionsOfFlake(
  outputs: string,
  system: ModuleSystem | null,
  named: Configuration | null,
  unsaved: readonly UnsavedModule[],
): readonly OptionSet[] {
  const likely = system === null ? Object.values(configurationOutputs) : [configurationOutputs[system]];
  const chosen =
    named === null
      ? likely.map(firstOf)
      : [`all.${named.output}.${nixString(named.name)} or { options = { }; }`];
  return chosen.map((configuration) => {
    const plain = optionsText(outputs, configuration, 'one');
    if (unsaved.length === 0) return { text: plain, without: null };
    const extended = `one.extendModules { modules = [ ${insteadOf(unsaved)} ]; }`;
    return { text: optionsText(outputs, configuration, extended), without: plain };
  });
}

function optionsText(outputs: string, configuration: string, taken: string): string {
  return `(let
  all = ${outputs};
  one = ${configuration};
in
(${taken}).options)`;
}

function firstOf(output: string): string {
  return `let
    those = all.${output} or { };
    names = builtins.attrNames those;
  in
  if names == [ ] then { options = { }; } else those.\${builtins.head names}`;
}

/** nixpkgs' `nixos/lib/eval-config.nix`. */
function nixosOptions(tree: string | null): (modules: string) => string {
  const file =
    tree === null ? '<nixpkgs/nixos/lib/eval-config.nix>' : nixPath(`${tree}/nixos/lib/eval-config.nix`);
  return (modules) => `(import ${file} { modules = [ ${modules} ]; }).options`;
}

/** As home-manager's `modules/default.nix`, which cannot be asked for options without a whole configuration. */
function homeOptions(tree: string | null): (modules: string) => string {
  const folder = tree === null ? '<home-manager/modules>' : nixPath(`${tree}/modules`);
  return (modules) => `(let
  pkgs = import <nixpkgs> { };
  modules = ${folder};
  lib = import (modules + "/lib/stdlib-extended.nix") pkgs.lib;
in
(lib.evalModules {
  modules = [ ${modules} ] ++ import (modules + "/modules.nix") { inherit pkgs lib; check = false; };
  specialArgs.modulesPath = toString modules;
}).options)`;
}

/** nix-darwin's `default.nix`. */
function darwinOptions(tree: string | null): (modules: string) => string {
  const folder = tree === null ? '<darwin>' : nixPath(tree);
  return (modules) => `(import ${folder} { configuration = { imports = [ ${modules} ]; }; }).options`;
}

/** What it and the modules that it imports declare. */
function ownOptions(modules: string): string {
  return `((import <nixpkgs/lib>).evalModules {
  modules = [ ${modules} { _module.args.pkgs = import <nixpkgs> { }; } ];
}).options`;
}
