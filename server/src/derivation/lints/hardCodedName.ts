/** `hard-coded-name`: a name with a version in it, which tools cannot tell apart. */
import { finding } from '../../analysis/finding';
import { unwrapped } from '../../syntax/walk';
import { staticString } from '../staticValue';
import type { Lint } from '../lint';

export const hardCodedName: Lint = {
  code: 'hard-coded-name',
  of: ({ derivation: { attributes }, tree: { text } }) => {
    const attribute = attributes.get('name');
    if (attribute?.value == null || attributes.has('pname')) return [];
    const literal = unwrapped(attribute.value);
    if (literal.kind !== 'string' || literal.span.start <= attribute.nameSpan.start) return [];
    const value = staticString(literal, attribute.scope, text) ?? '';
    // Where `builtins.parseDrvName` takes a version to begin.
    const [, pname, version] = /^(.+?)-(\d.*)$/.exec(value) ?? [];
    if (pname === undefined || version === undefined) return [];
    const written = text.slice(literal.content.start, literal.content.end);
    const isPlain = written === value && !attributes.has('version');
    const fixes = isPlain
      ? [
          {
            title: 'Write `pname` and `version`',
            edits: [
              {
                ...attribute.span,
                newText: `pname = "${pname}";${separator(text, attribute.span.start)}version = "${version}";`,
              },
            ],
          },
        ]
      : [];
    const message =
      'The version stands in the name: `pname` and `version` make the same name, and tell tools which is which.';
    return [finding('hard-coded-name', 'hint', attribute.nameSpan, message, { fixes })];
  },
};

function separator(text: string, start: number): string {
  const indentation = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, start))?.[1];
  return indentation === undefined ? ' ' : `\n${indentation}`;
}
