/**
 * What client, command line and language server say about a derivation. Everything here is JSON and is also what
 * `--json` prints. Positions are LSP positions (0-based lines, UTF-16 columns); every `file` is an absolute path.
 */

import type { Offer } from './offers';

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface FileRange {
  readonly file: string;
  readonly range: Range;
}

/** Where the text of a phase or hook comes from. */
export interface Origin {
  /** `attribute`: an attribute of the derivation; `setup`: stdenv's setup script; `setupHook`: an input's; `absent`: nothing defines it. */
  readonly kind: 'attribute' | 'setup' | 'setupHook' | 'absent';
  /** Null when the place is not known (then `kind` still is). */
  readonly file: string | null;
  readonly range: Range | null;
  /** Store path of the input whose setup hook this is, else null. */
  readonly input: string | null;
}

export interface Hook {
  readonly name: string;
  readonly when: 'pre' | 'post' | 'during' | 'failure' | 'exit' | 'setup';
  /** `attribute`: a string of the derivation; `array`: an entry of a `…Hooks` array; `function`: a bash function. */
  readonly kind: 'attribute' | 'array' | 'function';
  readonly origin: Origin;
  /** Bash text that runs; null when not known yet. */
  readonly body: string | null;
  /** False for a hook that is set but that nothing runs; absent when it runs. */
  readonly runs?: boolean;
  /** Why it does not run, e.g. "buildPhase does not call runHook preBuild"; null or absent when it runs. */
  readonly reason?: string | null;
}

/** A variable that a phase's text, or a function or hook that it runs, reads. */
export interface PhaseFlag {
  readonly name: string;
  /** Its value once setup is through; the entries of an array stand with spaces between them. */
  readonly value: string;
}

