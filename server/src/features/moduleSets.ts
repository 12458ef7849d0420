/** Which sets of options a module may belong to: closed texts for Nix, the likeliest first, and those of which it is sure. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { declarationsText } from '../analysis/modules/declarations';
import { moduleSystem, type ModuleSystem } from '../analysis/modules/moduleSystems';
import {
  optionSets,
  optionsOfFlake,
  type OptionSet,
  type UnsavedModule,
} from '../analysis/modules/optionSets';
import type { Documents, OpenDocument, ParseText } from '../documents';
import type { Engine } from '../engine/engine';
import type { EntryPoints } from './entryPoints';
import type { WorkspaceState } from './workspaceState';

export interface ModuleSetsParts {
  readonly engine: Pick<Engine, 'values'>;
  readonly documents: Pick<Documents, 'all'>;
  readonly parse: ParseText;
  readonly state: WorkspaceState;
  readonly entries: Pick<EntryPoints, 'knownUse' | 'use' | 'moduleTop' | 'configurations' | 'flakeAround'>;
}

/** Trees of module systems, by a file that only they have. */
const trees: readonly (readonly [ModuleSystem, string])[] = [
  ['nixos', 'nixos/lib/eval-config.nix'],
  ['home-manager', 'modules/lib/stdlib-extended.nix'],
  ['nix-darwin', 'modules/system/defaults/dock.nix'],
];
/** Files that a system is made of alone, as its own tools look for them. */
const wholeConfigurations: Readonly<Record<string, ModuleSystem>> = {
  'configuration.nix': 'nixos',
  'home.nix': 'home-manager',
  'darwin-configuration.nix': 'nix-darwin',
};

export class ModuleSets {
  constructor(private readonly parts: ModuleSetsParts) {}

  /** The likeliest first; the first one in which a path leads somewhere counts. */
  async of(document: OpenDocument): Promise<readonly OptionSet[]> {
    const { state, entries } = this.parts;
    const signal = new AbortController().signal;
    const top = await entries.moduleTop(document, signal);
    const own = treeOf(document.file);
    const system = own?.system ?? this.systemOf(document);
    const unsaved = await this.unsavedAround(document, top);
    const written = state.settingsOf(document.file).evaluation.moduleOptions.map((text) => ({
      text: `(${text})`,
      without: null,
    }));
    const ofFlake = own === null ? await this.ofFlake(document, system, unsaved) : [];
    return [...written, ...ofFlake, ...optionSets({ top, system, tree: own?.folder ?? null, unsaved })];
  }

  /**
   * Where what is in none of these sets is no option. None where it is not sure who else declares options: a module whose importers are not
   * known may be anybody's.
   */
  async sure(document: OpenDocument): Promise<readonly OptionSet[]> {
    const { state, entries } = this.parts;
    if (state.settingsOf(document.file).evaluation.moduleOptions.length > 0) return [];
    const signal = new AbortController().signal;
    const top = await entries.moduleTop(document, signal);
    const unsaved = await this.unsavedAround(document, top);
    const own = treeOf(document.file);
    if (own !== null) {
      return optionSets({ top, system: own.system, tree: own.folder, unsaved }).slice(0, 1);
    }
    const configurations = await entries.configurations(document, signal);
    if (configurations.length > 0) {
      return configurations.flatMap((one) => optionsOfFlake(this.outputsOf(one.flake), null, one, unsaved));
    }
    const system = wholeConfigurations[basename(top)];
    if (system === undefined || (await entries.flakeAround(document.file)) !== null) return [];
    return optionSets({ top, system, tree: null, unsaved }).slice(0, 1);
  }

  private outputsOf(flake: string): string {
    return this.parts.engine.values.outputsOf(flake);
  }

  private systemOf({ uri, file, tree }: OpenDocument): ModuleSystem | null {
    const { state, entries } = this.parts;
    const folder = state.folderOf(file);
    const below = folder === null ? file : file.slice(folder.length);
    return entries.knownUse({ uri })?.system ?? (tree.root === null ? null : moduleSystem(tree.root, below));
  }

  /** Of the configuration whose modules bring it; else of the first one. */
  private async ofFlake(
    document: OpenDocument,
    system: ModuleSystem | null,
    unsaved: readonly UnsavedModule[],
  ): Promise<readonly OptionSet[]> {
    const { entries } = this.parts;
    const [named] = await entries.configurations(document, new AbortController().signal);
    const flake = named?.flake ?? (await entries.flakeAround(document.file))?.file;
    return flake === undefined ? [] : optionsOfFlake(this.outputsOf(flake), system, named ?? null, unsaved);
  }

  /** Of open modules that the same one brings, what they declare otherwise than on the disk. */
  private async unsavedAround(document: OpenDocument, top: string): Promise<readonly UnsavedModule[]> {
    const { documents, entries } = this.parts;
    const found: UnsavedModule[] = [];
    for (const one of documents.all()) {
      if (!one.onDisk || one.large || !one.tree.text.includes('options')) continue;
      const text = this.declaredAnew(one);
      if (text === null) continue;
      const isAround =
        one.uri === document.uri || (await entries.moduleTop(one, new AbortController().signal)) === top;
      if (isAround) found.push({ file: one.file, text });
    }
    return found;
  }

  private declaredAnew({ file, tree }: OpenDocument): string | null {
    const saved = textOf(file);
    if (saved === tree.text) return null;
    const parse = (text: string) => this.parts.parse(text, null, null);
    const now = declarationsText(tree, file, parse);
    if (now === null || saved === null) return now;
    const before = parse(saved);
    try {
      return declarationsText(before, file, parse) === now ? null : now;
    } finally {
      before.dispose();
    }
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It is gone, or may not be read.
    return null;
  }
}

/** The module system whose own tree a file is a part of. */
function treeOf(file: string): { readonly system: ModuleSystem; readonly folder: string } | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const found = trees.find(([, mark]) => existsSync(join(folder, mark)));
    if (found !== undefined) return { system: found[0], folder };
  }
  return null;
}
