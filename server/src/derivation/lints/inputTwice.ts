/** `input-twice`: an input of the tests that is an input of the build anyway. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';
import { elementsOf, withoutElement } from './facts';

/** Lists whose packages are there already for another list. */
const covered: readonly (readonly [string, string])[] = [
  ['nativeCheckInputs', 'nativeBuildInputs'],
  ['checkInputs', 'buildInputs'],
  ['checkInputs', 'propagatedBuildInputs'],
  ['nativeCheckInputs', 'propagatedBuildInputs'],
  ['checkInputs', 'dependencies'],
  ['nativeCheckInputs', 'dependencies'],
  ['nativeInstallCheckInputs', 'nativeBuildInputs'],
  ['installCheckInputs', 'buildInputs'],
  ['buildInputs', 'propagatedBuildInputs'],
  ['nativeBuildInputs', 'propagatedNativeBuildInputs'],
];

export const inputTwice: Lint = {
  code: 'input-twice',
  of: ({ derivation: { attributes }, tree: { text } }) =>
    covered.flatMap(([list, wider]) => {
      const written = (
        name: string,
      ): (readonly [string, { readonly start: number; readonly end: number }])[] =>
        elementsOf(attributes.get(name)).elements.flatMap(({ name: element, expression: { span } }) =>
          element === null ? [] : [[text.slice(span.start, span.end), span] as const],
        );
      const known = new Set(written(wider).map(([element]) => element));
      return written(list)
        .filter(([element]) => known.has(element))
        .map(([element, span]) => {
          const fixes = [{ title: `Remove it from \`${list}\``, edits: [withoutElement(text, span)] }];
          const message = `\`${element}\` is in \`${wider}\` already.`;
          return finding('input-twice', 'hint', span, message, { tag: 'unnecessary', fixes });
        });
    }),
};
