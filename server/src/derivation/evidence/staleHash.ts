/** `stale-hash`: what is fetched is another version than in the last commit, and its hash is the same. Pure. */
import { finding, type Finding } from '../../analysis/finding';
import type { Binding, Expression } from '../../syntax/ast';
import { stringParts } from '../../syntax/stringText';
import type { TextFix } from '../../syntax/syntaxTree';
import { expressionsAt, unwrapped } from '../../syntax/walk';
import { hashSites, isOfDependencies, zeroHash, type HashSite } from '../hashSites';
import { writtenValue } from '../writtenValue';

/** A text with its tree. */
interface Text {
  readonly text: string;
  readonly root: Expression | null;
}

/** `committed`: the same file as it was committed last. */
export function staleHashes(now: Text, committed: Text): readonly Finding[] {
  const before = new Map<string, (readonly Version[])[]>();
  for (const site of sitesOf(committed)) {
    const key = digestOf(site);
    before.set(key, [...(before.get(key) ?? []), versionsOf(committed, site)]);
  }
  return sitesOf(now).flatMap((site) => {
    const old = before.get(digestOf(site));
    const [first] = old ?? [];
    const versions = versionsOf(now, site);
    if (old === undefined || first === undefined || old.some((one) => changeOf(one, versions) === null))
      return [];
    const change = changeOf(first, versions);
    if (change === null) return [];
    const message = `\`${change.name}\` was ${change.from} in the last commit and is ${change.to} now, but the hash is still the same: what is fetched will be refused, or the old is used where it is in the store already.`;
    const fixes = [fakeFix(now, site)];
    return [finding('stale-hash', 'warning', site.value.span, message, { fixes })];
  });
}

function sitesOf(text: Text): readonly HashSite[] {
  const all = text.root === null ? [] : hashSites(text, text.root);
  const isTrue = ({ written }: HashSite): boolean => written?.digest.some((byte) => byte !== 0) === true;
  // Of dependencies a new version may well have the same.
  return all.filter((site) => isTrue(site) && !isOfDependencies(site));
}

function digestOf({ written }: HashSite): string {
  return written?.digest.toString('hex') ?? '';
}

interface Version {
  readonly name: string;
  readonly value: string;
}

const exact = new Set(['rev', 'tag', 'ref', 'version']);
/** Another host or scheme may have the same file: only the numbers in it tell of another version. */
const numbered = new Set(['url', 'urls', 'file']);

/** What tells of the version that is fetched, as far as the text tells it. */
function versionsOf(text: Text, { siblings }: HashSite): readonly Version[] {
  return siblings.flatMap((binding) =>
    namesOf(binding).flatMap(([name, value]) => {
      const shown = exact.has(name) || numbered.has(name) ? shownValue(text, value, 8) : null;
      if (shown === null) return [];
      return [{ name, value: exact.has(name) ? shown : (shown.match(/\d+/g) ?? []).join('.') }];
    }),
  );
}

function namesOf(binding: Binding): readonly (readonly [string, Expression])[] {
  if (binding.kind === 'binding') {
    const [name, more] = binding.path.names;
    return name?.name == null || more !== undefined ? [] : [[name.name, binding.value]];
  }
  if (binding.from !== null) return [];
  return binding.names.flatMap(({ name, span }) =>
    name === null ? [] : [[name, { kind: 'variable', span, name }] as const],
  );
}

/** The value with what it takes from elsewhere in the text put in; what is not known stands as it is written. */
function shownValue(text: Text, expression: Expression, depth: number): string {
  const value = (text.root === null ? null : writtenValue(text.root, expression)) ?? unwrapped(expression);
  const own = value.kind === 'select' && depth > 0 ? ownAttribute(text, value) : null;
  if (own !== null) return shownValue(text, own, depth - 1);
  if (value.kind === 'list' && depth > 0)
    return value.elements.map((each) => shownValue(text, each, depth - 1)).join(' ');
  if (value.kind !== 'string' || depth === 0) return text.text.slice(value.span.start, value.span.end);
  return stringParts(text.text, value)
    .map((part) => (part.kind === 'text' ? part.text : shownValue(text, part.expression, depth - 1)))
    .join('');
}

/** `finalAttrs.version`: the attribute of a set around it. */
function ownAttribute({ root }: Text, select: Extract<Expression, { kind: 'select' }>): Expression | null {
  const [name, more] = select.path.names;
  if (root === null || more !== undefined || select.expression.kind !== 'variable') return null;
  for (const around of expressionsAt(root, select.span.start).reverse()) {
    if (around.kind !== 'set') continue;
    for (const binding of around.bindings)
      if (binding.kind === 'binding' && binding.path.names.length === 1)
        if (binding.path.names[0]?.name === name?.name) return binding.value;
  }
  return null;
}

interface Change {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

function changeOf(before: readonly Version[], now: readonly Version[]): Change | null {
  for (const { name, value } of now) {
    const old = before.find((one) => one.name === name);
    if (old !== undefined && old.value !== value) return { name, from: old.value, to: value };
  }
  return null;
}

function fakeFix({ root }: Text, { value: { span } }: HashSite): TextFix {
  const around = root === null ? [] : expressionsAt(root, span.start);
  const has = (name: string): boolean =>
    around.some(
      (one) => one.kind === 'function' && one.formals?.formals.some((formal) => formal.name.name === name),
    );
  const fake = has('lib') ? 'lib.fakeHash' : has('pkgs') ? 'pkgs.lib.fakeHash' : `"${zeroHash}"`;
  const title = fake.startsWith('"') ? 'Replace it by a hash of zeros' : `Replace it by ${fake}`;
  return { title, edits: [{ ...span, newText: fake }] };
}
