/** `attribute-without-effect`: one that only a phase reads which is skipped, or a tool’s setup hook that is not there. */
import { finding, type Finding, type Severity } from '../../analysis/finding';
import { attributesOfMaker } from '../../knowledge/derivationAttributes';
import { usualHooks, usualPhase } from '../../knowledge/stdenvPhases';
import type { TextFix } from '../../syntax/syntaxTree';
import type { FoundAttribute } from '../foundDerivation';
import type { Lint, Linted } from '../lint';
import { packagesThatBring } from '../../knowledge/setupHooks';
import { elementsOf, isInherited, without } from './facts';
import { isOfStdenv, skippedPhase } from './skippedPhase';

/** Read also where the phase of the same name does not run. */
const readElsewhere =
  /^(?:makeFlags|makefile|enableParallelBuilding|src|srcs|sourceRoot|prefix\w*|setOutputFlags|output\w+|dontUpdateAutotoolsGnuConfigScripts)$/;

export const attributeWithoutEffect: Lint = {
  code: 'attribute-without-effect',
  of: (linted) => {
    const { derivation } = linted;
    // Builders of languages skip and replace phases in their own ways.
    if (!isOfStdenv(linted)) return [];
    return [...derivation.attributes.values()].flatMap((attribute) => whyNot(linted, attribute));
  },
};

function whyNot(linted: Linted, attribute: FoundAttribute): readonly Finding[] {
  const { derivation, tree } = linted;
  const { name, nameSpan } = attribute;
  const removal = { title: `Remove \`${name}\``, edits: [without(tree.text, attribute.span)] };
  const told = (why: string, severity: Severity, others: readonly TextFix[]): readonly Finding[] => [
    finding('attribute-without-effect', severity, nameSpan, `\`${name}\` has no effect: ${why}.`, {
      fixes: isInherited(attribute) ? others : [...others, removal],
    }),
  ];
  const known = attributesOfMaker(derivation.maker).get(name);
  if (known === undefined) return [];
  if (known.needs !== undefined)
    // A package may bring the hook of another along, and `dont…` be said to that.
    return !name.startsWith('dont') && lacks(linted, known.needs)
      ? told(
          `only the setup hook of \`${known.needs}\` reads it, which is not among \`nativeBuildInputs\``,
          'information',
          [],
        )
      : [];
  const { phase } = known;
  if (phase === undefined || readElsewhere.test(name)) return [];
  // That a hook never runs is another lint’s matter.
  if (usualHooks(phase).includes(name) || name === usualPhase(phase)?.flag?.name) return [];
  const skipped = skippedPhase(linted, phase, name);
  if (skipped === null) return [];
  const which = name === phase ? 'the phase' : `\`${phase}\``;
  return told(`${which} is skipped, as ${skipped.reason}`, skipped.severity, skipped.fixes);
}

/** Only where the text shows all inputs, and none of them is of that tool’s kin. */
function lacks({ derivation: { attributes }, tree: { text } }: Linted, tool: string): boolean {
  const lists = [
    'nativeBuildInputs',
    'buildInputs',
    'propagatedBuildInputs',
    'propagatedNativeBuildInputs',
    'nativeCheckInputs',
    'checkInputs',
    'nativeInstallCheckInputs',
    'installCheckInputs',
  ].map((name) => elementsOf(attributes.get(name)));
  if (!lists.every(({ complete }) => complete) || attributes.has('configurePhase')) return false;
  const written = lists.flatMap(({ elements }) =>
    elements.map(({ expression: { span } }) => text.slice(span.start, span.end).toLowerCase()),
  );
  const tools = packagesThatBring(tool).map((one) => one.toLowerCase());
  return !written.some((input) => tools.some((one) => input.includes(one)));
}
