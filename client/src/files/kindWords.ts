/** The words of what a file is and how it is evaluated. Pure. */
import type { FileKindParams } from '../../../server/src/protocol/kindMessages';

const names: Readonly<Record<FileKindParams['kind'], string>> = {
  package: 'Package function',
  expression: 'Expression',
  derivations: 'Set of derivations',
  overlay: 'Overlay',
  module: 'Module',
  flake: 'Flake',
  shell: 'Shell',
  library: 'Library',
};

export interface KindWords {
  readonly text: string;
  readonly detail: string;
  readonly warning: boolean;
}

const systems = {
  nixos: 'NixOS module',
  'home-manager': 'Home Manager module',
  'nix-darwin': 'nix-darwin module',
} as const;

export function kindWords({ kind, system, entry, missing }: FileKindParams): KindWords {
  const text = kind === 'module' && system !== undefined ? systems[system] : names[kind];
  if (missing !== undefined) return { text, detail: `needs ${missing.join(', ')}`, warning: true };
  if (entry === null) return { text, detail: '', warning: false };
  const { file, attr, from, serves } = entry;
  const through = attr === '' ? file : `${file}: ${attr}`;
  const said = { found: '', comment: ' (as its comment says)', setting: ' (as the settings say)' }[from];
  if (serves) return { text, detail: `through ${through}${said}`, warning: false };
  return { text, detail: `as it stands: ${file} could not be evaluated${said}`, warning: true };
}
