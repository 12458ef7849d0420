/** What is asked of an evaluator that is kept about a value, and what it tells (`expressions/values.nix`). */
import type { NixPosition, SharingText } from './nix';

export interface ValueQuestion {
  /** The same for the same question: its answer is remembered. */
  readonly key: string;
  /** Absolute path of the file that asks: relative entries of the search path are seen from its folder. */
  readonly file: string;
  /** Where the value may be, the first that has one counts: an attribute of the value of a closed text. */
  readonly places: readonly ValuePlace[];
  /**
   * `whole`: as `value`, written out on lines, and an error in Nix's own words; `version`: of a derivation its name and version alone; `summary`: all but its store paths. Of places whose values are the options of a module system `options` are the names below the path, which
   * goes through the types of options, and `option` what there is to tell of that one; `strangers`, where all places are of one text: which of the paths
   * are options, and which are none.
   */
  readonly wants: 'names' | 'value' | 'whole' | 'version' | 'summary' | 'options' | 'option' | 'strangers';
}

export interface ValuePlace {
  /** As it was written, for what it names. */
  readonly text: string;
  /** `nameOf` gives the expression, without line endings, that stands for a shared text. */
  sharing(nameOf: (text: string) => string): SharingText;
  readonly path: readonly string[];
}

/** Absent: not asked for, or it could not be told. */
export interface ValueAnswer {
  /** Attribute names, when these were asked for and the value is a set. */
  readonly names?: readonly string[];
  readonly value?: ToldValue;
  /** When one was asked for and there is one. */
  readonly option?: ToldOption;
  /** Where options were asked for: that there is a set of them, whatever became of the one in question. */
  readonly hasOptions?: true;
  /** Where strangers were asked for. */
  readonly strangers?: ToldStrangers;
  /** What ended the evaluation before all was told. */
  readonly error?: string;
}

export interface ToldValue {
  /** As `builtins.typeOf` says. */
  readonly kind: string;
  /** The attribute that it is; null for the value of a whole text. */
  readonly attribute: string | null;
  /** Where the attribute is written, in files on the disk: of one that is inherited older Nix tells the `inherit`. */
  readonly place: NixPosition | null;
  readonly derivation: ToldDerivation | null;
  readonly function: ToldFunction | null;
  /** As Nix writes it, cut short. */
  readonly shown: string | null;
  /** Of a set, how many attributes it has. */
  readonly count: number | null;
}

export interface ToldDerivation {
  readonly name: string | null;
  readonly version: string | null;
  readonly system: string | null;
  readonly outputs: readonly string[];
  /** Where the package is written: the file that `callPackage` read. */
  readonly place: NixPosition | null;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly licenses: readonly string[];
  /** The first ones, of so many. */
  readonly platforms: readonly string[];
  readonly platformCount: number;
  /** Whether the machine's own is among them. */
  readonly supported: boolean;
  readonly broken: boolean;
  readonly insecure: boolean;
  readonly mainProgram: string | null;
  readonly drvPath: string | null;
  /** Output name to store path. */
  readonly paths: Readonly<Record<string, string>>;
}

/** Of places whose paths are options or are none, by their number; of others nothing is sure. */
export interface ToldStrangers {
  readonly known: readonly number[];
  readonly unknown: readonly {
    readonly place: number;
    /** How many names of the path lead somewhere. */
    readonly depth: number;
    /** The names that there are in place of the next one. */
    readonly names: readonly string[];
  }[];
}

/** An option of a module system, or a set of options. */
export interface ToldOption {
  /** Of a set of options, how many there are; null for an option. */
  readonly count: number | null;
  /** In the words of its type; null where its type does not say. */
  readonly type: string | null;
  /** Markdown, as it was written. */
  readonly description: string | null;
  /** As Nix expressions. */
  readonly default: string | null;
  readonly example: string | null;
  readonly readOnly: boolean;
  readonly internal: boolean;
  /** Where it is declared, in files on the disk. */
  readonly declarations: readonly NixPosition[];
  /** Those that it may have, as Nix writes them, where its type lists them. */
  readonly values: readonly string[];
  /** Whether what it takes is a set whose attributes its type knows, or a list of such. */
  readonly takesSet: boolean;
}

export interface ToldFunction {
  readonly formals: readonly ToldFormal[];
  /** Whether it takes attributes that it does not name. */
  readonly ellipsis: boolean;
  /** The name of an argument that is taken whole. */
  readonly argument: string | null;
}

export interface ToldFormal {
  readonly name: string;
  readonly optional: boolean;
  readonly place: NixPosition | null;
}
