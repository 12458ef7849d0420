/**
 * Messages of our own between the language server and its client; each says who sends it, when, and what an empty
 * answer means. Listed for readers in `docs/protocol.md`.
 */
import { NotificationType, RequestType } from 'vscode-languageserver-protocol';
import type { BuildProgress } from './buildProgress';
import type {
  BuildResult,
  Derivation,
  Failure,
  FileChange,
  InputsResult,
  PhaseFiles,
  PhaseStatus,
  Range,
  RunResult,
  SourcePatch,
} from './model';

/** Names one derivation of one document. */
export interface DerivationKey {
  readonly uri: string;
  /** Attribute path; empty when the file's value is the derivation itself. */
  readonly attr: string;
}

export interface StatusParams {
  /** `unknown` until the first probe ended; `untrusted` when nothing may be run; `ready` when there is a Nix that works, if only for some folders of the workspace. */
  readonly state: 'unknown' | 'ready' | 'untrusted' | 'nixMissing' | 'nixUnusable';
  /** e.g. `2.34.8`, of folders with different ones all of them; null unless ready. */
  readonly nixVersion: string | null;
  /** What is wrong, in a sentence; null when nothing is. */
  readonly message: string | null;
  /** What to do about it; null when nothing is wrong. */
  readonly advice: string | null;
}
/** Server to client, once after start and whenever it changes. */
export const statusNotification = new NotificationType<StatusParams>('phasewise/status');

export interface DrawingParams {
  readonly uri: string;
  readonly version: number;
  /** True while a truer drawing is being made. */
  readonly busy: boolean;
  /** Why there are no derivations or why they are not truer; null when there is nothing to say. */
  readonly message: string | null;
  readonly derivations: readonly Derivation[];
}
/** Server to client, after each drawing (syntax, evaluated, stdenv) of an open document; a later one replaces it. */
export const drawingNotification = new NotificationType<DrawingParams>('phasewise/drawing');

/** Client to server, to have a document drawn again from the ground (after inputs changed). Answers when drawn. */
export const redrawRequest = new RequestType<{ readonly uri: string }, null, void>('phasewise/redraw');

/** Client to server, when the user grants trust to the workspace. */
export const trustNotification = new NotificationType<{ readonly trusted: boolean }>('phasewise/trust');

/** What happened in a phase run or a build of one derivation. */
export type ActivityEvent =
  /** First of an activity; `phases` are those expected to run, in order (empty when not known). */
  | { readonly type: 'started'; readonly phases: readonly string[] }
  | { readonly type: 'phaseStarted'; readonly phase: string }
  /** Raw output as it came (decoded, colours kept); `phase` is null before the first. */
  | { readonly type: 'output'; readonly phase: string | null; readonly text: string }
  | {
      readonly type: 'phaseFinished';
      readonly phase: string;
      readonly status: PhaseStatus;
      readonly seconds: number;
      readonly lines: number;
    }
  /** Something worth a line that is no output: an input being built, a download. */
  | { readonly type: 'notice'; readonly text: string }
  /** How a build goes on beside its own phases. */
  | { readonly type: 'progress'; readonly progress: BuildProgress }
  /** Last of an activity. */
  | {
      readonly type: 'finished';
      readonly status: 'ok' | 'failed' | 'cancelled';
      readonly seconds: number;
      readonly failure: Failure | null;
      /** Of a build that found all there: since when, as ISO 8601, null where Nix does not tell; absent otherwise. */
      readonly validSince?: string | null;
    };

/**
 * `inputs`: what the derivation needs is built or fetched, and nothing of its own. `replay`: phases of a failed build run again to
 * find the line that failed; its phases are not those of a run that anybody asked for. `evaluation`: what the evaluation of the whole
 * document (`attr` is empty) needs is built or fetched, whatever else goes on for its derivations.
 */
export type ActivityKind = 'run' | 'build' | 'inputs' | 'replay' | 'evaluation';

export interface ActivityParams {
  readonly key: DerivationKey;
  readonly kind: ActivityKind;
  /** Distinguishes one activity from the next; chosen by the server. */
  readonly id: string;
  readonly event: ActivityEvent;
}
/** Server to client, whoever asked for the run or build. */
export const activityNotification = new NotificationType<ActivityParams>('phasewise/activity');

export interface RunParams extends DerivationKey {
  /**
   * `only`: this phase, and first those before it that have not run; `until` includes it; `from`: it and all after it again; `next`:
   * the first that is not done; `hook`: the hook that `phase` names, alone, in the session's present state; `check`: until the last of
   * `checkPhase` and `installCheckPhase` that runs; `none`.
   */
  readonly selection: 'only' | 'until' | 'from' | 'all' | 'next' | 'hook' | 'check' | 'none';
  /** Null only with `all`, `next`, `check` and `none`. */
  readonly phase: string | null;
  /** Drop the session first. */
  readonly fresh: boolean;
  /** Compare the outputs with those of a real build; with `all`. */
  readonly verify?: boolean;
  /** Watch which inputs the phases use; with `all` and `fresh`. */
  readonly watchInputs?: boolean;
  /** `--arg NAME EXPRESSION` and `--argstr NAME VALUE` for this evaluation; absent or empty: as the document is drawn. */
  readonly args?: readonly string[];
  /** First makes the session of what a failed build left (`--keep-failed`), in the place of the one there is. */
  readonly adopt?: AdoptedBuild;
}
export interface AdoptedBuild {
  /** Absolute path of the directory that Nix kept. */
  readonly folder: string;
  /** The phase that failed; null: the last that the build's log tells of. */
  readonly phase: string | null;
  /** The derivation that was built; null: the one as it is now. */
  readonly drvPath: string | null;
}
/** Client to server; runs phases in the derivation's session. Cancelling the request stops the run. Null when the reason was published as `finished` or as status. */
export const runRequest = new RequestType<RunParams, RunResult | null, void>('phasewise/run');

