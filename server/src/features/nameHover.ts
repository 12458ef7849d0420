/** What a hover over a name tells: where it is bound and what its comment says; of a builtin, what the user's own Nix says. */
import { docComment } from '../analysis/docComment';
import { nameAt } from '../analysis/nameAt';
import { namesAround } from '../analysis/names';
import type { Definition } from '../analysis/scopes';
import type { OpenDocument } from '../documents';
import type { BuiltinDocumentation } from '../nix/builtins';
import type { Span } from '../syntax/syntaxTree';
import { nodesAt } from '../syntax/nodes';
import { builtinMarkdown } from './builtinText';

export interface NameHover {
  readonly markdown: string;
  readonly span: Span;
}

type AskBuiltins = () => Promise<ReadonlyMap<string, BuiltinDocumentation>>;

/** Null where no name stands of which something is known. */
export async function nameHover(
  document: OpenDocument,
  offset: number,
  askBuiltins: AskBuiltins,
): Promise<NameHover | null> {
  const builtin = builtinAt(document, offset);
  if (builtin !== null) {
    const known = (await askBuiltins()).get(builtin.name);
    return known === undefined ? null : { markdown: builtinMarkdown(known), span: builtin.span };
  }
  const found = nameAt(namesAround(document.tree, offset), offset);
  if (found?.definition == null) return null;
  return { markdown: definitionText(document, found.definition), span: found.span };
}

const words: Readonly<Record<Definition['kind'], string>> = {
  let: 'bound by `let`',
  rec: 'attribute of a recursive set',
  argument: 'argument of a function',
  formal: 'argument of a function',
};

const longestLine = 120;

function definitionText({ tree }: OpenDocument, { name, kind, sites }: Definition): string {
  const [site] = sites;
  if (site === undefined) return name;
  const line = tree.lines.positionAt(site.span.start).line + 1;
  const { origin } = site;
  const isFunction = 'kind' in origin && origin.kind === 'function';
  const written = isFunction ? name : tree.text.slice(origin.span.start, origin.span.end);
  const first = written.split(/\r?\n/, 1)[0] ?? '';
  const code =
    first.length < written.length || first.length > longestLine ? `${first.slice(0, longestLine)} …` : first;
  const comment = isFunction ? null : docComment(tree, origin.span.start);
  const parts = [`\`\`\`nix\n${code}\n\`\`\``, `${words[kind]}, line ${line}`];
  return [...parts, ...(comment === null ? [] : [comment])].join('\n\n');
}

/** A name that Nix itself defines: `map`, or the attribute in `builtins.map`. */
function builtinAt(
  { tree }: OpenDocument,
  offset: number,
): { readonly name: string; readonly span: Span } | null {
  const use = namesAround(tree, offset).uses.find(({ span }) => span.start <= offset && offset <= span.end);
  if (use !== undefined) return use.other === 'global' ? { name: use.name, span: use.span } : null;
  const select = nodesAt(tree.root, offset).findLast((node) => node.kind === 'select');
  if (select?.kind !== 'select' || select.expression.kind !== 'variable') return null;
  const { expression, path } = select;
  const isBuiltins = namesAround(tree, expression.span.start).uses.some(
    ({ origin, other }) => origin === expression && other === 'global',
  );
  const [first] = path.names;
  if (!isBuiltins || expression.name !== 'builtins' || first?.name == null) return null;
  return first.span.start <= offset && offset <= first.span.end
    ? { name: first.name, span: first.span }
    : null;
}
