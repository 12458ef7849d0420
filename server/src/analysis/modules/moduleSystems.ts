/** Which module system a module is for, as far as its text and its place tell. Pure. */
import type { Expression } from '../../syntax/ast';
import { unwrapped } from '../../syntax/walk';

/** Module systems whose modules are brought by a search path or a tree. */
export type ModuleSystem = 'nixos' | 'home-manager' | 'nix-darwin';

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
const ofDarwin = new Set(['homebrew']);
const darwinFile = /(?:^|[/.-])(?:nix-)?darwin(?:[/.-]|$)/;
const homeFile = /(?:^|[/.-])home(?:-manager)?(?:[/.-]|$)/;
const systemFile = /(?:^|[/.-])(?:nixos|configuration|hardware-configuration)(?:[/.-]|$)/;

/** By what a module sets and takes, else by its path below the workspace; null where neither tells. */
export function moduleSystem(root: Expression, path: string): ModuleSystem | null {
  const names = namesSet(root);
  if (names.some((name) => ofHome.has(name))) return 'home-manager';
  if (names.some((name) => ofDarwin.has(name))) return 'nix-darwin';
  // What both have.
  if (names.some((name) => ofSystem.has(name))) return darwinFile.test(path) ? 'nix-darwin' : 'nixos';
  if (homeFile.test(path)) return 'home-manager';
  if (darwinFile.test(path)) return 'nix-darwin';
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
