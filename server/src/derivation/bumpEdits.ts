/** What of a text says the version of a derivation, and which hashes hang on it. Pure. */
import { literalValue } from '../syntax/stringText';
import type { Expression, StringLiteral } from '../syntax/ast';
import type { Replacement } from '../syntax/replacement';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { walk } from '../syntax/walk';
import type { FoundDerivation } from './foundDerivation';
import { hashSites, isOfDependencies, type HashSite } from './hashSites';
import { resolve } from './staticValue';

/** Attributes of a source that may say the version, too. */
const ofSource = new Set(['rev', 'tag', 'ref', 'url', 'name']);

export interface VersionEdits {
  readonly from: string;
  /** In order of position; none when it is this version already. */
  readonly edits: readonly Replacement[];
}

/** Null where the version is not written as a literal of its own. */
export function versionEdits(tree: SyntaxTree, found: FoundDerivation, version: string): VersionEdits | null {
  const literal = versionLiteral(found);
  const from = literal === null ? null : literalValue(tree.text, literal);
  if (literal === null || from === null || from === '' || /["\\$]/.test(version)) return null;
  const edits = from === version ? [] : [{ ...literal.content, newText: version }];
  const isDigit = (letter: string | undefined): boolean => letter !== undefined && /[0-9]/.test(letter);
  for (const span of literalsOfSource(tree, found)) {
    const text = tree.text.slice(span.start, span.end);
    const at = text.indexOf(from);
    // `1.2` is not in `11.2` nor in `1.20`.
    if (at < 0 || isDigit(text[at - 1]) || isDigit(text[at + from.length])) continue;
    const start = span.start + at;
    if (from !== version) edits.push({ start, end: start + from.length, newText: version });
  }
  return { from, edits: edits.sort((a, b) => a.start - b.start) };
}

/** The hashes of the derivation's sources, and after them those of its dependencies, in order of position. */
export function hashesOf(tree: SyntaxTree, found: FoundDerivation): readonly HashSite[] {
  if (tree.root === null) return [];
  const areas = [found.call, ...sourceSpans(found)];
  const sites = hashSites(tree, tree.root).filter(({ value }) =>
    areas.some((area) => isIn(value.span, area)),
  );
  const places = sites.map(({ value }) => value.span.start);
  return sites
    .filter(({ value }, index) => places.indexOf(value.span.start) === index)
    .sort(
      (a, b) =>
        Number(isOfDependencies(a)) - Number(isOfDependencies(b)) || a.value.span.start - b.value.span.start,
    );
}

function versionLiteral({ attributes }: FoundDerivation): StringLiteral | null {
  const attribute = attributes.get('version');
  if (attribute?.value == null) return null;
  const { expression } = resolve(attribute.value, attribute.scope);
  return expression.kind === 'string' && expression.interpolations.length === 0 ? expression : null;
}

function sourceSpans({ attributes }: FoundDerivation): readonly Span[] {
  const source = attributes.get('src');
  return source?.value == null ? [] : [resolve(source.value, source.scope).expression.span];
}

/** The contents of the literals by which a source says what it is. */
function literalsOfSource(tree: SyntaxTree, found: FoundDerivation): readonly Span[] {
  const areas = sourceSpans(found);
  const contents: Span[] = [];
  const look = (expression: Expression): true => {
    if (expression.kind !== 'set' || !areas.some((area) => isIn(expression.span, area))) return true;
    for (const binding of expression.bindings)
      if (binding.kind === 'binding' && ofSource.has(binding.path.names.at(-1)?.name ?? ''))
        if (binding.value.kind === 'string') contents.push(binding.value.content);
    return true;
  };
  if (tree.root !== null) walk(tree.root, look);
  return contents;
}

function isIn(span: Span, area: Span): boolean {
  return area.start <= span.start && span.end <= area.end;
}
