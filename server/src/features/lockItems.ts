/** In the place of names that an input of a flake would give, were it locked: an item that says so, and has Nix lock it. */
import { CompletionItemKind, MarkupKind, type CompletionItem } from 'vscode-languageserver/node';
import type { AskedNames } from '../analysis/slices/asked';
import type { PackageSets } from '../analysis/slices/packageSets';
import { takesFrom } from '../analysis/slices/slice';
import type { OpenDocument } from '../documents';
import type { Span } from '../syntax/syntaxTree';
import { unlockedInputs, wordsOf } from './flakeLocks';

/** At the place `span`, whose text stays as it is; at most one. */
export function lockItems(
  document: OpenDocument,
  asked: readonly AskedNames[],
  { flake }: PackageSets,
  span: Span,
): readonly CompletionItem[] {
  if (flake === undefined) return [];
  const places = asked.flatMap((one) => one.places);
  const input = unlockedInputs(document).find(({ name }) =>
    places.some((place) => takesFrom(place, flake, name)),
  );
  if (input === undefined) return [];
  const { uri, tree } = document;
  const written = tree.text.slice(span.start, span.end);
  return [
    {
      label: `Lock ${input.name}`,
      kind: CompletionItemKind.Event,
      detail: 'nix flake lock',
      documentation: { kind: MarkupKind.Markdown, value: wordsOf(input.name) },
      filterText: written,
      textEdit: { range: tree.lines.rangeOf(span), newText: written },
      command: { title: 'Lock the inputs', command: 'phasewise.lockFlake', arguments: [{ uri }] },
    },
  ];
}
