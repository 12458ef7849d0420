/** `build-tool-in-build-inputs`: programs that run while building belong into `nativeBuildInputs`. */
import { finding } from '../../analysis/finding';
import { buildTools } from '../../knowledge/buildTools';
import type { TextFix } from '../../syntax/syntaxTree';
import { listPlace } from '../listAttributeEdit';
import type { Lint, Linted } from '../lint';
import { elementsOf, withoutElement, type ListElement } from './facts';

const order = ['nativeBuildInputs', 'strictDeps', 'patches', 'src', 'version', 'pname', 'name'];

export const buildToolInBuildInputs: Lint = {
  code: 'build-tool-in-build-inputs',
  of: (linted) =>
    ['buildInputs', 'propagatedBuildInputs'].flatMap((list) =>
      elementsOf(linted.derivation.attributes.get(list)).elements.flatMap((element) => {
        if (element.name === null || !buildTools.has(element.name)) return [];
        const fix = list === 'buildInputs' ? moved(linted, element) : null;
        const message = `\`${element.name}\` runs while building: it belongs into \`nativeBuildInputs\`. Here it is not found when cross-compiling, or with \`strictDeps\`.`;
        return [
          finding('build-tool-in-build-inputs', 'warning', element.expression.span, message, {
            fixes: fix === null ? [] : [fix],
          }),
        ];
      }),
    ),
};

function moved({ derivation, tree: { text } }: Linted, { expression, name }: ListElement): TextFix | null {
  const place = listPlace(text, derivation, 'nativeBuildInputs', order);
  if (place === null) return null;
  const written = text.slice(expression.span.start, expression.span.end);
  const title = `Move \`${name ?? ''}\` to \`nativeBuildInputs\``;
  return { title, edits: [place.write(written), withoutElement(text, expression.span)] };
}
