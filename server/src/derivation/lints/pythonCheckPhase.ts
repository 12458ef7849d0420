/** `python-check-phase`: a `checkPhase` that only calls pytest, which pytest’s hook does better. */
import { finding } from '../../analysis/finding';
import { nixString } from '../../nixString';
import type { TextFix } from '../../syntax/syntaxTree';
import type { FoundAttribute } from '../foundDerivation';
import type { Lint, Linted } from '../lint';
import { addPythonModule } from '../pythonModuleEdit';
import { scriptOf, without } from './facts';

export const pythonCheckPhase: Lint = {
  code: 'python-check-phase',
  of: (linted) => {
    const {
      derivation: { attributes, maker },
      tree: { text },
    } = linted;
    const attribute = attributes.get('checkPhase');
    if (attribute === undefined || !maker.startsWith('buildPython')) return [];
    const commands = (scriptOf(attribute, text) ?? '').split('\n').map((line) => line.trim());
    const own = commands.filter((line) => line !== '' && !/^runHook \w+$/.test(line));
    if (own.length !== 1 || !/^(?:\S+ -m )?(?:pytest|py\.test)\b/.test(own[0] ?? '')) return [];
    const message =
      '`pytestCheckHook` in `nativeCheckInputs` runs pytest, and lets `disabledTests` and `enabledTestPaths` choose among the tests.';
    const fix = byHook(linted, attribute, own[0] ?? '');
    const fixes = fix === null ? [] : [fix];
    return [finding('python-check-phase', 'information', attribute.nameSpan, message, { fixes })];
  },
};

/** Only where pytest is given nothing but plain paths: what its options mean as attributes, their author knows. */
function byHook({ derivation, tree }: Linted, checkPhase: FoundAttribute, command: string): TextFix | null {
  const [, given = null] = /^(?:\S+ -m )?(?:pytest|py\.test)((?: +\w[\w./-]*)*)$/.exec(command) ?? [];
  const hook =
    given === null
      ? null
      : addPythonModule(tree, derivation, 'nativeCheckInputs', ['python3Packages', 'pytestCheckHook']);
  if (hook === null || given === null || derivation.attributes.has('enabledTestPaths')) return null;
  const paths = given.split(/ +/).filter((path) => path !== '');
  const chosen = `enabledTestPaths = [ ${paths.map(nixString).join(' ')} ];`;
  const edit =
    paths.length === 0 ? without(tree.text, checkPhase.span) : { ...checkPhase.span, newText: chosen };
  return { title: 'Let `pytestCheckHook` run it', edits: [...hook.edits, edit] };
}
