/**
 * The engine as its three shells (command line, language server, debug adapter) see it: documents in, drawings,
 * diagnostics, runs, builds and logs out. Nothing here knows LSP, VS Code or a terminal.
 */
import type { EntryPoint } from '../analysis/across/entryPoint';
import type { ShellNames } from '../derivation/shellNames';
import type { BuiltinDocumentation } from '../nix/builtins';
import type { EvaluationOptions, NixProbe } from '../nix/nix';
import type { PhaseDebugger } from '../phases/phaseDebugger';
import type { StoppedState } from '../phases/sessionMoment';
import type { PrintedLine } from '../protocol/evaluationMessages';
import type { PhaseEnvironment } from '../protocol/environmentMessages';
import type { ActivityEvent, DerivationDocument, AdoptedBuild } from '../protocol/messages';
import type {
  BuildResult,
  Derivation,
  Diagnostic,
  Failure,
  InputsResult,
  PhaseFiles,
  RunResult,
  SourcePatch,
} from '../protocol/model';
import type { BuildDirectory } from '../protocol/buildDirectoryMessages';
import type { DropSessionsAnswer, SessionList, SessionState } from '../protocol/sessionMessages';
import type { Settings } from '../protocol/settings';
import type { Result } from '../result';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { UntrackedFile } from '../nix/git';
import type { BashChecks } from './bashChecks';
import type { EvaluatedValues } from './evaluatedValues';
import type { BashFormat } from './bashFormat';
import type { LogShelf } from './logShelf';
import type { PackageEdits } from './packageEdits';
import type { SessionFindings } from './sessionFindings';
import type { ScriptPlaces } from './scriptPlaces';
import type { WantedBuild } from './buildAgain';
import type { WantedPatch } from './sourcePatch';
import type { StoreActions } from './storeActions';

/** What a question is about. */
export type Target =
  /** A `.nix` file; `tree` is its parsed text, `unsaved` says whether that differs from the disk. */
  | {
      readonly kind: 'nix';
      readonly file: string;
      readonly attr: string;
      readonly tree: SyntaxTree;
      readonly unsaved: boolean;
      /** Where the file is called; absent: it is evaluated as it stands. */
      readonly entry?: EntryPoint | undefined;
      /** Who takes it for one of these gives it what no package set has. */
      readonly takenFor?: 'module' | 'overlay' | undefined;
    }
  | { readonly kind: 'derivation'; readonly drvPath: string }
  | { readonly kind: 'flake'; readonly folder: string; readonly attr: string };

export interface Evaluated {
  readonly diagnostics: readonly Diagnostic[];
  readonly derivations: readonly Derivation[];
  /** Why nothing was evaluated, or what went wrong as a whole; null when nothing did. */
  readonly message: string | null;
  /** The attribute through which it was evaluated, when there was an entry point; null when that did not serve. */
  readonly entryAttr?: readonly string[] | null;
  /** Arguments that the file's function needs and nobody gives. */
  readonly missing?: readonly string[];
  /** What to do about the message on the command line, where that is known. */
  readonly advice?: string;
  /** What the evaluation printed; absent for nothing. */
  readonly printed?: readonly PrintedLine[];
}

export interface StaticDrawing {
  readonly derivations: readonly Derivation[];
  /** What is not in it, and why; null when the text was looked through. */
  readonly message: string | null;
}

export interface RunSelection {
  readonly selection: 'only' | 'until' | 'from' | 'all' | 'next' | 'hook' | 'none';
  readonly phase: string | null;
  readonly fresh: boolean;
  readonly verify: boolean;
  /** Folder to copy the outputs to; null for the session's own. */
  readonly out: string | null;
  /** With `from` and `all`: the last phase to run; default: the last of all. */
  readonly last?: string | undefined;
  /** Who stops the phases and looks around in them; default: nobody. */
  readonly debug?: PhaseDebugger | undefined;
  /** With `all` and `fresh`: strace watches which inputs the phases use. Problems: `no-strace`. */
  readonly watchInputs?: boolean | undefined;
  /** First makes the session of what a failed build left, in the place of the one there is. */
  readonly adopt?: AdoptedBuild | undefined;
}

