/** What the engine asks of the world besides processes; given to constructors by the composition roots. */

export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  /** `error` is logged with its stack and cause. */
  error(message: string, error?: unknown): void;
}

/** Files that the build puts beside the bundles (`dist/assets`); found from the running bundle's folder. */
export interface Assets {
  /** web-tree-sitter's own WebAssembly. */
  readonly parserWasm: string;
  /** Our Nix grammar's WebAssembly. */
  readonly grammarWasm: string;
  /** The bash grammar's WebAssembly. */
  readonly bashGrammarWasm: string;
  /** Folder of the bash side of a phase session (`*.sh`). */
  readonly driverFolder: string;
  /** Folder of the Nix expressions that questions to the evaluator are made of (`*.nix`). */
  readonly expressionsFolder: string;
}
