/** Messages about phase sessions: what is kept of a derivation's phases. Listed for readers in `docs/protocol.md`. */
import { NotificationType, RequestType } from 'vscode-languageserver-protocol';
import type { PhaseStatus } from './model';

/** What a session keeps of one phase. */
export interface KeptPhase {
  readonly name: string;
  /** How it ended when it last ran; `cancelled` also when the process that ran it was gone in the middle of it. */
  readonly status: PhaseStatus;
  /** Null when that is not known. */
  readonly seconds: number | null;
  /** Why it is stale, in sentences: what happened since it ran, so that it has to run again; null when its result still holds. */
  readonly stale: string | null;
}

/** What changed in the derivation since its session last ran, as a run would take it now. */
export interface SessionEdit {
  /** `nothing`: no phase can see the change; `phase`: a run goes on from `phase`; `everything`: it begins anew. */
  readonly reach: 'nothing' | 'phase' | 'everything';
  /** The first phase that the change can reach; null unless `reach` is `phase`. */
  readonly phase: string | null;
  /** Full sentences, the one that decided first. */
  readonly reasons: readonly string[];
}

export interface SessionState {
  readonly attr: string;
  /** Name of its folder among the sessions. */
  readonly id: string;
  /** Phases that have run, in running order; those that are not named have not. */
  readonly phases: readonly KeptPhase[];
  /** Null when the derivation is the one that the session last ran. */
  readonly edit: SessionEdit | null;
  /** Null before its first shell was started. */
  readonly isolation: 'namespace' | 'none' | null;
  /** Why there is no isolation, or why it shows more of the machine than a real build sees; null when there is nothing to say. */
  readonly isolationNote: string | null;
  /** Process id of another process (a window, a command line) that holds the session; null when none does. */
  readonly heldBy: number | null;
  /** Absolute path of the session's build directory; null when it is gone. */
  readonly buildDirectory: string | null;
}

export interface SessionStatesParams {
  readonly uri: string;
  /** Under the `attr` of the document's drawing, or of the pin; a derivation that is not named has no session. */
  readonly sessions: readonly SessionState[];
}
/**
 * Server to client, after a drawing whose derivations are evaluated and after each run: what is kept of the derivations of an open document,
 * and of those that are pinned. A later one for the same URI replaces it.
 */
export const sessionStatesNotification = new NotificationType<SessionStatesParams>('phasewise/sessionStates');

/** A session of the user's, whichever window or command line made it. */
export interface SessionEntry {
  /** Name of its folder among the sessions. */
  readonly id: string;
  readonly folder: string;
  /** The derivation's name; null when nothing of the session can be read. */
  readonly name: string | null;
  /** What it is for: a `.nix` file (which may be gone), a `.drv`, a flake's folder; null when that is not known. */
  readonly file: string | null;
  readonly attr: string | null;
  /** The store derivation that it ran last. */
  readonly drvPath: string | null;
  /** What it takes on the disk. */
  readonly bytes: number;
  /** When it was last used, as ISO 8601; null when that is not known. */
  readonly used: string | null;
  /** Id of the process that holds it now; null when none does. */
  readonly heldBy: number | null;
  /** Absolute path of its build directory; null when it is gone. */
  readonly buildDirectory: string | null;
  /** Whether the next run of the derivation goes on with it. */
  readonly resumable: boolean;
  /** Why not, in a sentence; null when it is resumable. */
  readonly reason: string | null;
}

export interface SessionList {
  /** Where sessions are kept. */
  readonly folder: string;
  /** The most recently used first. */
  readonly sessions: readonly SessionEntry[];
  /** What sessions may take on the disk together: beyond it the oldest that nobody uses are dropped. */
  readonly limitBytes: number;
}
/** Client to server; every session of the user with its size. Works in an untrusted workspace, too: nothing of it is run. */
export const sessionsRequest = new RequestType<null, SessionList, void>('phasewise/sessions');

export interface DropSessionsParams {
  /** Null: every session. */
  readonly ids: readonly string[] | null;
}
export interface DropSessionsAnswer {
  readonly dropped: readonly string[];
  /** Those that could not be dropped. */
  readonly kept: readonly { readonly id: string; readonly message: string; readonly advice: string | null }[];
}
/** Client to server; removes sessions with all their files. One whose phases run stays, in whichever process they do. */
export const dropSessionsRequest = new RequestType<DropSessionsParams, DropSessionsAnswer, void>(
  'phasewise/dropSessions',
);
