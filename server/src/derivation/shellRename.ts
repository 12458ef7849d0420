/** A variable of the builder, in the bash of the derivation whose attribute it is: what a rename of the attribute has to change as well. Pure. */
import { failure, success, type Result } from '../result';
import type { StringLiteral } from '../syntax/ast';
import { pathTo, stepsThrough } from '../syntax/nodes';
import type { Replacement } from '../syntax/replacement';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { bashOf } from './bashTextAt';
import { bashTokens } from './bashTokens';
import { findDerivations } from './findDerivations';
import type { FoundDerivation } from './foundDerivation';

/**
 * `site`: where the attribute's name is written; no edits where that is no attribute of a derivation, nor of its `env`. Fails with
 * `rename-refused` where bash names it and could not by the new name.
 */
export function shellRename(
  tree: SyntaxTree,
  site: Span,
  name: string,
  newName: string,
): Result<readonly Replacement[]> {
  const texts = findDerivations(tree)
    .filter((derivation) => isVariable(derivation, site))
    .flatMap((derivation) => textsOf(tree, derivation));
  const uses = unique(texts.flatMap((literal) => usesOf(tree.text, literal, name)));
  const [first] = uses;
  if (first === undefined) return success([]);
  if (!/^[A-Za-z_]\w*$/.test(newName))
    return refused(tree, first, `names \`${name}\`, and bash knows no variable \`${newName}\``);
  const [taken] = texts.flatMap((literal) => usesOf(tree.text, literal, newName));
  if (taken !== undefined) return refused(tree, taken, `has a variable \`${newName}\` already`);
  return success(uses.map((span) => ({ ...span, newText: newName })));
}

function isVariable({ attributes, structure }: FoundDerivation, site: Span): boolean {
  if (structure === 'builder') return false;
  const env = attributes.get('env');
  const isOfEnv =
    env !== undefined &&
    env.span.start < site.start &&
    site.end <= env.span.end &&
    site.start !== env.nameSpan.start;
  return isOfEnv || [...attributes.values()].some(({ nameSpan }) => nameSpan.start === site.start);
}

/** The bash that the builder itself runs; what a script is given, its caller decides. */
function textsOf({ root, text }: SyntaxTree, { call }: FoundDerivation): readonly StringLiteral[] {
  const found: StringLiteral[] = [];
  for (const step of stepsThrough(root, ({ span }) => span.start < call.end && call.start < span.end)) {
    const { node } = step;
    if (node.kind !== 'string') continue;
    const bash = bashOf(text, pathTo(step, deepest));
    if (bash !== null && bash.attribute !== null) found.push(node);
  }
  return found;
}

const deepest = 200;

/** Where it is expanded, assigned, or named to `--subst-var`, `export` and the like. */
function usesOf(text: string, literal: StringLiteral, name: string): readonly Span[] {
  const expanded = bashTokens(text, literal).filter(
    (token) => token.kind === 'variable' && token.name === name,
  );
  const { content, interpolations } = literal;
  const named = new RegExp(
    String.raw`(?:--subst-var[ \t]+|\b(?:export|unset|declare|local|readonly)[ \t]+(?:-\w+[ \t]+)*)${name}(?![\w-])|(?<![^\s;&|(])${name}(?=\+?=)`,
    'g',
  );
  const others = [...text.slice(content.start, content.end).matchAll(named)].flatMap(
    ({ 0: whole, index }) => {
      const end = content.start + index + whole.length;
      const isNix = interpolations.some(({ span }) => span.start < end && end <= span.end);
      return isNix ? [] : [{ start: end - name.length, end }];
    },
  );
  return [...expanded.map(({ span }) => span), ...others];
}

function unique(spans: readonly Span[]): readonly Span[] {
  return [...new Map(spans.map((span) => [span.start, span])).values()];
}

function refused({ lines }: SyntaxTree, { start }: Span, why: string): Result<never> {
  const line = lines.positionAt(start).line + 1;
  return failure({
    code: 'rename-refused',
    message: `The bash in line ${line} ${why}.`,
    advice: 'Choose another name.',
  });
}
