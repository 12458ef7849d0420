/** `python-without-tests`: a Python package of which nothing is tried. */
import { finding } from '../../analysis/finding';
import { nixString } from '../../nixString';
import type { TextFix } from '../../syntax/syntaxTree';
import { attributePlace } from '../listAttributeEdit';
import type { Lint, Linted } from '../lint';
import { staticString } from '../staticValue';
import { elementsOf, truthOf } from './facts';

export const pythonWithoutTests: Lint = {
  code: 'python-without-tests',
  isOfNixpkgs: true,
  of: (linted) => {
    const { derivation, tree } = linted;
    const { attributes, maker, head } = derivation;
    if (!maker.startsWith('buildPython')) return [];
    const tests = ['checkPhase', 'installCheckPhase', 'pythonImportsCheck'];
    const inputs = ['nativeCheckInputs', 'checkInputs', 'nativeBuildInputs'].flatMap(
      (name) => elementsOf(attributes.get(name)).elements,
    );
    const hasHook = inputs.some(({ name }) => /CheckHook$|^(?:pytest|unittest)/.test(name ?? ''));
    if (hasHook || tests.some((name) => attributes.has(name))) return [];
    const off = attributes.has('doCheck') && truthOf(derivation, 'doCheck', tree.text) === false;
    const message = `${off ? 'No test runs' : 'There is no test'}: \`pythonImportsCheck\` at least shows that the module can be imported.`;
    const fix = importsChecked(linted);
    return [
      finding('python-without-tests', 'information', head, message, { fixes: fix === null ? [] : [fix] }),
    ];
  },
};

/** The module is most often called as the package is; where it is not, the check says so. */
function importsChecked({ derivation, tree: { text } }: Linted): TextFix | null {
  const pname = derivation.attributes.get('pname');
  const name = pname?.value == null ? null : staticString(pname.value, pname.scope, text);
  const place = attributePlace(text, derivation, before);
  if (name === null || place === null) return null;
  const module = nixString(name.replaceAll(/[-.]/g, '_').toLowerCase());
  const title = `Check that ${module} can be imported`;
  return { title, edits: [place(() => `pythonImportsCheck = [ ${module} ];`)] };
}

const before = ['dependencies', 'propagatedBuildInputs', 'build-system', 'src', 'version', 'pname'];
