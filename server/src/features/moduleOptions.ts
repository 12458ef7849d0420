/** What the options of a module system are, for a place in a module: asked of the sets of options that the module may belong to. */
import type { OptionSet } from '../analysis/modules/optionSets';
import type { OpenDocument } from '../documents';
import type { ToldStrangers, ValueAnswer } from '../nix/valueQuestion';
import type { EntryPoints } from './entryPoints';
import type { ModuleSets } from './moduleSets';
import type { ValueAnswers } from './valueAnswers';
import type { WorkspaceState } from './workspaceState';

export interface ModuleOptionsParts {
  readonly values: ValueAnswers;
  readonly state: WorkspaceState;
  readonly sets: ModuleSets;
  readonly entries: Pick<EntryPoints, 'knownUse'>;
}

const brokenMs = 20_000;

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
    for (const set of await this.parts.sets.of(document)) {
      const told = await this.askSet(document, set, path, wants, until);
      if (told !== null) return told;
    }
    return null;
  }

  /** Which of these paths are options, and which are none, in each set where that is sure; null when one of those has no value. */
  async strangers(
    document: OpenDocument,
    paths: readonly (readonly string[])[],
  ): Promise<readonly ToldStrangers[] | null> {
    const { values, sets } = this.parts;
    if (!values.areAsked(document.file) || !document.onDisk || document.large || paths.length === 0)
      return null;
    const all: ToldStrangers[] = [];
    for (const { text } of await sets.sure(document)) {
      if (this.isBroken(document, text)) return null;
      const places = paths.map((path) => ({ text, path }));
      const told = await values.ask(document, places, 'strangers', mostMs);
      if (told === 'late' || told === null) return null;
      if (told.error !== undefined || told.hasOptions !== true) {
        this.markBroken(document, text);
        return null;
      }
      all.push(told.strangers ?? { known: [], unknown: [] });
    }
    return all;
  }

  private async askSet(
    document: OpenDocument,
    { text, without }: OptionSet,
    path: readonly string[],
    wants: 'options' | 'option',
    until: number,
  ): Promise<ValueAnswer | null | 'late'> {
    for (const one of [text, without]) {
      if (one === null || this.isBroken(document, one)) continue;
      const patienceMs = Math.max(0, until - Date.now());
      const told = await this.parts.values.ask(document, [{ text: one, path }], wants, patienceMs);
      if (told === 'late' || told === null) return told;
      if (told.names !== undefined || told.option !== undefined) return told;
      // It has no such option, or that one has no value.
      if (told.error === undefined || told.hasOptions === true) return null;
      this.markBroken(document, one);
    }
    return null;
  }

  private isBroken(document: OpenDocument, text: string): boolean {
    return (this.broken.get(this.nameOf(document, text)) ?? 0) > Date.now();
  }

  private markBroken(document: OpenDocument, text: string): void {
    this.broken.set(this.nameOf(document, text), Date.now() + brokenMs);
  }

  private nameOf({ file }: OpenDocument, text: string): string {
    return `${this.parts.state.folderOf(file) ?? ''}\n${text}`;
  }
}

/** Nobody waits for it. */
const mostMs = 60_000;
