/** A scope in words. Pure. */
import type { ScopeHere } from '../analysis/slices/scopes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { escaped } from './markdownText';

const mostNames = 60;
const longestSet = 60;

/** Markdown; `names` null: not known. */
export function scopeLine(tree: SyntaxTree, scope: ScopeHere, names: readonly string[] | null): string {
  const line = tree.lines.positionAt(scope.span.start).line + 1;
  return `- line ${line}, ${whatBrings(tree, scope)}: ${namesText(names)}`;
}

/** How many and which. */
export function namesText(names: readonly string[] | null): string {
  if (names === null) return 'names that only its evaluation tells';
  if (names.length === 0) return 'none';
  const shown = names.slice(0, mostNames).map((name) => `\`${name}\``);
  const more = names.length > mostNames ? [`… (${names.length} in all)`] : [];
  return [...shown, ...more].join(', ');
}

function whatBrings(tree: SyntaxTree, { kind, span }: ScopeHere): string {
  switch (kind) {
    case 'let':
      return '`let`';
    case 'rec':
      return 'the set whose attributes see each other';
    case 'arguments':
      return 'arguments of the function';
    case 'with': {
      const written = tree.text.slice(span.start, span.end).replace(/\s+/g, ' ');
      return escaped(written.length > longestSet ? `${written.slice(0, longestSet)}…` : written);
    }
  }
}
