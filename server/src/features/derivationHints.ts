/** What a derivation's evaluation made of its text, as hints: the `name` that is computed, and the hashes of its outputs. */
import { MarkupKind, type InlayHint } from 'vscode-languageserver/node';
import type { OpenDocument } from '../documents';
import type { Derivation } from '../protocol/model';
import type { Settings } from '../protocol/settings';
import { hashPart } from '../protocol/storePath';
import { nodesAt } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';

/** As many characters of a hash as tell two apart at a glance. */
const shownOfHash = 7;
/** Of a derivation with more, the first. */
const mostOutputs = 4;

type Wanted = Pick<Settings['inlayHints'], 'resolvedNames' | 'outputHashes'>;

/** Of derivations whose drawing is true of the present text: no note says otherwise. */
export function derivationHints(
  { tree, file }: Pick<OpenDocument, 'tree' | 'file'>,
  drawn: readonly Derivation[],
  { resolvedNames, outputHashes }: Wanted,
): readonly InlayHint[] {
  const evaluated = drawn.filter(({ drvPath, note }) => drvPath !== null && note === null);
  return [
    ...(resolvedNames ? nameHints(tree, file, evaluated) : []),
    ...(outputHashes ? hashHints(file, evaluated) : []),
  ];
}

/** At the end of a `name` that is more than a literal; none where several derivations give it several values. */
function nameHints(tree: SyntaxTree, file: string, derivations: readonly Derivation[]): readonly InlayHint[] {
  const names = new Map<number, Set<string>>();
  for (const { attributes, name } of derivations) {
    const place = attributes['name'];
    const end = place?.file === file ? computedNameEnd(tree, tree.lines.offsetAt(place.range.start)) : null;
    if (end === null || name === null) continue;
    names.set(end, (names.get(end) ?? new Set()).add(name));
  }
  return [...names].flatMap(([end, [name, ...others]]) =>
    name === undefined || others.length > 0
      ? []
      : [{ position: tree.lines.positionAt(end), label: `= ${name}`, paddingLeft: true }],
  );
}

function computedNameEnd({ root }: SyntaxTree, offset: number): number | null {
  const binding = nodesAt(root, offset).findLast(({ kind }) => kind === 'binding');
  if (binding?.kind !== 'binding' || binding.path.names.at(-1)?.name !== 'name') return null;
  const { value } = binding;
  return value.kind === 'string' && value.interpolations.length === 0 ? null : value.span.end;
}

/** Where the derivation is made; none where several are made there. */
function hashHints(file: string, derivations: readonly Derivation[]): readonly InlayHint[] {
  const here = derivations.filter((one) => one.file === file && one.range !== null);
  const placeOf = ({ range }: Derivation): string => JSON.stringify(range?.end);
  return here.flatMap((derivation) => {
    const alone = here.every((other) => other === derivation || placeOf(other) !== placeOf(derivation));
    const known = Object.entries(derivation.outputs).flatMap(([output, path]) =>
      path === null ? [] : [{ output, path }],
    );
    if (!alone || derivation.range === null || known.length === 0) return [];
    return [outputsHint(derivation.range.end, known)];
  });
}

function outputsHint(
  position: InlayHint['position'],
  outputs: readonly { readonly output: string; readonly path: string }[],
): InlayHint {
  const [first] = outputs;
  const only = outputs.length === 1 && first?.output === 'out';
  const words = outputs.slice(0, mostOutputs).map(({ output, path }) => {
    const hash = `${hashPart(path).slice(0, shownOfHash)}…`;
    return only ? hash : `${output} ${hash}`;
  });
  const rest = outputs.length > mostOutputs ? ', …' : '';
  const lines = outputs.map(({ output, path }) => `- \`${output}\`: \`${path}\``);
  return {
    position,
    label: `→ ${words.join(', ')}${rest}`,
    tooltip: { kind: MarkupKind.Markdown, value: lines.join('\n') },
    paddingLeft: true,
  };
}
