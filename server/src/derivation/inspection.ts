/** What a derivation's own stdenv answered when asked (the phases room asks, this room draws). */

export interface InspectedFunction {
  readonly name: string;
  /** `declare -f` text. */
  readonly body: string;
  /** Absolute path of the script that defined it and its 1-based line; null when bash does not know. */
  readonly file: string | null;
  readonly line: number | null;
}

export interface InspectedPhase {
  readonly name: string;
  /** Whether stdenv's own runPhase reaches its body. */
  readonly runs: boolean;
  /** Flags that runPhase tests for this phase, e.g. `{ name: 'doCheck', runsWhen: 'set' }`. */
  readonly flags: readonly { readonly name: string; readonly runsWhen: 'set' | 'unset' }[];
}

/** A script that stdenv sourced for an input, and what changed while it ran. */
export interface InspectedSetupHook {
  /** As stdenv named it: `…/nix-support/setup-hook` of an input, or an input that is a file. */
  readonly file: string;
  /** Entries that it added to hook arrays. */
  readonly entries: readonly { readonly array: string; readonly entry: string }[];
  /** Other variables whose value it changed; null where there was none. */
  readonly variables: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

export interface StdenvInspection {
  readonly structure: 'phases' | 'buildCommand' | 'builder';
  /** In running order. */
  readonly phases: readonly InspectedPhase[];
  readonly functions: readonly InspectedFunction[];
  /** Variables that decide what runs: texts of phases and hooks, flags. */
  readonly variables: Readonly<Record<string, string>>;
  /** All of the shell's variables once setup is through; an array as its words. */
  readonly values: Readonly<Record<string, string>>;
  /** Names of the variables that the derivation itself sets. */
  readonly attributes: readonly string[];
  /** Hook array to its entries, in order: `preBuildHooks` to `['_one', 'two --x']`. */
  readonly hookArrays: Readonly<Record<string, readonly string[]>>;
  /** Absolute path of stdenv's setup script. */
  readonly setupFile: string;
  /** In the order in which they were sourced; null when that could not be seen. */
  readonly setupHooks: readonly InspectedSetupHook[] | null;
  /** 1-based lines where the setup script itself defines functions, those included that something else replaces. */
  readonly setupFunctions: Readonly<Record<string, number>>;
  /** Names that the setup script and all that it sourced mention; null when that could not be seen. */
  readonly named: ReadonlySet<string> | null;
  /** Variables that those scripts read and can do without: what a derivation may set for them. */
  readonly optional: readonly string[];
  /** The derivation's own builder scripts, which source the setup script, and where they set variables (1-based lines). */
  readonly builder: {
    readonly files: readonly string[];
    readonly variables: Readonly<Record<string, { readonly file: string; readonly line: number }>>;
  };
}
