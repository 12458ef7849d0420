/** What is looked at of an unpacked source, and what is learnt from it. */
import { nixString } from '../../nixString';

export interface SourceFiles {
  /** Of the source's top folder. */
  readonly names: ReadonlySet<string>;
  /** A text file of the top folder; null where there is none. */
  readonly text: (name: string) => string | null;
  /** How some of its code files begin. */
  readonly heads: readonly string[];
}

/** What a build system's own files say; null or empty where they do not. */
export interface Described {
  readonly name: string | null;
  readonly version: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  /** An SPDX expression, or what looks like one. */
  readonly license: string | null;
}

export const nothingSaid: Described = {
  name: null,
  version: null,
  description: null,
  homepage: null,
  license: null,
};

/** An attribute of the package: its name and its value as Nix, which may take several lines. */
export type Attribute = readonly [string, string];

/** How a source is built. */
export interface BuildPlan {
  /** What makes the derivation, as `stdenv.mkDerivation`. */
  readonly maker: string;
  readonly nativeBuildInputs: readonly string[];
  /** After `src`, in this order. */
  readonly attributes: readonly Attribute[];
  readonly described: Described;
  /** Sentences on what is left to do. */
  readonly notes: readonly string[];
}

/** One build system. */
export interface BuildSystem {
  readonly name: string;
  /** Null where the source is not built by it. */
  readonly plan: (files: SourceFiles) => BuildPlan | null;
}

/** A list as nixfmt writes it, at an attribute's indentation. */
export function listText(items: readonly string[], before = ''): string {
  if (items.length === 0) return `${before}[ ]`;
  if (items.length === 1) return `${before}[ ${items[0] ?? ''} ]`;
  return `${before}[\n${items.map((item) => `    ${item}\n`).join('')}  ]`;
}

/** As a Nix string of one line. */
export function stringText(value: string): string {
  return nixString(value.replaceAll(/\s+/g, ' ').trim());
}

/** What a file says as a text; null for nothing. */
export function said(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
