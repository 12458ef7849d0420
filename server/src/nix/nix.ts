/**
 * What the engine asks of Nix. One implementation (`commandLineNix.ts`) over the installed programs; tests may give
 * their own. Every method takes an AbortSignal last and never rejects for an expected failure.
 */
import type { Download, Prefetched } from './prefetch';
import type { Problem, Result } from '../result';
import type { NixInstallation } from './installation';
import type { StoreDerivation } from './derivationFile';
import type { BuildEvent } from './buildEvents';
import type { EvaluationWork } from './evaluationWork';
import type { DebuggerHandlers, EvaluationDebugger } from './evaluationDebugger';
import type { BuiltinDocumentation } from './builtins';
import type { StoreRoot } from './gcRoots';
import type { UntrackedFile } from './git';
import type { IndexedKind } from './packageIndex';
import type { PathInfo } from './pathInfo';
import type { ChangedAttributes } from './rederive';
import type { SandboxConfiguration } from './sandbox';
import type { ValueAnswer, ValueQuestion } from './valueQuestion';
import type { Deletion } from './storeDeletion';

/** A place as Nix names it: 1-based line, 1-based column counted in UTF-8 bytes. `file` is absolute; null when Nix names none. */
export interface NixPosition {
  readonly file: string | null;
  readonly line: number;
  readonly column: number;
}

/** A text that Nix reads in place of the user's, and the way back to the user's columns. */
export interface MovedText {
  readonly text: string;
  toOriginal(position: NixPosition): NixPosition;
}

/** A text whose closed expressions are named, so that they are evaluated once for many versions of it. */
export interface SharingText extends MovedText {
  readonly shared: readonly (MovedText & { readonly name: string })[];
}

/** What is evaluated: a file as it is on disk, or with the text of an unsaved buffer instead. */
export interface EvaluationSource {
  /** Absolute path of a `.nix` file, or of a flake's folder. */
  readonly file: string;
  readonly kind: 'file' | 'flake';
  /** Attribute path to select, as `-A`; empty for the whole value. For a flake, the fragment. */
  readonly attr: string;
  /**
   * Unsaved text whose relative path literals were made absolute (lines kept), and the way back to the user's own
   * columns; null to read the file from disk.
   */
  readonly buffer: MovedText | null;
  /** Whether the buffer calls what fetches a flake's inputs. */
  readonly fetchesInputs?: true;
  /** The set that the file's function is called from; absent: it is called with what `callPackage` and `args` say. */
  readonly entry?: EvaluationEntry;
  /** The text as the user has it, for an evaluator that is kept; absent where none may answer. */
  readonly typed?: {
    readonly text: string;
    /** `nameOf` gives the expression, without line endings, that stands for a shared text. */
    sharing(nameOf: (text: string) => string, calledBare: boolean): SharingText;
  };
}

export interface EvaluationEntry {
  /** Absolute path of the file that gives the set. */
  readonly file: string;
  readonly attrs: readonly (readonly string[])[];
  readonly guesses?: readonly (readonly string[])[];
  readonly sure: boolean;
  readonly scope: readonly string[] | null;
  /** A Nix function from the set to arguments. */
  readonly args: string | null;
  /** The arguments depend on more than the set. */
  readonly open: boolean;
  /** Where no attribute is the call: a Nix text that gives `called`, what it gives, and the `callPackage` and the `args` of it. */
  readonly local: string | null;
  /** The argument that the file ends in calling, or a member of it; null when it ends otherwise. */
  readonly builder: { readonly name: string; readonly member: string | null } | null;
  /** Names that the file's function takes. */
  readonly takes: readonly string[];
  /** The attribute itself is evaluated, not the file's text called from the set. */
  readonly saved: boolean;
}

/** How an evaluation is done that nobody asked for but a keystroke. */
export interface TypingOptions {
  /** An evaluator that is kept may answer. */
  readonly keepWarm: boolean;
  /** What such an evaluator may take. */
  readonly warmMemoryMb: number;
  /** Folders that derivations are made of are followed up to this size. */
  readonly sourceLimitMb: number;
  /** Derivations that the evaluation itself needs may be built. */
  readonly importFromDerivation: boolean;
}

/** What every question to the evaluator obeys. */
export interface EvaluationOptions {
  /** Fill a function's missing arguments from `<nixpkgs>` as callPackage does. */
  readonly callPackage: boolean;
  readonly timeoutMs: number;
  readonly memoryLimitMb: number;
  /** `--arg NAME EXPR` and `--argstr NAME VALUE`, in order. */
  readonly args: readonly {
    readonly name: string;
    readonly value: string;
    readonly kind: 'expression' | 'string';
  }[];
  /** Absent: asked by the user or by a command. */
  readonly typing?: TypingOptions;
  /** A question that nobody waits for: it gives way to all else, nothing of it is remembered, and each line that it prints is told at once. */
  readonly background?: { onLine(line: string): void };
  /** Told of what the evaluation waits for, which is no part of the time that it may take. */
  readonly onWork?: (work: EvaluationWork) => void;
}

