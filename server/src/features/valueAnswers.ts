/** What values tell of a place in a document: asked where the user lets things be evaluated, and never waited for longer than is said. */
import { basename } from 'node:path';
import type { EntryPoint } from '../analysis/across/entryPoint';
import type { FileTrees } from '../analysis/across/fileTrees';
import { callersIn } from '../analysis/slices/callers';
import { searchedPackages, type PackageSets, type SetPlace } from '../analysis/slices/packageSets';
import type { OpenDocument, ParseText } from '../documents';
import type { Engine } from '../engine/engine';
import { callersOf } from '../engine/evaluatedValues';
import type { ValueAnswer, ValueQuestion } from '../nix/valueQuestion';
import { nixString } from '../nixString';
import type { EntryPoints } from './entryPoints';
import type { WorkspaceState } from './workspaceState';

export interface ValueAnswersParts {
  readonly engine: Pick<Engine, 'values'>;
  readonly state: WorkspaceState;
  readonly entries: Pick<EntryPoints, 'of'>;
  readonly parse: ParseText;
  /** Files as they are now, for an answer about this one. */
  readonly trees: (file: string) => FileTrees;
}

export class ValueAnswers {
  private readonly finding = new Map<string, Promise<EntryPoint | null>>();

  constructor(private readonly parts: ValueAnswersParts) {}

  /** Whether values may be asked for in a file. */
  areAsked(file: string): boolean {
    const { state } = this.parts;
    return state.evaluates(file) && state.settingsOf(file).evaluation.keepWarm;
  }

  /** The sets that give the document's functions their arguments; undefined where nothing is evaluated, `late` when finding them takes longer. */
  async setsOf(document: OpenDocument, patienceMs: number): Promise<PackageSets | undefined | 'late'> {
    if (!this.areAsked(document.file) || !document.onDisk || document.large) return undefined;
    const entry = await within(patienceMs, this.entryOf(document));
    if (entry === 'late') return entry;
    const { file } = document;
    const flake = [file, entry?.file ?? ''].find((path) => basename(path) === 'flake.nix');
    if (flake !== undefined) return this.setsOfFlake(flake, file);
    const given = this.givenTo(file);
    const callers = [...(given === null ? [] : [given]), ...(entry === null ? [] : callersOf(entry))];
    return { callers, packages: searchedPackages };
  }

  /** The set of arguments that the settings give; one that does not parse would spoil the others. Null for none. */
  private givenTo(file: string): string | null {
    const bindings = Object.entries(this.parts.state.argumentsOf(file)).flatMap(([name, expression]) =>
      this.parses(expression) ? [`${nixString(name)} = ${expression};`] : [],
    );
    return bindings.length === 0 ? null : `{ ${bindings.join(' ')} }`;
  }

  private parses(expression: string): boolean {
    const tree = this.parts.parse(expression, null, null);
    const { root, faults } = tree;
    tree.dispose();
    return root !== null && faults.length === 0;
  }

  /** Those in a flake, or in a file that is called from it. */
  private async setsOfFlake(flake: string, file: string): Promise<PackageSets> {
    const sets = this.parts.engine.values.ofFlake(flake);
    if (file === flake) return sets;
    const caller = await this.parts.trees(file).read(flake);
    return { callers: caller === null ? [] : callersIn(caller, file, sets), packages: sets.packages };
  }

  /** Finding who calls a file reads many others: who asks meanwhile waits for the same. */
  private entryOf(document: OpenDocument): Promise<EntryPoint | null> {
    const running = this.finding.get(document.uri);
    if (running !== undefined) return running;
    const found = this.parts.entries.of(document, unending());
    this.finding.set(document.uri, found);
    const over = () => this.finding.delete(document.uri);
    found.then(over, over);
    return found;
  }

  /** Null where nothing is known; `late` when it takes longer: the answer is there for who asks again. */
  async ask(
    { file }: Pick<OpenDocument, 'file'>,
    places: readonly SetPlace[],
    wants: ValueQuestion['wants'],
    patienceMs: number,
  ): Promise<ValueAnswer | null | 'late'> {
    if (!this.areAsked(file) || places.length === 0) return null;
    const { engine, state } = this.parts;
    const asked = engine.values.ask({ file, places, wants }, state.typingOptions(file), unending());
    return within(patienceMs, asked);
  }

  /** Whether these store paths, which values in a file have, are there; false when it takes longer to tell. */
  async areBuilt(file: string, paths: readonly string[], patienceMs: number): Promise<boolean> {
    const told = await within(patienceMs, this.parts.engine.values.areBuilt(file, paths, unending()));
    return told === true;
  }
}

/** What is begun is answered, for who asks again. */
function unending(): AbortSignal {
  return new AbortController().signal;
}

/** What is late goes on; an error of it is an error only for who waits. */
async function within<T>(patienceMs: number, wanted: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patienceMs);
  });
  try {
    return await Promise.race([wanted, late]);
  } finally {
    clearTimeout(timer);
    wanted.catch(() => undefined);
  }
}
