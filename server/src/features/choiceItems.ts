/** Completion in a string that is one of a few: an output's name in `outputs`, a flag of `hardeningDisable`. */
import { CompletionItemKind, MarkupKind } from 'vscode-languageserver/node';
import type { CompletionItem } from 'vscode-languageserver/node';
import { knownAttributeAround } from '../derivation/takenAttributes';
import type { OpenDocument } from '../documents';
import { nodesAt } from '../syntax/nodes';

/** Those that the list does not have yet; null where no such string is written. */
export function choiceItems({ tree }: OpenDocument, offset: number): CompletionItem[] | null {
  const path = nodesAt(tree.root, offset);
  const literal = path.at(-1);
  if (literal?.kind !== 'string' || literal.interpolations.length > 0) return null;
  const { content } = literal;
  if (offset < content.start || content.end < offset) return null;
  const choices = knownAttributeAround(path)?.choices;
  if (choices === undefined) return null;
  const range = tree.lines.rangeOf(content);
  const list = path.at(-2);
  const others = list?.kind === 'list' ? list.elements.filter((each) => each !== literal) : [];
  const written = others.map(({ span }) => tree.text.slice(span.start, span.end));
  return Object.entries(choices)
    .filter(([name]) => !written.includes(`"${name}"`))
    .map(([name, value], index) => ({
      label: name,
      kind: CompletionItemKind.EnumMember,
      documentation: { kind: MarkupKind.Markdown, value },
      sortText: String(index).padStart(3, '0'),
      textEdit: { range, newText: name },
    }));
}
