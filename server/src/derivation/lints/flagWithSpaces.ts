/** `flag-with-spaces`: the elements of `…Flags` are joined by spaces and split at them again. */
import { finding } from '../../analysis/finding';
import { lineEnding } from '../../syntax/layout';
import type { TextFix } from '../../syntax/syntaxTree';
import { unwrapped } from '../../syntax/walk';
import type { FoundAttribute } from '../foundDerivation';
import { attributePlace } from '../listAttributeEdit';
import type { Lint, Linted } from '../lint';
import { staticString } from '../staticValue';
import { elementsOf, truthOf, withoutElement, type ListElement } from './facts';

/** Lists of flags, and the hook in which stdenv lets one add to the bash array of the same name. */
const hooks: Readonly<Record<string, string>> = {
  makeFlags: 'preBuild',
  buildFlags: 'preBuild',
  ninjaFlags: 'preBuild',
  installFlags: 'preInstall',
  checkFlags: 'preCheck',
  installCheckFlags: 'preInstallCheck',
  distFlags: 'preDist',
  configureFlags: 'preConfigure',
  cmakeFlags: 'preConfigure',
  mesonFlags: 'preConfigure',
};

export const flagWithSpaces: Lint = {
  code: 'flag-with-spaces',
  of: (linted) => {
    const { derivation, tree } = linted;
    if (truthOf(derivation, '__structuredAttrs', tree.text) !== false) return [];
    return [...derivation.attributes.values()]
      .filter(({ name }) => Object.hasOwn(hooks, name))
      .flatMap((attribute) =>
        elementsOf(attribute).elements.flatMap((element) => {
          const value = staticString(element.expression, attribute.scope, tree.text) ?? '';
          if (!isTornApart(value)) return [];
          const message = `The builder splits this at its spaces into ${value.trim().split(/\s+/).length} arguments, whatever quotes it has. Add it to \`${attribute.name}Array\` in a hook, or set \`__structuredAttrs = true\`.`;
          const fix = toArray(linted, attribute, element, value);
          const fixes = fix === null ? [] : [fix];
          return [finding('flag-with-spaces', 'warning', element.expression.span, message, { fixes })];
        }),
      );
  },
};

/** Whether what is split is no longer what was meant. Several flags in one element, and `-C src`, are meant to be split. */
function isTornApart(value: string): boolean {
  const [first = '', ...others] = value.trim().split(/\s+/);
  if (others.length === 0) return false;
  // Quotes reach the program as they are.
  if (/["']|\\\s/.test(value)) return true;
  const [, name = '', said = ''] = /^([^=]+)=(.*)$/.exec(first) ?? [];
  if (name === '') return false;
  const isVariable = /^\w+[:+?]?$/.test(name);
  if (isVariable) return !others.every((word) => /^\w+[:+?]?=/.test(word));
  return said.startsWith('-') || !others.every((word) => word.startsWith('-'));
}

/** Null for what bash would need escapes for, and where a hook’s text is there already. */
function toArray(
  { derivation, tree: { text } }: Linted,
  { name }: FoundAttribute,
  { expression }: ListElement,
  value: string,
): TextFix | null {
  const hook = hooks[name] ?? '';
  const literal = unwrapped(expression);
  if (literal.kind !== 'string' || !/^[\w =.,:/+@%-]+$/.test(value) || derivation.attributes.has(hook))
    return null;
  const place = attributePlace(text, derivation, [name]);
  if (place === null) return null;
  const newLine = lineEnding(text);
  const binding = (indentation: string): string =>
    [`${hook} = ''`, `${indentation}  ${name}Array+=("${value}")`, `${indentation}'';`].join(newLine);
  const title = `Add it to \`${name}Array\` in \`${hook}\``;
  return { title, edits: [place(binding), withoutElement(text, expression.span)] };
}
