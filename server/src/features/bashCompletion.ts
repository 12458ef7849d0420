/** Completion in the bash of a Nix string: variables, hooks, functions, options of stdenv's commands. */
import { CompletionItemKind, MarkupKind } from 'vscode-languageserver/node';
import type { CompletionItem } from 'vscode-languageserver/node';
import type { OpenDocument } from '../documents';
import { bashTextAt } from '../derivation/bashTextAt';
import type { Engine } from '../engine/engine';
import { optionsOf } from '../knowledge/bashOptions';
import { phaseStem } from '../protocol/phaseStem';
import { BashNames } from './bashNames';
import { bashWish, type BashWish } from './bashWords';
import type { Drawings } from './drawings';

const kinds: Readonly<Record<BashWish['kind'], CompletionItemKind>> = {
  variable: CompletionItemKind.Variable,
  hook: CompletionItemKind.Event,
  option: CompletionItemKind.EnumMember,
  command: CompletionItemKind.Function,
};

/** Null where no bash is being written. */
export function bashItems(
  engine: Engine,
  drawings: Drawings,
  { tree, uri }: OpenDocument,
  offset: number,
): CompletionItem[] | null {
  const found = bashTextAt(tree, offset);
  if (found === null) return null;
  const wish = bashWish(tree.text, found.literal, offset);
  if (wish === null) return [];
  const names = new BashNames(engine, drawings.of(uri));
  const range = tree.lines.rangeOf(wish.span);
  return proposed(wish, names, found.attribute).map(([name, value]) => ({
    label: name,
    kind: kinds[wish.kind],
    documentation: value === null ? undefined : { kind: MarkupKind.Markdown, value },
    sortText: `${value === null ? 1 : 0}${name}`,
    textEdit: { range, newText: name },
  }));
}

type Named = readonly [name: string, markdown: string | null];

function proposed(wish: BashWish, names: BashNames, attribute: string | null): readonly Named[] {
  const { kind } = wish;
  if (kind === 'variable') return names.variables().map((name) => [name, names.variableMarkdown(name)]);
  if (kind === 'command') return names.functions().map((name) => [name, names.functionMarkdown(name)]);
  if (kind === 'option') return Object.entries(optionsOf(wish.command) ?? {});
  const stem = attribute?.endsWith('Phase') === true ? phaseStem(attribute) : null;
  // Those of the phase itself first.
  return names
    .hooks()
    .map((name) => [name, stem !== null && name.endsWith(stem) ? `A hook of \`${attribute ?? ''}\`.` : null]);
}
