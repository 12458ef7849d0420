/** What the options of a module system are, for a place in a module: asked of the sets of options that the module may belong to. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  hasConfigurations,
  moduleSystem,
  optionSets,
  optionsOfFlake,
  type ModuleSystem,
  type OptionSet,
} from '../analysis/modules/optionSets';
import type { OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import type { ValueAnswer } from '../nix/valueQuestion';
import type { Workspace } from '../workspace/workspace';
import { foldersUpTo } from '../workspace/folders';
import type { EntryPoints } from './entryPoints';
import type { ValueAnswers } from './valueAnswers';
import type { WorkspaceState } from './workspaceState';

export interface ModuleOptionsParts {
  readonly engine: Pick<Engine, 'values'>;
  readonly values: ValueAnswers;
  readonly workspace: Workspace;
  readonly state: WorkspaceState;
  readonly entries: Pick<EntryPoints, 'knownUse' | 'moduleTop'>;
}

const brokenMs = 20_000;

/** Trees of module systems, by a file that only they have. */
const trees: readonly (readonly [ModuleSystem, string])[] = [
  ['nixos', 'nixos/lib/eval-config.nix'],
  ['home-manager', 'modules/lib/stdlib-extended.nix'],
];

export class ModuleOptions {
  /** Texts that had no value when they were asked in a folder, and until when that is believed: an evaluator ends with each error. */
  private readonly broken = new Map<string, number>();

  constructor(private readonly parts: ModuleOptionsParts) {
    parts.state.changed.add(() => this.broken.clear());
  }

  /** Whether other files take the document for a module, whatever it looks like. */
  isTaken(document: OpenDocument): boolean {
    return this.parts.entries.knownUse(document)?.as === 'module';
  }

  /** Null where nothing is known; `late` when it takes longer: the answer is there for who asks again. */
  async ask(
    document: OpenDocument,
    path: readonly string[],
    wants: 'options' | 'option',
    patienceMs: number,
  ): Promise<ValueAnswer | null | 'late'> {
    const { values } = this.parts;
    if (!values.areAsked(document.file) || !document.onDisk || document.large) return null;
    const until = Date.now() + patienceMs;
    for (const set of await this.setsOf(document)) {
      const told = await this.askSet(document, set, path, wants, until);
      if (told !== null) return told;
    }
    return null;
  }

  private async askSet(
    document: OpenDocument,
    { text, without }: OptionSet,
    path: readonly string[],
    wants: 'options' | 'option',
    until: number,
  ): Promise<ValueAnswer | null | 'late'> {
    const folder = this.parts.state.folderOf(document.file) ?? '';
    for (const one of [text, without]) {
      const name = `${folder}\n${one}`;
      if (one === null || (this.broken.get(name) ?? 0) > Date.now()) continue;
      const patienceMs = Math.max(0, until - Date.now());
      const told = await this.parts.values.ask(document, [{ text: one, path }], wants, patienceMs);
      if (told === 'late' || told === null) return told;
      if (told.names !== undefined || told.option !== undefined) return told;
      // It has no such option, or that one has no value.
      if (told.error === undefined || told.hasOptions === true) return null;
      this.broken.set(name, Date.now() + brokenMs);
    }
    return null;
  }

  private async setsOf(document: OpenDocument): Promise<readonly OptionSet[]> {
    const { state, entries } = this.parts;
    const { file, tree } = document;
    const top = await entries.moduleTop(document, new AbortController().signal);
    const own = treeOf(file);
    const folder = state.folderOf(file);
    const below = folder === null ? file : file.slice(folder.length);
    const byText = tree.root === null ? null : moduleSystem(tree.root, below);
    const system = own?.system ?? entries.knownUse(document)?.system ?? byText;
    const written = state.settingsOf(file).evaluation.moduleOptions.map((text) => ({
      text: `(${text})`,
      without: null,
    }));
    const flake = own === null ? await this.flakeAround(file) : null;
    const ofFlake = flake === null ? [] : optionsOfFlake(this.parts.engine.values.outputsOf(flake), system);
    return [...written, ...ofFlake, ...optionSets({ top, system, tree: own?.folder ?? null })];
  }

  /** The nearest `flake.nix` above, when it has configurations. */
  private async flakeAround(file: string): Promise<string | null> {
    const { workspace, state } = this.parts;
    for (const folder of foldersUpTo(state.topOf(file), file)) {
      const flake = join(folder, 'flake.nix');
      const text = existsSync(flake) ? (await workspace.now(file).read(flake))?.tree.text : undefined;
      if (text !== undefined) return hasConfigurations(text) ? flake : null;
    }
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
