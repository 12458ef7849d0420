/** Gives a derivation a Python module: to Python's own builders in their lists, to others with the interpreter. Pure. */
import type { Expression } from '../syntax/ast';
import type { Replacement } from '../syntax/replacement';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { unwrapped, walk } from '../syntax/walk';
import { addPackage } from './addPackage';
import type { FoundDerivation } from './foundDerivation';

/** Lists of older packages that stand for today's. Source: nixpkgs' manual, "buildPythonPackage function". */
const olderLists: Readonly<Record<string, readonly string[]>> = {
  dependencies: ['propagatedBuildInputs'],
  'build-system': ['nativeBuildInputs'],
  nativeCheckInputs: ['checkInputs'],
};

/** @param path attribute path in the package set, `['python3Packages', NAME]`. */
export function addPythonModule(
  tree: SyntaxTree,
  derivation: FoundDerivation,
  attribute: string,
  path: readonly string[],
): { readonly title: string; readonly edits: readonly Replacement[] } | null {
  const name = path.at(-1) ?? '';
  if (!/^buildPython/.test(derivation.maker)) return withInterpreter(tree, derivation, name);
  const written = (list: string): boolean => derivation.attributes.has(list);
  const older = written(attribute) ? undefined : olderLists[attribute]?.find(written);
  const list = older ?? attribute;
  // Where the builder is an argument itself, Python's own callPackage fills the function: its modules are plain names.
  const head = tree.text.slice(derivation.head.start, derivation.head.end);
  const named = /^buildPython\w+$/.test(head) ? [name] : path;
  const edits = addPackage(tree, derivation, list, named);
  return edits === null ? null : { title: `Add ${name} to ${list}`, edits };
}

/** `python3` in a list of inputs becomes `(python3.withPackages (ps: [ ps.NAME ]))`. */
function withInterpreter(
  { text }: SyntaxTree,
  derivation: FoundDerivation,
  name: string,
): { readonly title: string; readonly edits: readonly Replacement[] } | null {
  for (const list of ['nativeBuildInputs', 'buildInputs', 'nativeCheckInputs']) {
    const value = derivation.attributes.get(list)?.value ?? null;
    const interpreter = value === null ? null : interpreterIn(value);
    if (interpreter === null) continue;
    const { start, end } = interpreter.span;
    const newText = `(${text.slice(start, end)}.withPackages (ps: [ ps.${name} ]))`;
    return { title: `Add ${name} to the Python of ${list}`, edits: [{ start, end, newText }] };
  }
  return null;
}

function interpreterIn(value: Expression): Expression | null {
  let found: Expression | null = null;
  walk(value, (expression) => {
    if (expression.kind !== 'list') return true;
    found ??= expression.elements.find(isInterpreter) ?? null;
    return true;
  });
  return found;
}

function isInterpreter(element: Expression): boolean {
  const at = unwrapped(element);
  const name = at.kind === 'variable' ? at.name : at.kind === 'select' ? at.path.names.at(-1)?.name : null;
  return /^python3?\d*$/.test(name ?? '');
}
