/** `unused-binding`: what a `let` binds and nothing uses. */
import type { TextFix } from '../../syntax/syntaxTree';
import type { Check } from '../check';
import { finding, type Checked, type Finding } from '../finding';
import type { Definition } from '../scopes';
import { removal, removalOfInherited } from '../textEdits';

export const unusedBinding: Check = {
  code: 'unused-binding',
  ofNames: ({ definitions }, checked) =>
    definitions
      .filter((definition) => isUnused(definition))
      .map((definition) => findingOf(definition, checked)),
};

/** A leading underscore says that it is meant so; what it uses itself does not count. */
function isUnused({ kind, name, sites, uses, scope }: Definition): boolean {
  if (kind !== 'let' || name.startsWith('_') || scope.open) return false;
  return uses.every(({ span }) =>
    sites.some(
      ({ origin }) => origin.span.start <= span.start && span.end <= origin.span.end && isBinding(origin),
    ),
  );
}

function isBinding(origin: Definition['sites'][number]['origin']): boolean {
  return 'kind' in origin && origin.kind === 'binding';
}

function findingOf({ name, sites }: Definition, { tree }: Checked): Finding {
  const edits = sites.map(({ span, origin }) =>
    'kind' in origin && origin.kind === 'inherit'
      ? removalOfInherited(tree.text, origin, span)
      : removal(tree.text, origin.span),
  );
  const fix: TextFix = { title: `Remove \`${name}\``, edits };
  const span = sites[0]?.span ?? { start: 0, end: 0 };
  const message = `\`${name}\` is bound by this \`let\` and never used.`;
  return finding('unused-binding', 'warning', span, message, { tag: 'unnecessary', fixes: [fix] });
}
