/** Where the options of a module are to be found: closed texts whose values are sets of options. Pure. */
import { nixPath } from '../../nixString';
import type { Expression } from '../../syntax/ast';
import { unwrapped } from '../../syntax/walk';

/** Module systems whose modules are brought by a search path or a tree. */
export type ModuleSystem = 'nixos' | 'home-manager';

export interface ModuleSurroundings {
  /** Absolute path of the module that brings the one in hand, through others or itself. */
  readonly top: string;
  /** Null where nothing tells. */
  readonly system: ModuleSystem | null;
  /** Absolute path of the tree that the file is a part of, when that is the system's own. */
  readonly tree: string | null;
}

/** A set of options, and the same without the user's own modules, for when these have no value. */
export interface OptionSet {
  readonly text: string;
  readonly without: string | null;
}

/** Definitions do not matter, only what is declared. */
const lenient = '{ _module.check = false; }';

/** The likeliest first; the first one in which a path leads somewhere counts. */
export function optionSets({ top, system, tree }: ModuleSurroundings): readonly OptionSet[] {
  const likely: readonly ModuleSystem[] = system === null ? ['nixos', 'home-manager'] : [system];
  const module = nixPath(top);
  return [
    ...likely.map((one) => {
      const modules = one === 'nixos' ? nixosOptions(tree) : homeOptions(tree);
      return { text: modules(`${module} ${lenient}`), without: modules(lenient) };
    }),
    { text: ownOptions(`${module} ${lenient}`), without: null },
  ];
}

/** Outputs of a flake that hold evaluated modules, by their names. */
const configurations: Readonly<Record<ModuleSystem, string>> = {
  nixos: 'nixosConfigurations',
  'home-manager': 'homeConfigurations',
};

/** Whether the text of a `flake.nix` names some of them. */
export function hasConfigurations(text: string): boolean {
  return Object.values(configurations).some((name) => text.includes(name));
}

/** The options of the first configuration of a flake, whose outputs the expression gives. */
export function optionsOfFlake(outputs: string, system: ModuleSystem | null): readonly OptionSet[] {
  const likely = system === null ? Object.values(configurations) : [configurations[system]];
  return likely.map((name) => ({
    text: `(let
  all = (${outputs}).${name} or { };
  names = builtins.attrNames all;
in
if names == [ ] then { } else all.\${builtins.head names}.options)`,
    without: null,
  }));
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

/** What it and the modules that it imports declare. */
function ownOptions(modules: string): string {
  return `((import <nixpkgs/lib>).evalModules {
  modules = [ ${modules} { _module.args.pkgs = import <nixpkgs> { }; } ];
}).options`;
}

const ofHome = new Set(['home', 'xdg', 'osConfig', 'targets', 'accounts']);
const ofSystem = new Set([
  'boot',
  'environment',
  'fileSystems',
  'hardware',
  'networking',
  'powerManagement',
  'security',
  'swapDevices',
  'users',
  'virtualisation',
  'zramSwap',
]);
const homeFile = /(?:^|[/.-])home(?:-manager)?(?:[/.-]|$)/;
const systemFile = /(?:^|[/.-])(?:nixos|configuration|hardware-configuration)(?:[/.-]|$)/;

/** By what a module sets and takes, else by its path below the workspace; null where neither tells. */
export function moduleSystem(root: Expression, path: string): ModuleSystem | null {
  const names = namesSet(root);
  if (names.some((name) => ofHome.has(name))) return 'home-manager';
  if (names.some((name) => ofSystem.has(name))) return 'nixos';
  if (homeFile.test(path)) return 'home-manager';
  return systemFile.test(path) ? 'nixos' : null;
}

/** The first names of what a module sets, and the arguments that it takes. */
function namesSet(root: Expression): readonly string[] {
  const top = unwrapped(root);
  if (top.kind === 'function') {
    const formals = top.formals?.formals.map(({ name }) => name.name) ?? [];
    return [...formals, ...namesSet(top.body)];
  }
  if (top.kind === 'letIn' || top.kind === 'with' || top.kind === 'assert') return namesSet(top.body);
  if (top.kind === 'apply') return namesSet(top.argument);
  if (top.kind !== 'set') return [];
  return top.bindings.flatMap((binding) => {
    if (binding.kind === 'inherit') return [];
    const [first, second] = binding.path.names.map(({ name }) => name ?? '');
    if (first !== 'config') return first === undefined ? [] : [first];
    return second === undefined ? namesSet(binding.value) : [second];
  });
}