/** Which derivation a session is of. */
export type SessionSubject = Pick<Derivation, 'file' | 'attr'> & Partial<Pick<Derivation, 'drvPath'>>;

/** A file that a phase worked on, before or after it; `key` is that of a `FileChange`. */
export interface WantedFile {
  readonly phase: string;
  readonly side: 'before' | 'after';
  readonly key: string;
}

export type { ShellNames } from '../derivation/shellNames';

export interface ShellWish {
  /** The phase at whose beginning, or failure, the shell stands; null: where the session is now. */
  readonly phase: string | null;
  /** Before the phase even when it failed. */
  readonly entry: boolean;
  /** At a terminal; else it reads commands from standard input. */
  readonly interactive: boolean;
  /** A phase that stands still in the debugger, in a run of this engine: the shell stands where it does. */
  readonly stopped?: StoppedState;
}

export type ShellPreparation =
  /** `enterShell` of this process, or `phasewise shell --prepared FOLDER` of another, starts it. */
  | {
      readonly kind: 'ready';
      readonly folder: string;
      readonly phase: string | null;
      readonly at: 'entry' | 'failure' | 'end' | 'stop';
    }
  /** These have to run first, in this order. */
  | { readonly kind: 'phasesLeft'; readonly phases: readonly string[] };

export type EnvironmentTold =
  | { readonly kind: 'ready'; readonly environment: PhaseEnvironment }
  | { readonly kind: 'phasesLeft'; readonly phases: readonly string[] };

