/** `build-tool-in-build-inputs`: programs that run while building belong into `nativeBuildInputs`. */
import { finding, type Finding, type Severity } from '../../analysis/finding';
import { isBuildTool, programs } from '../../knowledge/buildTools';
import type { TextFix } from '../../syntax/syntaxTree';
import { listPlace } from '../listAttributeEdit';
import type { Lint, Linted } from '../lint';
import { conditionalElements, elementsOf, withoutElement, type ListElement } from './facts';

const order = ['nativeBuildInputs', 'strictDeps', 'patches', 'src', 'version', 'pname', 'name'];

export const buildToolInBuildInputs: Lint = {
  code: 'build-tool-in-build-inputs',
  // What is propagated may be for the scripts of the package: bison’s users run its m4.
  of: (linted) => {
    const attribute = linted.derivation.attributes.get('buildInputs');
    return [
      ...elementsOf(attribute).elements.flatMap((element) => findingOf(element, moved(linted, element))),
      // Which condition it would be moved with, its author knows.
      ...conditionalElements(attribute).flatMap((element) => findingOf(element, null)),
    ];
  },
};

function findingOf(
  { name, expression: { span } }: Pick<ListElement, 'name' | 'expression'>,
  fix: TextFix | null,
): readonly Finding[] {
  if (name === null) return [];
  const fixes = fix === null ? [] : [fix];
  const told = (severity: Severity, message: string): readonly Finding[] => [
    finding('build-tool-in-build-inputs', severity, span, message, { fixes }),
  ];
  if (isBuildTool(name))
    return told(
      'warning',
      `\`${name}\` runs while building: it belongs into \`nativeBuildInputs\`. Here it is not found when cross-compiling, or with \`strictDeps\`.`,
    );
  if (!programs.has(name)) return [];
  return told(
    'hint',
    `\`${name}\` is a program. Where the build runs it, it belongs into \`nativeBuildInputs\`; here, where a script of the package runs it.`,
  );
}

function moved({ derivation, tree: { text } }: Linted, { expression, name }: ListElement): TextFix | null {
  const place = listPlace(text, derivation, 'nativeBuildInputs', order);
  if (place === null) return null;
  const written = text.slice(expression.span.start, expression.span.end);
  const title = `Move \`${name ?? ''}\` to \`nativeBuildInputs\``;
  return { title, edits: [place.write(written), withoutElement(text, expression.span)] };
}
