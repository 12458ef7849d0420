/** `python-without-tests`: a Python package of which nothing is tried. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';
import { elementsOf, truthOf } from './facts';

export const pythonWithoutTests: Lint = {
  code: 'python-without-tests',
  isOptional: true,
  of: ({ derivation, tree: { text } }) => {
    const { attributes, maker, head } = derivation;
    if (!maker.startsWith('buildPython')) return [];
    const tests = ['checkPhase', 'installCheckPhase', 'pythonImportsCheck'];
    const inputs = ['nativeCheckInputs', 'checkInputs', 'nativeBuildInputs'].flatMap(
      (name) => elementsOf(attributes.get(name)).elements,
    );
    const hasHook = inputs.some(({ name }) => /CheckHook$|^(?:pytest|unittest)/.test(name ?? ''));
    if (hasHook || tests.some((name) => attributes.has(name))) return [];
    const off = attributes.has('doCheck') && truthOf(derivation, 'doCheck', text) === false;
    const message = `${off ? 'No test runs' : 'There is no test'}: \`pythonImportsCheck\` at least shows that the module can be imported.`;
    return [finding('python-without-tests', 'information', head, message)];
  },
};