/** What the setup hook of one input did to this build. */
export interface SetupHook {
  /** The input's store path; null for a hook outside of any store. */
  readonly input: string | null;
  readonly name: string;
  /** The script that stdenv sourced. */
  readonly file: string;
  /** Phases whose text or function it put in the place of stdenv's. */
  readonly phasesReplaced: readonly string[];
  /** Phases that stdenv does not have, which it brought. */
  readonly phasesAdded: readonly string[];
  readonly hooksAdded: readonly { readonly array: string; readonly entry: string }[];
  /** Other variables that it changed, exported or not; null where there was none. */
  readonly variables: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

export interface Phase {
  readonly name: string;
  readonly runs: boolean;
  /** Why it does not run, e.g. "doCheck is not set"; null when it runs. */
  readonly skipReason: string | null;
  readonly origin: Origin;
  /** Bash text that runs; null when not known yet. */
  readonly body: string | null;
  /** In running order: those before the phase, those inside it, those after it. */
  readonly hooks: readonly Hook[];
  /** What it reads that this derivation or an input's setup hook sets; absent until the stdenv was asked. */
  readonly flags?: readonly PhaseFlag[];
  /** stdenv's own function of this phase when something else runs in its place; else null or absent. */
  readonly stdenvDefault?: FileRange | null;
}

/** How the drawing was made, each truer than the one before: the text alone, the evaluated derivation, its stdenv asked. */
export type DrawingSource = 'static' | 'evaluated' | 'stdenv';

/** One derivation that a file makes, with its phases in running order. */
export interface Derivation {
  /** e.g. `hello-2.12`; null when the text alone does not tell. */
  readonly name: string | null;
  /** Attribute path in the file's value; empty when the value is the derivation itself. */
  readonly attr: string;
  readonly system: string | null;
  readonly drvPath: string | null;
  /** Output name to store path; paths are null before evaluation. */
  readonly outputs: Readonly<Record<string, string | null>>;
  /** Where it is made (its `mkDerivation` call or its attribute). */
  readonly file: string;
  readonly range: Range | null;
  /** From where it is named to the end of the call that makes it, in `file`; null or absent when the text alone does not tell. */
  readonly extent?: Range | null;
  readonly source: DrawingSource;
  /** `phases`: stdenv's genericBuild; `buildCommand`: one script; `builder`: a raw builder. */
  readonly structure: 'phases' | 'buildCommand' | 'builder';
  readonly phases: readonly Phase[];
  /** Attribute name to the place where it is written, for those that are known. */
  readonly attributes: Readonly<Record<string, FileRange>>;
  /** In the order in which stdenv sourced them; absent until the stdenv was asked. */
  readonly setupHooks?: readonly SetupHook[];
  /** True when its stdenv cannot be asked because what it needs is not in the store yet. */
  readonly inputsMissing?: boolean;
  /** Why the drawing is not truer, when something failed (evaluation error, inputs not built, …); else null. */
  readonly note: string | null;
}

export interface TextEdit {
  readonly file: string;
  readonly range: Range;
  readonly newText: string;
}

/** One value wherever it came from: evaluation, build or phase run. */
export interface Failure {
  readonly drvPath: string | null;
  readonly phase: string | null;
  readonly file: string | null;
  readonly range: Range | null;
  /** True only when `range` is the failing command's own line, known and not guessed. */
  readonly exact: boolean;
  /** The failing bash command as bash names it (BASH_COMMAND); null when unknown. */
  readonly command: string | null;
  readonly exitCode: number | null;
  readonly message: string;
  /** What went wrong and what to do next, in plain words, where a rule knows. */
  readonly explanation: string | null;
  /** What mends it, where a rule knows. */
  readonly edits: readonly TextEdit[];
  /** What the edits do, e.g. "Add pkg-config to nativeBuildInputs"; null or absent when there are none. */
  readonly fixTitle?: string | null;
  /** Commands that mend it or lead to what does; absent or empty when there are none. */
  readonly offers?: readonly Offer[];
  /** What no package is known to bring so far, though the set was not looked through whole; absent or null otherwise. */
  readonly sought?: SoughtPackage | null;
  /** The last lines of the failing phase's log, oldest first, without ANSI colours. */
  readonly tail: readonly string[];
  /** The lines of the failing phase's log that say what went wrong, in their order; absent or empty when none is known to. */
  readonly decisive?: readonly LogLine[];
  /** Where the log is kept and what to look at there; absent or null when it is not kept. */
  readonly log?: FailureLog | null;
  /** Of a build: what became of finding the failing command by running its phases again; absent or null where that is no use. */
  readonly replay?: Replay | null;
}

/** Something that a package has to bring, and the list of inputs that the package is to be added to. */
export interface SoughtPackage {
  readonly kind: 'command' | 'pkgConfig';
  readonly name: string;
  readonly attribute: string;
  /** The explanation without its advice. */
  readonly cause: string;
}

/** A kept log of a failure: as a file, and as a document of the editor's. */
export interface FailureLog {
  /** By which it is asked for. */
  readonly id: string;
  readonly file: string;
  /** Null: the log has no phases. */
  readonly phase: string | null;
  /** The line that says most: 0-based, of the phase's lines in the log. */
  readonly line: number;
}

/** A line of a phase's log. */
export interface LogLine {
  /** 0-based, in the phase's log. */
  readonly number: number;
  readonly text: string;
}

export interface Replay {
  /** `offered`: it was not tried; `done`: the failure tells what it found, or `note` why it found nothing. */
  readonly state: 'offered' | 'done';
  /** What the phases that would run again took in the build. */
  readonly seconds: number;
  /** Where the failed phase alone would run, in the directory that the build left: what all phases took, should that tell nothing. */
  readonly wholeSeconds?: number;
  /** A sentence on what stays unknown; null when there is nothing to say. */
  readonly note: string | null;
}

export type PhaseStatus = 'ok' | 'failed' | 'skipped' | 'cancelled';

export interface PhaseRunResult {
  readonly name: string;
  readonly status: PhaseStatus;
  /** True when an earlier run in the session was kept and it did not run again. */
  readonly reused: boolean;
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly failure: Failure | null;
}

export interface RunResult {
  /** The session's folder. */
  readonly session: string;
  readonly isolation: 'namespace' | 'none';
  /**
   * Why there was no isolation, or why isolated phases saw more of the machine than a real build; null or absent when there is nothing
   * to say, or when no isolation was asked for.
   */
  readonly isolationNote?: string | null;
  /** Whether the phases saw this machine's own folders, as builds without Nix's sandbox do. */
  readonly seesMachine?: boolean;
  readonly phases: readonly PhaseRunResult[];
  /** Output name to a readable folder or file; empty until every phase ran. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly verify: VerifyResult | null;
  /** Of a run that watched them: what used each input; absent of any other, and when the evidence had a gap. */
  readonly inputs?: readonly InputUse[];
}

/** What a watched run tells of one input. */
export interface InputUse {
  /** The list that names it: `nativeBuildInputs` or `buildInputs`. */
  readonly list: string;
  readonly path: string;
  /** What used it, e.g. "an output refers to it"; null: nothing did. */
  readonly use: string | null;
}

export interface VerifyResult {
  readonly same: boolean;
  /** One sentence for each difference. */
  readonly differences: readonly string[];
  /** What differs as it must, with the reason: a build ID in a session that keeps the output paths of before an edit. */
  readonly notes?: readonly string[];
}

export type FileKind = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'device';

/** What was at a path at one time. */
export interface FileSide {
  readonly type: FileKind;
  /** Bytes of a file; 0 for all else. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Of a symlink what it leads to; else empty. */
  readonly target: string;
}

export interface FileChange {
  /** Relative to the build directory, or `$out/…` within an output. Bytes that are no UTF-8 are replaced. */
  readonly path: string;
  /** Names it exactly: its path in the session's directory, one byte a character. */
  readonly key: string;
  /** `mode`: nothing but permissions changed; `typeChanged`: e.g. a file became a link. Times alone are no change. */
  readonly change: 'created' | 'changed' | 'deleted' | 'typeChanged' | 'mode';
  readonly before: FileSide | null;
  readonly after: FileSide | null;
}

/** What a phase did to the files of its session. */
export interface PhaseFiles {
  readonly phase: string;
  /** False while it runs, or when what it left was not kept: then `after` is the directory as it is now. */
  readonly settled: boolean;
  /** Sorted by path; folders only where that is all that changed. */
  readonly changes: readonly FileChange[];
}

/** A file of the unpacked source that the user edited in the session's build directory. */
export interface EditedFile {
  /** Relative to the folder in which patches are applied. */
  readonly path: string;
  readonly change: 'created' | 'changed' | 'deleted';
  readonly binary: boolean;
  /** Why a real build may not be able to apply it; null when it can. */
  readonly doubt: string | null;
}

export interface SourcePatch {
  readonly edited: readonly EditedFile[];
  /** A sentence for each edited file that no patch can carry. */
  readonly leftOut: readonly string[];
  /** As git writes it, one byte a character; empty when nothing was edited. */
  readonly patch: string;
  /** The edit that adds it to `patches`; null when it was written nowhere, or when the text does not show where. */
  readonly entry: TextEdit | null;
  /** Why there is no entry and what to write; null when there is one, or none was asked for. */
  readonly advice: string | null;
}

export interface BuildPhaseResult {
  readonly name: string;
  readonly seconds: number;
  readonly lines: number;
}

export interface BuildResult {
  readonly drvPath: string;
  /** `valid`: it was built already and nothing ran. */
  readonly status: 'built' | 'valid' | 'failed' | 'cancelled';
  readonly outputs: Readonly<Record<string, string>>;
  readonly phases: readonly BuildPhaseResult[];
  readonly failure: Failure | null;
  /** What compilers and tools said in its log of files that are there, at those files; absent when nothing was built. */
  readonly problems?: readonly Diagnostic[];
  /** Of what was valid already: since when, as ISO 8601; null where Nix does not tell, absent when something was built. */
  readonly since?: string | null;
  /** What changed against what was built last, in sentences; empty when nothing did. */
  readonly reasons?: readonly string[];
  /** Of a rebuild what was made twice; absent when there was nothing to compare with. */
  readonly comparison?: BuildComparison;
  /** The build directory that Nix kept; null or absent when it kept none. */
  readonly keptDirectory?: string | null;
  /** `result` links that were made. */
  readonly links?: readonly string[];
}

/** An output against what a rebuild made of it. */
export interface BuildComparison {
  readonly same: boolean;
  /** Store path of the first output that differs, and where Nix kept what the rebuild made of it; null when that is not known. */
  readonly output: string | null;
  readonly other: string | null;
  /** A sentence for each file that differs, the first first, at most 50. */
  readonly differences: readonly string[];
}

export interface InputsResult {
  readonly status: 'built' | 'failed' | 'cancelled';
  readonly failure: Failure | null;
}

export interface BuildLog {
  readonly drvPath: string;
  /** Lines before the first phase stand under the name ``. ANSI colours are kept, phase marks are not. */
  readonly phases: readonly { readonly name: string; readonly lines: readonly string[] }[];
}

export type DiagnosticSeverity = 'error' | 'warning' | 'information' | 'hint';

/** `nix`: what Nix itself would say; `phasewise`: our checks; `build`: from a build or a phase run. */
export type DiagnosticSource = 'nix' | 'phasewise' | 'build' | 'shellcheck';

export interface Diagnostic extends FileRange {
  readonly severity: DiagnosticSeverity;
  readonly code: string;
  readonly message: string;
  readonly source: DiagnosticSource;
  /** Left out when there is none. `unnecessary`: text that does nothing; `deprecated`: a way of writing that the language gives up. */
  readonly tags?: readonly ('unnecessary' | 'deprecated')[];
  readonly related: readonly (FileRange & { readonly message: string })[];
  /** Commands that mend it; left out when there are none. */
  readonly offers?: readonly Offer[];
}