export interface EvaluatedDerivation {
  /** Attribute path; empty when the value itself is the derivation. */
  readonly attr: string;
  readonly name: string;
  readonly system: string;
  readonly drvPath: string;
  /** Output name to store path (null when not known before building). */
  readonly outputs: Readonly<Record<string, string | null>>;
  /** Where the derivation's attribute is written (unsafeGetAttrPos in the set), else meta.position, else null. */
  readonly position: NixPosition | null;
  /** Attribute of the derivation (`buildPhase`, `src`, …) to where it was written (unsafeGetAttrPos). Unknown ones are absent. */
  readonly attributePositions: Readonly<Record<string, NixPosition>>;
}

/** An argument that a function needs and nobody gives. */
export interface MissingArgument {
  readonly name: string;
  /** What the set has that may be meant, the likeliest first. */
  readonly near: readonly string[];
}

export interface EvaluationFailure {
  readonly kind:
    | 'nix'
    | 'timeout'
    | 'memory'
    | 'cancelled'
    | 'stackOverflow'
    | 'arguments'
    | 'unusable'
    /** Not evaluated while the user types: `message` says why. */
    | 'whenSaved'
    /** The entry's set does not have the file. */
    | 'entry';
  /** Nix's own words without ANSI colours and without `error: `. */
  readonly message: string;
  /** The place Nix blames; null when it names none. */
  readonly position: NixPosition | null;
  /** From the innermost frame outwards, as `--show-trace` gives them. */
  readonly trace: readonly { readonly message: string; readonly position: NixPosition | null }[];
  /** Attribute of the file's value whose evaluation failed; null when the whole. */
  readonly attr: string | null;
  /** Of kind `arguments`, where all are known. */
  readonly missing?: readonly MissingArgument[];
  /** Of kind `arguments`: whoever calls the file was asked, and gives none of them. */
  readonly certain?: boolean;
  /** Of what failed as a whole: as those of an `EvaluatedFile`. */
  readonly notices?: readonly string[];
  readonly remembered?: readonly string[];
  readonly untracked?: readonly UntrackedRead[];
}

/** What an evaluation of a flake where it is reads, and Nix's own commands would not see. */
export interface UntrackedRead extends UntrackedFile {
  /** Absolute path of the folder with which it is copied; null where it is read itself. */
  readonly copiedWith: string | null;
  /** Nix told that it read it; else the evaluated text names something that looks like its path. */
  readonly told: boolean;
  /** Another file that Nix evaluated and in whose text its path stands; null when none is found. */
  readonly namedIn: string | null;
}

export interface EvaluatedFile {
  readonly kind: 'derivation' | 'set' | 'function' | 'other';
  readonly derivations: readonly EvaluatedDerivation[];
  /** Attributes of a set that failed while others did not. */
  readonly failures: readonly EvaluationFailure[];
  /** The attribute of the entry's set that was taken to be the file's. */
  readonly entryAttr?: readonly string[];
  /** Lines that the evaluation printed (`trace: …`, `warning: …`), and what is to be said of it besides. */
  readonly notices: readonly string[];
  /** Warnings that an evaluator which is kept printed before and may not print again, as it remembers their values. */
  readonly remembered?: readonly string[];
  /** Of a flake that is evaluated where it is, what git does not know of what was read when it was last saved. */
  readonly untracked?: readonly UntrackedRead[];
}

export interface BuildOptions {
  readonly rebuild: boolean;
  readonly keepFailed: boolean;
  /** More words of Nix's command line. */
  readonly flags?: readonly string[];
  /** Builds on these machines and not here, as `--builders` takes them; empty or absent: as Nix is configured. */
  readonly builders?: string;
  /** Builds in this store, to which what is needed is copied; empty or absent: the usual one. */
  readonly store?: string;
}

export interface BuildOutcome {
  readonly status: 'built' | 'valid' | 'failed' | 'cancelled';
  readonly outputs: Readonly<Record<string, string>>;
  /** Nix's own words when failed. */
  readonly message: string | null;
  readonly exitCode: number | null;
  /** What is wrong with Nix's own set-up (its sandbox, its users) and what to do, when that made the build fail. */
  readonly problem?: { readonly message: string; readonly advice: string } | null;
}