export interface BuildParams extends DerivationKey {
  readonly rebuild: boolean;
  readonly keepFailed: boolean;
  /** Words for Nix, for this build: `--arg`, `--argstr`, `--builders`, `--store`, `--cores`, `--option`, …; an error when one is none of those. */
  readonly args?: readonly string[];
  /** Builds on these machines, as `--builders` takes them; absent: as Nix is configured. */
  readonly builders?: string;
  /** Builds in this store; absent: the usual one. */
  readonly store?: string;
}
/** Client to server; a real build. Cancelling the request ends it with all its processes. Null as for `phasewise/run`. */
export const buildRequest = new RequestType<BuildParams, BuildResult | null, void>('phasewise/build');

/** Client to server; builds or fetches what the derivation needs, after which its stdenv is asked. Cancelling the request ends it. Null as for `phasewise/run`. */
export const buildInputsRequest = new RequestType<DerivationKey, InputsResult | null, void>(
  'phasewise/buildInputs',
);

/** Client to server; stops the run or build of this derivation, and with an empty `attr` what is built for the document's evaluation. Answers false when nothing was running. */
export const stopRequest = new RequestType<DerivationKey, boolean, void>('phasewise/stop');

export interface LogParams {
  /** A derivation of a document, or … */
  readonly key: DerivationKey | null;
  /** … a store path (derivation or output). */
  readonly storePath: string | null;
  /** Chosen by the client; comes back in each chunk. */
  readonly id: string;
}
export interface LogChunkParams {
  readonly id: string;
  /** Log text with colours removed and phase marks turned into heading lines. */
  readonly text: string;
}
export interface LogAnswer {
  readonly drvPath: string | null;
  readonly name: string | null;
  /** Why there is no log; null when it was streamed. */
  readonly message: string | null;
}
/** Client to server; streams the build log (finished, or live of a build of ours) in `phasewise/logChunk`, then answers. */
export const logRequest = new RequestType<LogParams, LogAnswer, void>('phasewise/log');
/** Server to client, in order, before the answer to `phasewise/log`. */
export const logChunkNotification = new NotificationType<LogChunkParams>('phasewise/logChunk');

export interface DerivationDocument {
  readonly title: string;
  readonly text: string;
  /** Where the `.drv` lies on this disk, elsewhere than its path says in a store of the user's own; absent when it was not read. */
  readonly file?: string;
  /** `target` is a `file:` URI (with `#Lline,column` where a place is meant) or `phasewise-drv:` + a store derivation's path. */
  readonly links: readonly { readonly range: Range; readonly target: string; readonly tooltip: string }[];
}
/** Client to server; the readable form of the `.drv` at this absolute path. A document with an explanation when unreadable. */
export const derivationDocumentRequest = new RequestType<{ readonly path: string }, DerivationDocument, void>(
  'phasewise/derivationDocument',
);

export interface PhaseFilesParams {
  readonly key: DerivationKey;
  readonly phase: string;
}
export interface PhaseFilesAnswer {
  readonly files: PhaseFiles | null;
  /** Why it is not known; null when it is. */
  readonly message: string | null;
}
/** Client to server; what a phase of the derivation's session created, changed and deleted. */
export const phaseFilesRequest = new RequestType<PhaseFilesParams, PhaseFilesAnswer, void>(
  'phasewise/phaseFiles',
);

export interface PhaseFileParams extends PhaseFilesParams {
  readonly side: 'before' | 'after';
  /** Names the file: a `FileChange`'s. */
  readonly file: FileChange['key'];
}
/** Client to server; a regular file as text: of a binary or very large one a line that says so, and why when it cannot be read. */
export const phaseFileRequest = new RequestType<PhaseFileParams, { readonly text: string }, void>(
  'phasewise/phaseFile',
);

export interface SourcePatchParams {
  readonly key: DerivationKey;
  /** Which of the edited files; null: all. */
  readonly paths: readonly string[] | null;
  /** Absolute path to write the patch to; null: only tell what is edited. */
  readonly file: string | null;
}
export interface SourcePatchAnswer {
  readonly patch: SourcePatch | null;
  /** Why there is none; null when there is. */
  readonly message: string | null;
}
/** Client to server; what the user edited in the session's unpacked source, and the edit that adds it to `patches`, which is the client's to do. */
export const sourcePatchRequest = new RequestType<SourcePatchParams, SourcePatchAnswer, void>(
  'phasewise/sourcePatch',
);
