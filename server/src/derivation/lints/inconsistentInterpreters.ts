/** `python-inconsistent-interpreters`: modules of another Python than the one that builds the package. */
import { finding, type Finding } from '../../analysis/finding';
import type { Expression } from '../../syntax/ast';
import type { TextFix } from '../../syntax/syntaxTree';
import { unwrapped } from '../../syntax/walk';
import type { Lint, Linted } from '../lint';
import { packageName } from '../packageName';
import { conditionalElements, elementsOf, type ListElement } from './facts';

const lists = ['dependencies', 'propagatedBuildInputs', 'build-system', 'nativeCheckInputs', 'checkInputs'];

export const inconsistentInterpreters: Lint = {
  code: 'python-inconsistent-interpreters',
  of: (linted) => {
    const { derivation, tree } = linted;
    if (!derivation.maker.startsWith('buildPython')) return [];
    const head = tree.text.slice(derivation.head.start, derivation.head.end);
    const own = head.slice(0, -derivation.maker.length).replace(/\.$/, '');
    // Behind another name (`callPackage`, `python.pkgs`) it may be any.
    if (own !== '' && pythonOf(own) === null) return [];
    return lists.flatMap((name) => {
      const attribute = derivation.attributes.get(name);
      return [...elementsOf(attribute).elements, ...conditionalElements(attribute)].flatMap((element) =>
        findingOf(linted, own, element),
      );
    });
  },
};

function findingOf(linted: Linted, own: string, element: Omit<ListElement, 'list'>): readonly Finding[] {
  const { text } = linted.tree;
  const textOf = ({ span }: Expression): string => text.slice(span.start, span.end);
  const { expression, from, name } = element;
  const inner = unwrapped(expression);
  const set =
    inner.kind === 'select' ? textOf(inner).replace(/\.[^.]*$/, '') : from === null ? '' : textOf(from);
  const python = pythonOf(set);
  if (python === null || python === pythonOf(own)) return [];
  const builder = own === '' ? 'the one that calls this file' : `\`${own}\``;
  const message = `\`${name ?? textOf(expression)}\` is taken from \`${set}\`, and what builds the package is another Python: ${builder}. Modules of two Pythons do not work together.`;
  const fix = inner.kind === 'select' && name !== null ? fromOwn(linted, own, expression, name) : null;
  const fixes = fix === null ? [] : [fix];
  return [finding('python-inconsistent-interpreters', 'warning', expression.span, message, { fixes })];
}

function fromOwn(
  { tree, derivation }: Linted,
  own: string,
  { span }: Expression,
  name: string,
): TextFix | null {
  const named =
    own === '' ? packageName(tree, derivation, span.start, [name]) : { name: `${own}.${name}`, edits: [] };
  if (named === null) return null;
  return { title: `Take it as \`${named.name}\``, edits: [...named.edits, { ...span, newText: named.name }] };
}

/** `python3` of `pkgs.python3Packages` and `python3.pkgs`; null for what is no set of modules of a named Python. */
function pythonOf(set: string): string | null {
  return /^(?:.*\.)?(py(?:thon|py)[\d_]*)(?:Packages|\.pkgs)$/.exec(set)?.[1] ?? null;
}
