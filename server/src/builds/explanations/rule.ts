/** What a rule of explanation is given and gives. A rule is pure: texts in, words out. */
import type { HashMismatch } from '../nixMessages';

/** What is known of a failure. */
export interface Evidence {
  /** What Nix said, without colours; empty when a phase failed in a session. */
  readonly message: string;
  readonly hashMismatch: HashMismatch | null;
  readonly phase: string | null;
  /** The last lines of the failing phase, oldest first, without colours. */
  readonly lines: readonly string[];
  /** Whether what failed fetches something: its output's hash is fixed. */
  readonly fetches: boolean;
  /** Paths that a real build might write to and what failed could not: `sandbox-paths`, in a session. */
  readonly readOnlyHere?: readonly string[];
}

/** Something a package has to bring, in the kinds that packages are looked up by. */
export interface Wanted {
  readonly kind: 'command' | 'header' | 'pkgConfig' | 'library' | 'cmakePackage' | 'pythonModule';
  /** e.g. `bison`, `zlib.h`, `libpng16`, `z`, `fmt`, `numpy`. */
  readonly name: string;
}

/** What would mend it, for whoever knows the author's file. */
export type Remedy =
  /** `address`: of what Nix fetched while evaluating. */
  | { readonly kind: 'hash'; readonly mismatch: HashMismatch; readonly address?: string }
  /** A package that brings this, in this list of inputs. */
  | { readonly kind: 'input'; readonly wanted: Wanted; readonly attribute: string }
  /** A package by its name in the set, e.g. `autoreconfHook`, in this list of inputs. */
  | { readonly kind: 'package'; readonly path: readonly string[]; readonly attribute: string }
  | TextRemedy
  /** A file of a flake's repository that git is to be told of; `folder` null: that of the flake. */
  | { readonly kind: 'untracked'; readonly folder: string | null; readonly path: string }
  /** Parts of a patch that its file did not take, to be looked at. */
  | { readonly kind: 'rejects'; readonly rejects: readonly Reject[] };

/** What the author's text alone is enough for. */
export type TextRemedy =
  /** `patchShebangs` on this file before it is run. */
  | { readonly kind: 'shebang'; readonly path: string }
  /** `chmod +x` on this file before it is run. */
  | { readonly kind: 'executable'; readonly path: string }
  /** `sed` on this file that ends its lines as on Unix. */
  | { readonly kind: 'windowsLines'; readonly path: string }
  /** Another value, as Nix text, of an attribute. */
  | { readonly kind: 'attribute'; readonly attribute: string; readonly value: string }
  /** A flag for a configuring tool, in the list of them. */
  | { readonly kind: 'flag'; readonly attribute: 'cmakeFlags' | 'mesonFlags'; readonly flag: string }
  /** An argument, as Nix text, of what fetches the source; the hash is another then. */
  | { readonly kind: 'fetcher'; readonly argument: string; readonly value: string }
  /** A flag for the compiler. */
  | { readonly kind: 'compilerFlag'; readonly flag: string }
  /** An element that is one too many: an output, a patch by its name in the store. */
  | { readonly kind: 'listed'; readonly attribute: 'patches' | 'outputs'; readonly name: string }
  /** The hash of what was fetched for another lock: these attributes, or what they fetch with, say it. */
  | { readonly kind: 'staleHash'; readonly attributes: readonly string[] };

export interface Reject {
  /** As the build names both. */
  readonly file: string;
  readonly reject: string;
  /** 1-based line of the file where the first of them was to go. */
  readonly line: number | null;
}

export interface Explanation {
  /** One or two sentences in plain words: what went wrong. */
  readonly cause: string;
  /** What to do next, in whole sentences. */
  readonly advice: string;
  readonly remedy: Remedy | null;
  /** The attribute of the derivation that is to blame rather than the phase, e.g. `patches`. */
  readonly attribute?: string;
  /** Whether the machine is to blame and not what was built, so that doing it again would do harm. */
  readonly ofMachine?: true;
}

/** What a rule found, and in which line: the later of two finds counts. `Infinity`: Nix's own words, which decide. */
export interface Finding extends Explanation {
  readonly line: number;
  /** What later errors name when they are about the same; where there is none, what the remedy wants. */
  readonly about?: string;
  /** Whether whatever is said after it may come of it. */
  readonly decides?: true;
}

/** Null when the evidence does not show what the rule is about. */
export type Rule = (evidence: Evidence) => Finding | null;

/** The last line that one of the patterns matches. */
export function lastMatch(
  lines: readonly string[],
  patterns: readonly RegExp[],
): { readonly line: number; readonly match: RegExpExecArray } | null {
  for (let line = lines.length - 1; line >= 0; line--) {
    for (const pattern of patterns) {
      const match = pattern.exec(lines[line] ?? '');
      if (match !== null) return { line, match };
    }
  }
  return null;
}
