/** What depends on which Nix it is. Pure. */
import type { NixVersion } from './installation';

export function isAtLeast(version: NixVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** Arguments of `nix` that have it print its settings: `config show`, which was `show-config` before 2.20. */
export function configurationCommand(version: NixVersion): readonly string[] {
  const command = isAtLeast(version, 2, 20) ? ['config', 'show'] : ['show-config'];
  return ['--extra-experimental-features', 'nix-command', ...command];
}
