/** `python-check-phase`: a `checkPhase` that only calls pytest, which pytest’s hook does better. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';
import { scriptOf } from './facts';

export const pythonCheckPhase: Lint = {
  code: 'python-check-phase',
  of: ({ derivation: { attributes, maker }, tree: { text } }) => {
    const attribute = attributes.get('checkPhase');
    if (attribute === undefined || !maker.startsWith('buildPython')) return [];
    const commands = (scriptOf(attribute, text) ?? '').split('\n').map((line) => line.trim());
    const own = commands.filter((line) => line !== '' && !/^runHook \w+$/.test(line));
    if (own.length !== 1 || !/^(?:\S+ -m )?(?:pytest|py\.test)\b/.test(own[0] ?? '')) return [];
    const message =
      '`pytestCheckHook` in `nativeCheckInputs` runs pytest, and lets `disabledTests` and `enabledTestPaths` choose among the tests.';
    return [finding('python-check-phase', 'information', attribute.nameSpan, message)];
  },
};