export interface Nix {
  readonly installation: NixInstallation;
  /** What Nix's parser says of this text: null when it parses, else its first error (`position.file` is null). */
  parse(text: string, signal: AbortSignal): Promise<EvaluationFailure | null>;
  /** Those of these files (absolute paths) that parse, asked together; a file about which nothing is known is not among them. */
  parsing(files: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** What this Nix says of its builtins, by name; empty when it does not tell. */
  builtins(signal: AbortSignal): Promise<ReadonlyMap<string, BuiltinDocumentation>>;
  /** Evaluates and instantiates the derivations that the source makes. */
  evaluate(
    source: EvaluationSource,
    options: EvaluationOptions,
    signal: AbortSignal,
  ): Promise<Result<EvaluatedFile, EvaluationFailure>>;
  /**
   * The user begins to type in a file: an evaluator is started when none is kept, and evaluates what was last asked of the file
   * without `typing`, so that the first edit finds it there. Nothing when nothing was asked.
   */
  prepare(file: string, options: EvaluationOptions): void;
  /** What a value is; null where no evaluator is kept. An evaluation that fails is an answer that tells less. */
  value(question: ValueQuestion, options: EvaluationOptions): Promise<ValueAnswer | null>;
  /** Evaluates as `evaluate` does, under Nix's own debugger. Problem: `no-debugger`. Who starts it closes it. */
  debugEvaluation(
    source: EvaluationSource,
    options: EvaluationOptions,
    handlers: DebuggerHandlers,
  ): Promise<Result<EvaluationDebugger>>;
  readDerivation(drvPath: string): Promise<Result<StoreDerivation>>;
  /** Whether all these paths are valid in the store. */
  areValid(storePaths: readonly string[], signal: AbortSignal): Promise<boolean>;
  /** Builds or substitutes the inputs of the derivation, not itself. */
  realiseInputs(
    derivation: StoreDerivation,
    onEvent: (event: BuildEvent) => void,
    signal: AbortSignal,
  ): Promise<BuildOutcome>;
  build(
    drvPath: string,
    options: BuildOptions,
    onEvent: (event: BuildEvent) => void,
    signal: AbortSignal,
  ): Promise<BuildOutcome>;
  /** Streams the raw build log (`nix-store -l`) of a derivation or output; a Problem `log-missing` when there is none. */
  log(storePath: string, onChunk: (chunk: Uint8Array) => void, signal: AbortSignal): Promise<Result<null>>;
  /** Derivation that made this store path; a Problem when unknown. */
  deriver(storePath: string, signal: AbortSignal): Promise<Result<string>>;
  references(storePath: string, signal: AbortSignal): Promise<Result<readonly string[]>>;
  /** The valid ones of these paths, with what the store knows of them; null when it cannot be asked. */
  pathInfos(
    storePaths: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, PathInfo> | null>;
  /** All valid paths that need this one, itself among them. */
  referrersClosure(storePath: string, signal: AbortSignal): Promise<Result<readonly string[]>>;
  /** What keeps these store paths from the garbage collector, with the path that it leads to: one of them, or one that needs one. */
  roots(storePaths: readonly string[], signal: AbortSignal): Promise<Result<readonly StoreRoot[]>>;
  deletePaths(storePaths: readonly string[], ignoreLiveness: boolean, signal: AbortSignal): Promise<Deletion>;
  /** Packages of nixpkgs that have something, as an installed index says; empty without one. */
  indexed(
    wanted: { readonly kind: IndexedKind; readonly name: string },
    signal: AbortSignal,
  ): Promise<readonly (readonly string[])[]>;
  /** Path of the derivation made again with some attributes changed; a Problem `not-rederived`. */
  rederive(
    derivation: StoreDerivation,
    changes: ChangedAttributes,
    signal: AbortSignal,
  ): Promise<Result<string>>;
  /** Makes an indirect GC root of a link to a valid path; a Problem `link-not-made`. */
  addRoot(link: string, storePath: string, signal: AbortSignal): Promise<Result<null>>;
  /** All that the (built) inputs of the derivation and these paths need at run time, with themselves. */
  inputClosure(
    derivation: StoreDerivation,
    more: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly string[]>>;
  /** What is at an address, in the store, and its hash. Problem: `not-fetched` with Nix's words. */
  prefetch(download: Download, signal: AbortSignal): Promise<Result<Prefetched>>;
  /** Locks the inputs of the flake whose `flake.nix` this is; told each line that Nix prints. Problems: `not-locked`, `cancelled`. */
  lockFlake(file: string, onLine: (line: string) => void, signal: AbortSignal): Promise<Result<null>>;
  /** A folder, copied into the store under its name, and its hash. Problem: `not-added` with Nix's words. */
  addTree(folder: string, signal: AbortSignal): Promise<Result<Prefetched>>;
  /** Ends evaluators that are kept; none is started after it. */
  close(): Promise<void>;
  /** What sandbox real builds have; asked once. */
  sandbox(signal: AbortSignal): Promise<SandboxConfiguration>;
}

export type NixProbe = Result<Nix, Problem & { readonly code: 'nix-missing' | 'nix-unusable' }>;
