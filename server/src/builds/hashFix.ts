/** Finds, in a Nix file, the hash that Nix refused, so that the true one can replace it. Pure. */
import { hashSites, isFakeHash, literalText, type HashSite } from '../derivation/hashSites';
import { asSri, readHash, writeHash, type WrittenHash } from '../derivation/hashText';
import type { Binding, Expression, StringLiteral } from '../syntax/ast';
import type { Replacement } from '../syntax/replacement';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { expressionsAt, walk } from '../syntax/walk';
import type { HashMismatch } from './nixMessages';

/** What is known of the derivation whose hash was refused. */
export interface HashOwner {
  readonly name: string;
  readonly urls: readonly string[];
  /** e.g. `x86_64-linux`; null when unknown. */
  readonly system: string | null;
  /** The attribute of the failing derivation that brings it in, e.g. the binding of `src`; null when unknown. */
  readonly place: Span | null;
}

/** A place of a hash, and the names that it is bound by, the outermost first. */
interface Candidate extends HashSite {
  readonly names: readonly string[];
}

/**
 * The place where the refused hash is written: a literal in any encoding, or, when it is the all-zero hash,
 * `lib.fakeHash` and its kin or an empty string; found through `let`, `inherit`, defaults of arguments, and in tables
 * by system or crate. Of several the one whose other attributes are the owner's. Null when there is none, or no telling which.
 */
export function findHashFix(tree: SyntaxTree, mismatch: HashMismatch, owner: HashOwner): Replacement | null {
  const refused = readHash(mismatch.specified);
  const { root } = tree;
  if (refused === null || root === null) return null;
  const sites = [...hashSites(tree, root), ...hashesInTables(tree, root)]
    .filter((site) => saysDigest(site, refused.digest))
    .map((site) => ({ ...site, names: namesAround(root, site.span.start) }));
  const site = likeliest(tree.text, sites, owner);
  if (site === null) return null;
  return { ...site.value.span, newText: `"${writeHash(asSri(mismatch.got), site.form)}"` };
}

/** Hashes that are written anywhere else, e.g. in a table of hashes by system, and stand-ins among them. */
function hashesInTables(tree: SyntaxTree, root: Expression): HashSite[] {
  const sites: HashSite[] = [];
  const sri = { form: 'sri', prefix: '' } as const;
  const add = (value: Expression, written: WrittenHash | null): void => {
    sites.push({ attribute: '', value, written, siblings: [], span: value.span, form: written ?? sri });
  };
  walk(root, (value) => {
    const literal = literalText(tree.text, value);
    const written = literal === null ? null : readHash(literal);
    if (written !== null || isFakeHash(value)) add(value, written);
    if (value.kind === 'set') for (const standIn of emptyHashes(tree, value.bindings)) add(standIn, null);
    return true;
  });
  return sites;
}

/** `""` that stands for a hash: of a crate of `cargoLock` (nixpkgs' `importCargoLock`), or of a system. */
function emptyHashes({ text }: SyntaxTree, bindings: readonly Binding[]): Expression[] {
  return bindings.flatMap((binding) => {
    if (binding.kind === 'inherit') return [];
    const { path, value } = binding;
    const inside = value.kind === 'set' && path.names.at(-1)?.name === crateHashes ? value.bindings : [];
    const crates = inside.flatMap((one) => (one.kind === 'binding' ? [one.value] : []));
    const isEntry = path.names.at(-2)?.name === crateHashes || systemName.test(path.names.at(-1)?.name ?? '');
    return [...crates, ...(isEntry ? [value] : [])].filter((one) => literalText(text, one) === '');
  });
}

const crateHashes = 'outputHashes';
const systemName =
  /^(?:aarch64|armv[67]l|i686|loongarch64|powerpc64le|riscv64|x86_64)-(?:linux|darwin|freebsd)$/;

/** The names that what stands at the offset is bound by, the outermost first. */
export function namesAround(root: Expression, offset: number): string[] {
  return expressionsAt(root, offset).flatMap((around) => {
    if (around.kind !== 'set' && around.kind !== 'letIn') return [];
    const binding = around.bindings.find(({ span }) => span.start <= offset && offset < span.end);
    return binding?.kind === 'binding' ? binding.path.names.flatMap(({ name }) => name ?? []) : [];
  });
}

