/** What values are, by the evaluator that is kept for such questions. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { EntryPoint } from '../analysis/across/entryPoint';
import { printAttrPath } from '../nix/attrPath';
import { searchedPackages, type PackageSets } from '../analysis/slices/packageSets';
import { flakeOutputsText, flakeValuesText, setText } from '../nix/entryFiles';
import type { EvaluationOptions, NixProbe } from '../nix/nix';
import type { ValueAnswer, ValuePlace, ValueQuestion } from '../nix/valueQuestion';
import type { Result } from '../result';
import type { NixParser } from '../syntax/parser';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { sharingText } from '../syntax/sharedExpressions';

/** A value: the first of these places that has one; `text` is closed and read as if it stood in the file. */
export interface WantedValue {
  readonly file: string;
  readonly places: readonly { readonly text: string; readonly path: readonly string[] }[];
  readonly wants: ValueQuestion['wants'];
}

export class EvaluatedValues {
  constructor(
    private readonly parser: NixParser,
    private readonly expressionsFolder: string,
    private readonly nix: (file: string, signal: AbortSignal) => Promise<NixProbe>,
  ) {}

  /** Null where nothing can be asked; what was begun goes on when the signal comes, so that the next question finds its answer. */
  async ask(
    wanted: WantedValue,
    options: EvaluationOptions,
    signal: AbortSignal,
  ): Promise<ValueAnswer | null> {
    const { file, places, wants } = wanted;
    const nix = await this.nix(file, signal);
    if (!nix.ok || signal.aborted) return null;
    const trees = new Map(
      [...new Set(places.map(({ text }) => text))].map((text) => [text, this.parser.parse(text)]),
    );
    const readable = places.flatMap(({ text, path }): ValuePlace[] => {
      const tree = trees.get(text);
      // What Nix does not take would end the evaluator.
      return tree === undefined || tree.faults.length > 0 ? [] : [placeOf(tree, path, file)];
    });
    const texts = [...trees.keys()];
    const told = readable.map(({ text, path }) => [texts.indexOf(text), path]);
    const key = JSON.stringify([dirname(file), wants, texts, told]);
    try {
      return readable.length === 0
        ? null
        : await nix.value.value({ key, file, places: readable, wants }, options);
    } finally {
      for (const tree of trees.values()) tree.dispose();
    }
  }

  /** The sets that are there in a `flake.nix`: its locked inputs and itself, and the packages that it means. */
  ofFlake(file: string): PackageSets {
    // What is not locked has no value; a lock file that comes makes other texts.
    if (!existsSync(join(dirname(file), 'flake.lock')))
      return { callers: [], packages: searchedPackages, flake: '{ }' };
    const values = flakeValuesText(file, this.expressionsFolder);
    return { callers: [], packages: `${values}.packages`, flake: `${values}.arguments` };
  }

  /** Locks the inputs of a flake, whose `flake.nix` this is. */
  async lock(file: string, onLine: (line: string) => void, signal: AbortSignal): Promise<Result<null>> {
    const nix = await this.nix(file, signal);
    return nix.ok ? nix.value.lockFlake(file, onLine, signal) : nix;
  }

  /** The outputs of a flake, whose `flake.nix` this is, as an expression. */
  outputsOf(file: string): string {
    return flakeOutputsText(file, this.expressionsFolder);
  }

  /** Whether all of these store paths, which values in a file have, are there. */
  async areBuilt(file: string, paths: readonly string[], signal: AbortSignal): Promise<boolean> {
    const nix = await this.nix(file, signal);
    return nix.ok && paths.length > 0 && nix.value.areValid(paths, signal);
  }
}

function placeOf(tree: SyntaxTree, path: readonly string[], file: string): ValuePlace {
  const own = { folder: dirname(file), fileName: basename(file), calledBare: false };
  return { text: tree.text, path, sharing: (nameOf) => sharingText(tree, { ...own, nameOf }) };
}

/** The sets that give a file its arguments, where that is no flake: those that its call writes, then the set that it is called from. */
export function callersOf({ file, args, scope, attrs }: EntryPoint): readonly string[] {
  const set = `(${setText(file).trimEnd()})`;
  const path = scope ?? attrs[0]?.slice(0, -1) ?? [];
  const from = path.length === 0 ? set : `(${set}.${printAttrPath(path)} or { })`;
  return [...(args === null ? [] : [`((${args}) ${set})`]), from];
}
