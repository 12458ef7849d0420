/** The settings that the server reads, below `phasewise.`; `package.json` contributes the same names and defaults (a test compares). */

export interface Settings {
  readonly nix: {
    /** Folder with the Nix programs, or the `nix` program itself; empty: found on PATH. */
    readonly path: string;
    /** Given as `--store` when not empty. */
    readonly store: string;
    /** Given as `--option NAME VALUE`. */
    readonly options: Readonly<Record<string, string>>;
    /** Added before NIX_PATH as `-I`. */
    readonly searchPath: readonly string[];
  };
  readonly evaluation: {
    readonly enable: boolean;
    /** Pause after the last edit before evaluating. */
    readonly debounceMs: number;
    readonly timeoutSeconds: number;
    readonly memoryLimitMb: number;
    /** Fill a function's arguments from `<nixpkgs>` as callPackage does. */
    readonly callPackage: boolean;
    /** An evaluator that remembers what it evaluated answers while the user types. */
    readonly keepWarm: boolean;
    /** Such an evaluator is ended when it takes more. */
    readonly warmMemoryMb: number;
    /** A derivation whose source folder is larger is evaluated on saving only. */
    readonly sourceLimitMb: number;
    /** Import from derivation also while the user types. */
    readonly importFromDerivation: boolean;
    /** From the name or pattern of a file to what it is evaluated through: `FILE#ATTRIBUTE`, `FILE`, or `none`. */
    readonly entries: Readonly<Record<string, string>>;
    /** From the name of a file to its function's arguments, by name, as Nix expressions. */
    readonly arguments: Readonly<Record<string, Readonly<Record<string, string>>>>;
    /** Nix expressions for the options that modules have, the first asked first. */
    readonly moduleOptions: readonly string[];
  };
  readonly checks: {
    /** From the code of a check to `error`, `warning`, `information`, `hint` or `off`. */
    readonly severity: Readonly<Record<string, string>>;
    /** Also files of the workspace that are not open. */
    readonly wholeWorkspace: boolean;
    /** Where the rules of nixpkgs count: `auto` in trees that are laid out as nixpkgs is, `on` everywhere, `off` nowhere. */
    readonly nixpkgs: string;
  };
  readonly formatting: {
    /** Name or path of the formatter; empty: nixfmt, alejandra or nixpkgs-fmt, the first on PATH. */
    readonly program: string;
    /** Format the bash in strings with the document. */
    readonly bash: boolean;
    /** Name or path of shfmt; empty: the one on PATH. */
    readonly shfmt: string;
  };
  readonly shellcheck: {
    /** Name or path of shellcheck; empty: the one on PATH; `off`: bash is not checked. */
    readonly program: string;
  };
  readonly codeLens: { readonly enable: boolean };
  readonly inlayHints: {
    /** At the end of a binding of many lines, its name. */
    readonly bindingEnds: boolean;
    /** After packages in lists, their versions. */
    readonly packageVersions: boolean;
    /** After a `name` of a derivation that is computed, what it comes to. */
    readonly resolvedNames: boolean;
    /** Where a derivation is made, the hashes of its outputs' store paths. */
    readonly outputHashes: boolean;
  };
  readonly builds: {
    /** The problem of a build or a run that failed, in its Nix file. */
    readonly problems: boolean;
    /** What tools say in builds and runs, at the source files that they name. */
    readonly toolProblems: boolean;
    /** Finding the failing line of a build by running its phases again: `auto` when that is quick, `ask` only by a click. */
    readonly replay: 'auto' | 'ask' | 'off';
    /** What is quick: at most this long, by what the phases took in the build. */
    readonly replayLimitSeconds: number;
    /** Looking through a whole package set for what a build misses, where its names do not tell. */
    readonly lookThroughPackages: boolean;
  };
  readonly phases: {
    /** `auto`: phases run in namespaces where the machine has them. */
    readonly isolation: 'auto' | 'off';
    /** Name or path of the strace that watches which inputs phases use; empty: the one on PATH. */
    readonly strace: string;
  };
  readonly build: {
    /** Where builds leave their `result` links: absolute, or relative to the Nix file's folder; empty: none are made. */
    readonly resultLink: string;
  };
  readonly sessions: {
    /** In GB: beyond it the oldest sessions that nobody uses are dropped. */
    readonly maxSize: number;
  };
}

export const defaultSettings: Settings = {
  nix: { path: '', store: '', options: {}, searchPath: [] },
  evaluation: {
    enable: true,
    debounceMs: 300,
    timeoutSeconds: 30,
    memoryLimitMb: 4096,
    callPackage: true,
    keepWarm: true,
    warmMemoryMb: 2048,
    sourceLimitMb: 50,
    importFromDerivation: false,
    entries: {},
    arguments: {},
    moduleOptions: [],
  },
  checks: { severity: {}, wholeWorkspace: false, nixpkgs: 'auto' },
  formatting: { program: '', bash: false, shfmt: '' },
  shellcheck: { program: '' },
  codeLens: { enable: true },
  inlayHints: { bindingEnds: false, packageVersions: false, resolvedNames: true, outputHashes: false },
  builds: {
    problems: true,
    toolProblems: true,
    replay: 'auto',
    replayLimitSeconds: 20,
    lookThroughPackages: true,
  },
  phases: { isolation: 'auto', strace: '' },
  build: { resultLink: '' },
  sessions: { maxSize: 5 },
};
