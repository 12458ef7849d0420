/** A hover over a function of nixpkgs' library: where its documentation is looked up. */
import { namesAround } from '../analysis/names';
import type { Select } from '../syntax/ast';
import { nodesAt } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { NameHover } from './nameHover';

/** Null unless a member of `lib` stands there, or of `pkgs.lib` and the like, and `lib` is none that the text itself makes. */
export function noogleHover(tree: SyntaxTree, offset: number): NameHover | null {
  const select = nodesAt(tree.root, offset).findLast((node) => node.kind === 'select');
  if (select?.kind !== 'select' || select.expression.kind !== 'variable') return null;
  const { names } = select.path;
  const at = names.findIndex(({ span }) => span.start <= offset && offset <= span.end);
  const first = select.expression.name === 'lib' ? 0 : names[0]?.name === 'lib' ? 1 : null;
  const name = names[at];
  if (first === null || name === undefined || at < first || isOwn(tree, select)) return null;
  const path = ['lib', ...names.slice(first, at + 1).map((each) => each.name ?? '')].join('.');
  if (!/^[\w.'-]+$/.test(path)) return null;
  const address = `https://noogle.dev/q?term=${encodeURIComponent(path).replaceAll("'", '%27')}`;
  return { markdown: `[Open \`${path}\` in noogle](${address})`, span: name.span };
}

/** Arguments are the caller's, and what is inherited comes from there, too. */
function isOwn(tree: SyntaxTree, { expression }: Select): boolean {
  const use = namesAround(tree, expression.span.start).uses.find(({ origin }) => origin === expression);
  const definition = use?.definition ?? null;
  if (definition === null || definition.kind === 'argument' || definition.kind === 'formal') return false;
  return definition.sites.some(({ origin }) => !('kind' in origin) || origin.kind !== 'inherit');
}