function saysDigest({ written }: HashSite, digest: Buffer): boolean {
  return written === null ? digest.every((byte) => byte === 0) : written.digest.equals(digest);
}

/** Null when two places are as likely. */
function likeliest(text: string, sites: readonly Candidate[], owner: HashOwner): HashSite | null {
  let best: Candidate | null = null;
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

/**
 * Names that nixpkgs gives the derivations behind these attributes: `buildGoModule`, `buildRustPackage`, `buildNpmPackage`, pnpm's and
 * yarn's `fetchDeps`, `buildMavenPackage`, `buildComposerProject`, `fetchMixDeps`.
 */
const dependencyNames: readonly (readonly [attribute: RegExp, name: RegExp])[] = [
  [/^vendor(?:Hash|Sha256)$/, /-(?:go-modules|vendor|composer-\S*)$/],
  [/^cargo(?:Hash|Sha256|Deps)$/, /-(?:vendor(?:\.tar\.gz|-staging)?|cargo-deps)$|^cargo-/],
  [/^npmDeps(?:Hash)?$/, /-npm-deps$|^npm-deps$/],
  [/^pnpmDeps$/, /-pnpm-deps\b/],
  [/^(?:yarnO|o)fflineCache$/, /^offline$|-yarn-(?:deps|offline-cache)$/],
  [/^mvnHash$/, /-maven-deps$/],
  [/^mixFodDeps$/, /^mix-deps-/],
];

function likelihood(text: string, site: Candidate, { name, urls, system, place }: HashOwner): number {
  let score = 0;
  if (place !== null && place.start <= site.span.start && site.span.end <= place.end) score += 3;
  const attributes = [site.attribute, ...site.names];
  for (const [attribute, expected] of dependencyNames) {
    if (attributes.some((one) => attribute.test(one))) score += expected.test(name) ? 6 : -6;
    else if (expected.test(name)) score -= 2;
  }
  const key = site.names.at(-1) ?? '';
  if (system !== null && systemName.test(key)) score += key === system ? 1 : -impossible;
  if (site.names.includes(crateHashes)) score += ofCrate(key, [name, ...urls]);
  return score + bySiblings(text, site, { name, urls }) + (site.attribute === '' ? 0 : 0.5);
}

/** More than all else together. */
const impossible = 100;

/** `NAME-VERSION` of a crate, which is often its repository's name, too. */
function ofCrate(key: string, names: readonly string[]): number {
  const crate = key.replace(/-\d.*$/, '');
  return crate !== '' && names.some((name) => name.includes(crate)) ? 4 : 0;
}

/** What stands beside the hash, against what was fetched. */
function bySiblings(
  text: string,
  { siblings }: HashSite,
  { name, urls }: Pick<HashOwner, 'name' | 'urls'>,
): number {
  let score = 0;
  for (const binding of siblings) {
    const value = binding.kind === 'binding' ? binding.value : null;
    const attribute = binding.kind === 'binding' ? (binding.path.names.at(-1)?.name ?? '') : '';
    if (value?.kind !== 'string') continue;
    const isIn = (whole: string): boolean => fits(text, value, whole);
    if (attribute === 'name' && isIn(name)) score += 4;
    if (attribute === 'pname' && isIn(name)) score += 1;
    if (urls.length === 0) continue;
    if (/^(?:url|owner|repo)$/.test(attribute) && !urls.some(isIn)) score -= saysSomething(value) ? 4 : 0;
    else if (attribute === 'url') score += 8;
    else if (/^(?:owner|repo|rev|tag)$/.test(attribute) && urls.some(isIn)) score += 2;
  }
  return score;
}

/** Whether there is more in it than what Nix puts in. */
function saysSomething({ content, interpolations }: StringLiteral): boolean {
  const filled = interpolations.reduce((length, { span }) => length + span.end - span.start, 0);
  return content.end - content.start > filled;
}

/** Whether the literal parts of the string stand in `whole`, one after the other. */
function fits(text: string, { content, interpolations }: StringLiteral, whole: string): boolean {
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
