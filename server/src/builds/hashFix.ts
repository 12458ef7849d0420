/** Finds, in a Nix file, the hash that Nix refused, so that the true one can replace it. Pure. */
import { hashSites, literalText, type HashSite } from '../derivation/hashSites';
import type { Expression } from '../syntax/ast';
import type { Replacement } from '../syntax/replacement';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { walk } from '../syntax/walk';
import { readHash, writeHash } from '../derivation/hashText';
import type { HashMismatch } from './nixMessages';

/** What is known of the derivation whose hash was refused. */
export interface HashOwner {
  readonly name: string;
  readonly urls: readonly string[];
  /** The attribute of the failing derivation that brings it in, e.g. the binding of `src`; null when unknown. */
  readonly place: Span | null;
}

/**
 * The place where the refused hash is written: a literal in any encoding, or, when it is the all-zero hash,
 * `lib.fakeHash` and its kin or an empty string; found through `let`, `inherit`, defaults of arguments. Of several the
 * one whose other attributes are the owner's. Null when there is none, or no telling which.
 */
export function findHashFix(tree: SyntaxTree, mismatch: HashMismatch, owner: HashOwner): Replacement | null {
  const refused = readHash(mismatch.specified);
  if (refused === null || tree.root === null) return null;
  const sites = [...hashSites(tree, tree.root), ...literals(tree, tree.root)].filter((site) =>
    saysDigest(site, refused.digest),
  );
  const site = likeliest(tree.text, sites, owner);
  if (site === null) return null;
  return { ...site.value.span, newText: `"${writeHash(mismatch.got, site.form)}"` };
}

/** Hashes that are written anywhere else, e.g. in a table of hashes by system. */
function literals({ text }: SyntaxTree, root: Expression): HashSite[] {
  const sites: HashSite[] = [];
  walk(root, (value) => {
    const literal = literalText(text, value);
    const written = literal === null ? null : readHash(literal);
    if (written?.digest.some((byte) => byte !== 0) === true) {
      sites.push({ attribute: '', value, written, siblings: [], span: value.span, form: written });
    }
    return true;
  });
  return sites;
}

function saysDigest({ written }: HashSite, digest: Buffer): boolean {
  return written === null ? digest.every((byte) => byte === 0) : written.digest.equals(digest);
}

/** Null when two places are as likely. */
function likeliest(text: string, sites: readonly HashSite[], owner: HashOwner): HashSite | null {
  let best: HashSite | null = null;
  let bestScore = -Infinity;
  let isShared = false;
  for (const site of sites) {
    const score = likelihood(text, site, owner);
    if (best !== null && samePlace(site, best)) {
      // A literal is met as itself and as an attribute's value: the attribute tells more.
      if (score > bestScore) [best, bestScore] = [site, score];
    } else if (score > bestScore) [best, bestScore, isShared] = [site, score, false];
    else if (score === bestScore) isShared = true;
  }
  return isShared ? null : best;
}

function samePlace(a: HashSite, b: HashSite): boolean {
  return a.value.span.start === b.value.span.start && a.value.span.end === b.value.span.end;
}

/** Names that nixpkgs gives the derivations behind these attributes (`buildGoModule`, `buildRustPackage`, `buildNpmPackage`). */
const dependencyNames: readonly (readonly [attribute: RegExp, name: RegExp])[] = [
  [/^vendor(?:Hash|Sha256)$/, /-(?:go-modules|vendor)$/],
  [/^cargo(?:Hash|Sha256)$/, /-(?:vendor(?:\.tar\.gz|-staging)?|cargo-deps)$|^cargo-/],
  [/^npmDepsHash$/, /-npm-deps$/],
];

function likelihood(text: string, site: HashSite, { name, urls, place }: HashOwner): number {
  let score = 0;
  if (place !== null && place.start <= site.span.start && site.span.end <= place.end) score += 3;
  for (const [attribute, expected] of dependencyNames) {
    if (attribute.test(site.attribute)) score += expected.test(name) ? 6 : -6;
    else if (expected.test(name)) score -= 2;
  }
  for (const binding of site.siblings) {
    const value = binding.kind === 'binding' ? binding.value : null;
    const attribute = binding.kind === 'binding' ? binding.path.names.at(-1)?.name : null;
    if (value?.kind !== 'string') continue;
    const isIn = (whole: string): boolean => fits(text, value, whole);
    if (attribute === 'url' && urls.some(isIn)) score += 8;
    if (attribute === 'name' && isIn(name)) score += 4;
    if (attribute === 'pname' && isIn(name)) score += 1;
    if (/^(?:owner|repo|rev|tag)$/.test(attribute ?? '') && urls.some(isIn)) score += 2;
  }
  return site.attribute === '' ? score : score + 0.5;
}

/** Whether the literal parts of the string stand in `whole`, one after the other. */
function fits(
  text: string,
  { content, interpolations }: Extract<Expression, { kind: 'string' }>,
  whole: string,
): boolean {
  let from = content.start;
  let at = 0;
  let found = 0;
  for (const end of [...interpolations.map(({ span }) => span.start), content.end]) {
    const part = text.slice(from, end);
    const next = whole.indexOf(part, at);
    if (next < 0) return false;
    at = next + part.length;
    found += part.length;
    from = interpolations.find(({ span }) => span.start === end)?.span.end ?? end;
  }
  return found > 0;
}
