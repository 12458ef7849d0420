/** Messages about what is in the store: what became of a derivation's outputs, what keeps them, and their end. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { DerivationKey } from './messages';
import type { BuildPhaseResult, Failure } from './model';

/** How a derivation stands to the store and to what was built of it last. */
export interface BuildStanding {
  /** e.g. `hello-1.0`. */
  readonly name: string;
  readonly drvPath: string;
  /** `valid`: all outputs are there; `changed`: not, and it is another than was built last; `gone`: it is the one that was; `new`: nothing was. */
  readonly status: 'valid' | 'changed' | 'gone' | 'new';
  /** When the last of its outputs was registered, as ISO 8601; null when not valid, or where Nix does not tell. */
  readonly since: string | null;
  /** Whether it is the derivation that was built last; null when none was built here before. */
  readonly unchanged: boolean | null;
  /** What changed against the one that was built last, in sentences, what decides first; empty when nothing did. */
  readonly changes: readonly string[];
  /** All of that in one paragraph. */
  readonly words: string;
}
/** Client to server; how the derivation, evaluated now, stands. Null when it cannot be told; an error says why. Builds nothing. */
export const standingRequest = new RequestType<DerivationKey, BuildStanding | null, void>(
  'phasewise/standing',
);

/** What keeps a store path from the garbage collector. */
export interface GcRoot {
  /** The link's path, or Nix's own word in braces. */
  readonly name: string;
  /** `link`: a symlink that may be removed; `profile`; `process`; `hidden`: another user's. */
  readonly kind: 'link' | 'profile' | 'process' | 'hidden';
  /** What it is, in a few words. */
  readonly words: string;
}

/** A valid store path of a derivation. */
export interface StoredPath {
  readonly path: string;
  /** The package's name, without hash and output. */
  readonly package: string;
  /** Output that it is; null for a path that only depends on one of them. */
  readonly output: string | null;
  /** Attribute of the derivation that makes it; null for a path that only depends on one of them. */
  readonly attr: string | null;
  readonly bytes: number | null;
  /** When it was built or fetched, as ISO 8601; null where Nix does not tell. */
  readonly since: string | null;
  readonly roots: readonly GcRoot[];
}

export interface StoredPathsParams {
  readonly uri: string;
  /** Null: of every derivation that the document makes. */
  readonly attr: string | null;
}
export interface StoredPathsAnswer {
  /** Outputs of the derivations, then what depends on them. */
  readonly paths: readonly StoredPath[];
  /** Why there are none, or why more is not known; null when there is nothing to say. */
  readonly message: string | null;
}
/** Client to server; the valid outputs of derivations, what depends on them, and what keeps them. */
export const storedPathsRequest = new RequestType<StoredPathsParams, StoredPathsAnswer, void>(
  'phasewise/storedPaths',
);

export interface DeletePathsParams {
  readonly paths: readonly string[];
  /** Links that are removed first; each must lead into the store. */
  readonly links: readonly string[];
  /** Deletes what is still in use, too: whatever needs it breaks. */
  readonly ignoreLiveness: boolean;
}
export interface DeletePathsAnswer {
  readonly deleted: readonly string[];
  readonly removedLinks: readonly string[];
  /** Paths and links that are still there, with why and what to do. */
  readonly kept: readonly {
    readonly path: string;
    readonly message: string;
    readonly advice: string | null;
  }[];
}
/** Client to server; deletes these paths from the store. */
export const deletePathsRequest = new RequestType<DeletePathsParams, DeletePathsAnswer, void>(
  'phasewise/deletePaths',
);

export interface BuildUntilParams extends DerivationKey {
  readonly phase: string;
}
export interface BuildUntilResult {
  /** The derivation that was built: the user's, cut short. */
  readonly drvPath: string;
  readonly phase: string;
  /** `reached`: the phase and all before it went well in a real build. */
  readonly status: 'reached' | 'failed' | 'cancelled';
  /** The build directory as the phase left it, which Nix kept; null when it kept none. */
  readonly folder: string | null;
  readonly phases: readonly BuildPhaseResult[];
  readonly failure: Failure | null;
}
/** Client to server; runs a phase, and all before it, by a real build that is cut short after it. Null and cancelling as for `phasewise/build`. */
export const buildUntilRequest = new RequestType<BuildUntilParams, BuildUntilResult | null, void>(
  'phasewise/buildUntil',
);

export interface DifferenceReportParams {
  /** Store paths: the output, and what a rebuild made of it. */
  readonly first: string;
  readonly again: string;
}
export interface DifferenceReportAnswer {
  /** Path of the report, a text; null when there is none. */
  readonly file: string | null;
  /** Why there is none and what to do; null when there is one. */
  readonly message: string | null;
}
/** Client to server; has diffoscope, where it is installed, tell all that differs. */
export const differenceReportRequest = new RequestType<DifferenceReportParams, DifferenceReportAnswer, void>(
  'phasewise/differenceReport',
);

export interface FailureReportAnswer {
  /** Markdown without secrets, names of users and their folders; null when nothing failed. */
  readonly report: string | null;
  /** Why there is none; null when there is one. */
  readonly message: string | null;
}
/** Client to server; the last failure of a derivation in this server, for others to read. */
export const failureReportRequest = new RequestType<DerivationKey, FailureReportAnswer, void>(
  'phasewise/failureReport',
);

export interface ProgramsAnswer {
  readonly programs: readonly { readonly name: string; readonly path: string; readonly output: string }[];
  /** Name of the one that is meant when none is named; null when that is not told. */
  readonly main: string | null;
}
/** Client to server; the programs in the built outputs of a derivation. */
export const programsRequest = new RequestType<DerivationKey, ProgramsAnswer, void>('phasewise/programs');

export interface TestsAnswer {
  /** `attr` names the test in the document, `name` within `passthru.tests`. */
  readonly tests: readonly { readonly attr: string; readonly name: string }[];
}
/** Client to server; the derivations in a derivation's `passthru.tests`, evaluated now. Empty when there are none. */
export const testsRequest = new RequestType<DerivationKey, TestsAnswer, void>('phasewise/tests');