export interface Engine {
  /** The Nix in use for a file, by its absolute path, and for null where none is named; probed once, again after `forget`. */
  nix(file: string | null, signal: AbortSignal): Promise<NixProbe>;
  /** Forgets the probes (settings changed, trust given, another try), but those of a Nix that is called in one of these ways. */
  forget(but?: readonly Settings['nix'][]): void;
  /** First drawing, from the text alone; at once and without Nix. */
  drawStatic(target: Target): StaticDrawing;
  /** Diagnostics of the text alone. */
  checkStatic(target: Target): readonly Diagnostic[];
  /** What the user's shellcheck says of the bash in a text. */
  readonly bash: Pick<BashChecks, 'known' | 'check'>;
  /** What values are, by an evaluator that is kept. */
  readonly values: Pick<EvaluatedValues, 'ask' | 'areBuilt' | 'ofFlake' | 'outputsOf' | 'lock'>;
  /** The bash in a text as the user's shfmt has it. */
  readonly bashFormat: Pick<BashFormat, 'format'>;
  /** Edits of a text that need what is fetched, and new texts. */
  readonly packages: Pick<PackageEdits, 'fetchHash' | 'bump' | 'create' | 'sought'>;
  /** What the last runs of a text's derivations, and its last commit, tell of it. */
  readonly evidence: Pick<SessionFindings, 'of'>;
  /** What the Nix in use for a file says of its builtins; asked once for each Nix. Empty without Nix. Reads nothing of the workspace. */
  builtins(file: string | null, signal: AbortSignal): Promise<ReadonlyMap<string, BuiltinDocumentation>>;
  /** A text as the user's formatter has it (`program` by name or path; empty: one that is found), run in a folder. Fails with `no-formatter`, `format-failed`. */
  format(text: string, program: string, folder: string, signal: AbortSignal): Promise<Result<string>>;
  /** Tells git of a file, as a flake needs it. Problems: `no-git`, `git-refused`. */
  addToGit(file: UntrackedFile, signal: AbortSignal): Promise<Result<null>>;
  /** Second drawing and Nix's diagnostics, from one evaluation. */
  evaluate(target: Target, options: EvaluationOptions, signal: AbortSignal): Promise<Evaluated>;
  /** Third drawing: asks the stdenv itself, when the inputs are valid; else the derivation comes back with a note. */
  inspect(derivation: Derivation, signal: AbortSignal): Promise<Derivation>;
  /** What the stdenv of a store derivation answered before; null when it was not asked. Asks nothing. */
  shellOf(drvPath: string): ShellNames | null;
  /**
   * What sessions keep of these derivations, and what running them as they are now would do again. Reads, and asks the stdenv of what
   * a session last ran; runs no phase and takes no session from who holds it.
   */
  sessions(derivations: readonly Derivation[], signal: AbortSignal): Promise<readonly SessionState[]>;
  /** Every session of the user with its size, the most recently used first. */
  listSessions(signal: AbortSignal): Promise<SessionList>;
  /** Removes these sessions (null: all) with their files. One whose phases run stays, with the reason. */
  dropSessions(ids: readonly string[] | null, signal: AbortSignal): Promise<DropSessionsAnswer>;
  run(
    derivation: Derivation,
    selection: RunSelection,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<RunResult>>;
  /** Builds or fetches what the derivation needs; an input that fails is a result. */
  buildInputs(
    derivation: Derivation,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<InputsResult>>;
  build(
    derivation: Derivation,
    options: WantedBuild,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<BuildResult>>;
  /** What becomes of what was built. */
  readonly store: StoreActions;
  /**
   * Runs the phases of a failed build again, up to the one that failed, to learn which command it was: `failed` comes back
   * with its line, or with a note why not. In the derivation's session where that loses nothing, else in one of its own that is
   * removed; it gives way to everything else that wants the session. Problems: `other-derivation`, `cancelled`, those of a run.
   */
  replay(
    derivation: Derivation,
    failed: Failure,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<Failure>>;
  /**
   * Copies the derivation's session as it was at a phase and prepares a shell there; runs no phase. Removed with the engine
   * when nobody entered it. Problems: `session-busy`, `session-in-use`, `state-not-kept`, `unknown-phase`, ….
   */
  prepareShell(
    derivation: Derivation,
    wish: ShellWish,
    onNotice: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Result<ShellPreparation>>;
  /** Starts a prepared shell at our own standard streams, and removes all of it when it ends or the signal comes. */
  enterShell(
    folder: string,
    show: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly exitCode: number }>>;
  /** What a phase finds when it begins, or where it failed; runs no phase. Problems: those of a shell there, `no-shell`. */
  environment(
    derivation: Derivation,
    wish: Pick<ShellWish, 'phase' | 'entry'>,
    onNotice: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Result<EnvironmentTold>>;
  /** What the user has at a new terminal. */
  userEnvironment(signal: AbortSignal): Promise<PhaseEnvironment>;
  /** Where its phases' and hooks' texts were written, as they were evaluated. */
  scriptPlaces(derivation: Derivation, signal: AbortSignal): Promise<Result<ScriptPlaces>>;
  /** Lets go of the derivation's session, so that another process may use it at once. */
  release(derivation: Derivation): Promise<void>;
  /** Logs as documents, and their history. */
  readonly logs: LogShelf;
  /** As `logs.stream`, of a store derivation or of what made a store path. */
  log(
    storePath: string,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly drvPath: string }>>;
  /** The readable form of a store derivation; `known` are derivations whose attribute places become links. */
  describe(
    drvPath: string,
    known: readonly Derivation[],
    signal: AbortSignal,
  ): Promise<Result<DerivationDocument>>;
  /** Where the session's files are now. Problems: `no-session`, `no-build-directory`. */
  buildDirectory(subject: SessionSubject, signal: AbortSignal): Promise<Result<BuildDirectory>>;
  /** What a phase that ran created, changed and deleted. Problems: `no-session`, `unknown-phase`, `phase-not-run`, those of snapshots. */
  files(subject: SessionSubject, phase: string, signal: AbortSignal): Promise<Result<PhaseFiles>>;
  /** The bytes of a regular file of at most 5 MB. Problems: as for `files`; `no-such-file`, `file-too-large`. */
  fileContent(subject: SessionSubject, wanted: WantedFile, signal: AbortSignal): Promise<Result<Uint8Array>>;
  /**
   * What the user edited in the session's unpacked source, as a patch; writes it when a file is named. Problems: `no-session`,
   * `no-patch-phase`, `not-unpacked`, `edits-unknown`, `patch-not-written`, those of snapshots.
   */
  patch(derivation: Derivation, wanted: WantedPatch, signal: AbortSignal): Promise<Result<SourcePatch>>;
  /** Ends every session and process this engine started. */
  dispose(): Promise<void>;
}
