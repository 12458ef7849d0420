/** `explicit-phases`: a list of phases leaves out those that it does not name, and those of setup hooks. */
import { finding } from '../../analysis/finding';
import { usualPhases } from '../../knowledge/stdenvPhases';
import { beginsLine, indentationAt, lineEnding } from '../../syntax/layout';
import type { TextFix } from '../../syntax/syntaxTree';
import type { FoundAttribute } from '../foundDerivation';
import type { Lint, Linted } from '../lint';
import { staticString } from '../staticValue';
import { elementsOf, isInherited, truthOf } from './facts';

export const explicitPhases: Lint = {
  code: 'explicit-phases',
  of: (linted) => {
    const attribute = linted.derivation.attributes.get('phases');
    if (attribute === undefined) return [];
    const message =
      '`phases` leaves out every phase that it does not name, `fixupPhase` and those of setup hooks, too. Skip phases by `dontUnpack = true` and the like, and add them by `preBuildPhases` and its kin.';
    const fix = skippedByName(linted, attribute);
    const fixes = fix === null ? [] : [fix];
    return [finding('explicit-phases', 'information', attribute.nameSpan, message, { fixes })];
  },
};

/** Only where the list has usual phases in their usual order. `fixupPhase` runs then: that is what the list should not have left out. */
function skippedByName({ derivation, tree: { text } }: Linted, attribute: FoundAttribute): TextFix | null {
  const { elements } = elementsOf(attribute);
  const listed = elements.map(({ expression }) => staticString(expression, attribute.scope, text));
  const usual = usualPhases.map(({ name }) => name).filter((name) => listed.includes(name));
  if (listed.length === 0 || usual.join(' ') !== listed.join(' ') || isInherited(attribute)) return null;
  const left = usualPhases.filter(({ name }) => !listed.includes(name) && name !== 'fixupPhase');
  const runs = left.some(
    ({ flag }) => flag?.runsWhen === 'set' && truthOf(derivation, flag.name, text) !== false,
  );
  if (runs) return null;
  const flags = left.flatMap(({ flag }) =>
    flag?.runsWhen === 'unset' && !derivation.attributes.has(flag.name) ? [`${flag.name} = true;`] : [],
  );
  const { start } = attribute.span;
  const separator = beginsLine(text, start) ? `${lineEnding(text)}${indentationAt(text, start)}` : ' ';
  return {
    title: 'Skip the others by `dont…`, and let `fixupPhase` run',
    edits: [{ ...attribute.span, newText: flags.join(separator) }],
  };
}
