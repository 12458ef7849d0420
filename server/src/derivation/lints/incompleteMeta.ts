/** `incomplete-meta`: what nixpkgs asks of every package. */
import { finding } from '../../analysis/finding';
import type { AttributeSet } from '../../syntax/ast';
import { beginsLine, endWithComment, indentationAt, lineEnding } from '../../syntax/layout';
import type { TextFix } from '../../syntax/syntaxTree';
import type { Lint } from '../lint';
import { metaEntries } from './metaEntries';

const wanted = ['description', 'license', 'maintainers'];

export const incompleteMeta: Lint = {
  code: 'incomplete-meta',
  isOfNixpkgs: true,
  of: ({ derivation, tree: { text } }) => {
    if (derivation.maker.startsWith('mkShell')) return [];
    const meta = derivation.attributes.get('meta');
    if (meta === undefined)
      return [
        finding(
          'incomplete-meta',
          'information',
          derivation.head,
          'There is no `meta`, which tells what the package is, and its license.',
        ),
      ];
    const said = metaEntries(derivation);
    if (said === null) return [];
    const { values: written, set } = said;
    const missing = wanted.filter(
      (name) => !written.has(name) && !(name === 'maintainers' && written.has('teams')),
    );
    if (missing.length === 0) return [];
    const message = `\`meta\` lacks ${missing.map((name) => `\`${name}\``).join(', ')}.`;
    const fixes = set !== null && missing.join(' ') === 'maintainers' ? [withMaintainers(text, set)] : [];
    return [finding('incomplete-meta', 'information', meta.nameSpan, message, { fixes })];
  },
};

/** That nobody is one is true until somebody says so. */
function withMaintainers(text: string, { span, bindings }: AttributeSet): TextFix {
  const title = 'Write `maintainers = [ ];`';
  const last = bindings.at(-1);
  if (last === undefined)
    return { title, edits: [{ start: span.end - 1, end: span.end - 1, newText: ' maintainers = [ ]; ' }] };
  const at = endWithComment(text, last.span.end);
  const isLine = beginsLine(text, last.span.start);
  const separator = isLine ? `${lineEnding(text)}${indentationAt(text, last.span.start)}` : ' ';
  const place = isLine ? at : last.span.end;
  return { title, edits: [{ start: place, end: place, newText: `${separator}maintainers = [ ];` }] };
}
